import { DomainError } from '#app/protocol';
import type { Database, Sql, SqlValue } from '../database/database.js';
import { DUPLICATE_ENTRY, NO_REFERENCED_ROW, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import { checkQuotas, findState, listHeldQuotas, type Wanted } from './enforce-quotas.js';
import type { Quota, QuotaDraft, QuotaState } from './quota.js';
import { toQuota, type QuotaRow } from './quota-row.js';
import {
  COUNT_QUOTAS,
  COUNT_USERS_OF_QUOTA,
  FIND_QUOTA,
  INSERT_QUOTA,
  LIST_QUOTAS_OF_USER,
  LIST_USERS_OF_QUOTA,
  listQuotas,
  UPDATE_QUOTA,
} from './statements.js';

/** People whom an error names. */
const NAMED = 20;

const quotaNotFound = (id: number): DomainError =>
  new DomainError('QUOTA_NOT_FOUND', `Quota ${id} not found`);

/** What people may use, and what of it they have used. */
export class QuotaRepository {
  constructor(private readonly database: Database) {}

  /** @throws DomainError QUOTA_CONFLICT when the name, or the place of the default of its type, is taken */
  async create(draft: QuotaDraft): Promise<Quota> {
    const now = new Date();
    const { type, ...rest } = draft;
    const [name, description, enable, value, ...expiry] = toValues({ type, ...rest });
    const values = [name, description, enable, type, value, ...expiry, now, now] as SqlValue[];
    return this.mustFind(await refuseTaken(draft, () => this.database.insert(INSERT_QUOTA, values)));
  }

  async find(id: number): Promise<Quota | null> {
    const [row] = await this.database.rows<QuotaRow>(FIND_QUOTA, [id]);
    return row ? toQuota(row) : null;
  }

  /** In the order of their creation. */
  async list({
    page,
    size,
    asc,
  }: {
    page: number;
    size: number;
    asc: boolean;
  }): Promise<{ items: Quota[]; total: number }> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<QuotaRow>(listQuotas(asc), [size, page * size]),
      this.database.rows<{ quotas: number }>(COUNT_QUOTAS),
    ]);
    return { items: rows.map(toQuota), total: count?.quotas ?? 0 };
  }

  /** @throws DomainError QUOTA_NOT_FOUND, QUOTA_CONFLICT (a name or default that is taken, or another type) */
  async update(id: number, draft: QuotaDraft): Promise<Quota> {
    const known = await this.mustFind(id);
    if (known.type !== draft.type) {
      throw new DomainError('QUOTA_CONFLICT', 'The type of a quota cannot be changed: make another one.');
    }
    const values = [...toValues(draft), new Date(), id];
    await refuseTaken(draft, () => this.database.change(UPDATE_QUOTA, values));
    return this.mustFind(id);
  }

  /**
   * @param force takes it away from everybody who has it, in the same step
   * @throws DomainError QUOTA_NOT_FOUND, QUOTA_CONFLICT with who has it
   */
  remove(id: number, force: boolean): Promise<void> {
    return this.database.transaction(async (sql) => {
      const [quota] = await sql.rows(`${FIND_QUOTA} FOR UPDATE`, [id]);
      if (!quota) throw quotaNotFound(id);
      if (force) await sql.change('DELETE FROM user_quotas WHERE quota_id = ?', [id]);
      const people = await sql.rows<{ userid: string; username: string }>(LIST_USERS_OF_QUOTA, [id, NAMED]);
      if (people.length > 0) throw await inUse(sql, id, people);
      await sql.change('DELETE FROM quotas WHERE id = ?', [id]);
    });
  }

  async listOfUser(userid: string): Promise<Quota[]> {
    return (await this.database.rows<QuotaRow>(LIST_QUOTAS_OF_USER, [userid])).map(toQuota);
  }

  /** @throws DomainError QUOTA_NOT_FOUND, USER_NOT_FOUND, QUOTA_CONFLICT when the person has one of this type */
  async assign(userid: string, id: number): Promise<Quota> {
    const quota = await this.mustFind(id);
    try {
      await this.database.insert(
        'INSERT INTO user_quotas (userid, type, quota_id, created_at) VALUES (?, ?, ?, ?)',
        [userid, quota.type, id, new Date()],
      );
    } catch (error) {
      const number = sqlErrorNumber(error);
      if (number === NO_REFERENCED_ROW) throw await this.whoIsMissing(userid, id);
      if (number !== DUPLICATE_ENTRY) throw error;
      throw new DomainError('QUOTA_CONFLICT', `The person already has a quota of the type ${quota.type}.`);
    }
    return quota;
  }

  /** @throws DomainError QUOTA_NOT_FOUND when the person does not have it */
  async withdraw(userid: string, id: number): Promise<void> {
    const changed = await this.database.change('DELETE FROM user_quotas WHERE userid = ? AND quota_id = ?', [
      userid,
      id,
    ]);
    if (changed === 0) throw quotaNotFound(id);
  }

  /** What holds for a person now, and what of it is left. */
  async listStates(userid: string, now = new Date()): Promise<QuotaState[]> {
    const held = await listHeldQuotas(this.database, userid);
    const states = await Promise.all(held.map((quota) => findState(this.database, quota, { userid, now })));
    return states.filter((state) => state !== null).sort((a, b) => a.quota.type.localeCompare(b.quota.type));
  }

  /**
   * Whether a person could use this much now. Nothing is taken: whoever uses it is asked again then.
   * @throws DomainError QUOTA_EXCEEDED with what is left and when it resets
   */
  check(userid: string, wanted: Wanted, now = new Date()): Promise<void> {
    return checkQuotas(this.database, { userid, wanted, now });
  }

  private async mustFind(id: number): Promise<Quota> {
    const quota = await this.find(id);
    if (!quota) throw quotaNotFound(id);
    return quota;
  }

  private async whoIsMissing(userid: string, id: number): Promise<DomainError> {
    return (await this.find(id)) === null
      ? quotaNotFound(id)
      : new DomainError('USER_NOT_FOUND', `User ${userid} not found`);
  }
}

const toValues = ({ name, description, enable, type, value, expire, isDefault }: QuotaDraft): SqlValue[] => [
  name,
  description,
  enable,
  value,
  expire.period,
  expire.period === 'hours' ? expire.hours : null,
  expire.period === 'until' ? expire.until : null,
  isDefault ? type : null,
];

async function refuseTaken<T>({ name, type }: QuotaDraft, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlErrorNumber(error) !== DUPLICATE_ENTRY) throw error;
    const isName = error instanceof Error && error.message.includes('uq_quotas_name');
    throw new DomainError(
      'QUOTA_CONFLICT',
      isName
        ? `There is a quota named “${name}” already.`
        : `Another quota of the type ${type} is everybody's.`,
      undefined,
      { cause: error },
    );
  }
}

async function inUse(
  sql: Sql,
  id: number,
  people: readonly { userid: string; username: string }[],
): Promise<DomainError> {
  const [count] = await sql.rows<{ users: number }>(COUNT_USERS_OF_QUOTA, [id]);
  const users = count?.users ?? people.length;
  return new DomainError(
    'QUOTA_CONFLICT',
    `${users} ${users === 1 ? 'person has' : 'people have'} this quota.`,
    {
      count: users,
      users: people,
    },
  );
}
