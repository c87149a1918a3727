import { DomainError } from '#app/protocol';
import { writeAudit, type Actor, type AuditAction } from '../admin/audit-log.js';
import type { Database, Sql, SqlValue } from '../database/database.js';
import { DUPLICATE_ENTRY, NO_REFERENCED_ROW, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import { checkQuotas, findState, listHeldQuotas, type Wanted } from './enforce-quotas.js';
import type { Quota, QuotaDraft, QuotaOrder, QuotaState } from './quota.js';
import { toQuota, type QuotaRow } from './quota-row.js';
import {
  ASSIGN_QUOTA,
  COUNT_QUOTAS,
  COUNT_USERS_OF_QUOTA,
  FIND_QUOTA,
  FORGET_NEAR,
  INSERT_QUOTA,
  LIST_QUOTAS_OF_USER,
  LIST_USERS_OF_QUOTA,
  listQuotas,
  UPDATE_QUOTA,
  WITHDRAW_QUOTA,
} from './statements.js';

/** People whom an error names. */
const NAMED = 20;

export interface QuotasQuery {
  sortby: QuotaOrder;
  /** From 0. */
  page: number;
  size: number;
  asc: boolean;
}

const quotaNotFound = (id: number): DomainError =>
  new DomainError('QUOTA_NOT_FOUND', `Quota ${id} not found`);

/** What people may use, and what of it they have used. Every change is in the audit log. */
export class QuotaRepository {
  constructor(private readonly database: Database) {}

  /** @throws DomainError QUOTA_CONFLICT when the name, or the place of the default of its type, is taken */
  create(draft: QuotaDraft, actor: Actor): Promise<Quota> {
    const now = new Date();
    const values = [draft.type, ...toValues(draft), now, now];
    return refuseTaken(draft, () =>
      this.database.transaction(async (sql) => {
        const created = await getQuota(sql, await sql.insert(INSERT_QUOTA, values));
        await noteChange(sql, actor, 'quota.create', null, created);
        return created;
      }),
    );
  }

  async find(id: number): Promise<Quota | null> {
    const [row] = await this.database.rows<QuotaRow>(FIND_QUOTA, [id]);
    return row ? toQuota(row) : null;
  }

  async list({ sortby, page, size, asc }: QuotasQuery): Promise<{ items: Quota[]; total: number }> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<QuotaRow>(listQuotas(sortby, asc), [size, page * size]),
      this.database.rows<{ quotas: number }>(COUNT_QUOTAS),
    ]);
    return { items: rows.map(toQuota), total: count?.quotas ?? 0 };
  }

  /** @throws DomainError QUOTA_NOT_FOUND, QUOTA_CONFLICT (a name or default that is taken, or another type) */
  update(id: number, draft: QuotaDraft, actor: Actor): Promise<Quota> {
    return refuseTaken(draft, () =>
      this.database.transaction(async (sql) => {
        const before = await getQuota(sql, id, { isLocked: true });
        if (before.type !== draft.type) {
          throw new DomainError('QUOTA_CONFLICT', 'The type of a quota cannot be changed: make another one.');
        }
        await sql.change(UPDATE_QUOTA, [...toValues(draft), new Date(), id]);
        await sql.change(FORGET_NEAR, [id]);
        const after = await getQuota(sql, id);
        await noteChange(sql, actor, 'quota.replace', before, after);
        return after;
      }),
    );
  }

  /**
   * @param force takes it away from everybody who has it, in the same step
   * @throws DomainError QUOTA_NOT_FOUND, QUOTA_CONFLICT with who has it, or for what holds for everybody
   */
  remove(id: number, { force, actor }: { force: boolean; actor: Actor }): Promise<void> {
    return this.database.transaction(async (sql) => {
      const quota = await getQuota(sql, id, { isLocked: true });
      const people = await sql.rows<{ userid: string; username: string }>(LIST_USERS_OF_QUOTA, [id, NAMED]);
      if (!force && people.length > 0) throw await inUse(sql, id, people);
      if (!force && quota.isDefault && quota.enable) {
        throw new DomainError('QUOTA_CONFLICT', 'This quota holds for everybody who has none of its type.');
      }
      await sql.change('DELETE FROM user_quotas WHERE quota_id = ?', [id]);
      await sql.change('DELETE FROM quotas WHERE id = ?', [id]);
      await noteChange(sql, actor, 'quota.delete', quota, null);
    });
  }

  async listOfUser(userid: string): Promise<Quota[]> {
    return (await this.database.rows<QuotaRow>(LIST_QUOTAS_OF_USER, [userid])).map(toQuota);
  }

  /** @throws DomainError QUOTA_NOT_FOUND, USER_NOT_FOUND, QUOTA_CONFLICT when the person has one of this type */
  async assign(userid: string, id: number, actor: Actor): Promise<Quota> {
    try {
      return await this.database.transaction(async (sql) => {
        const quota = await getQuota(sql, id);
        await sql.insert(ASSIGN_QUOTA, [userid, quota.type, id, new Date()]);
        await notePersonsChange(sql, actor, 'quota.assign', { userid, quota });
        return quota;
      });
    } catch (error) {
      const number = sqlErrorNumber(error);
      if (number === NO_REFERENCED_ROW) throw await this.whoIsMissing(userid, id);
      if (number !== DUPLICATE_ENTRY) throw error;
      throw new DomainError('QUOTA_CONFLICT', 'The person already has a quota of this type.');
    }
  }

  /** @throws DomainError QUOTA_NOT_FOUND when the person does not have it */
  withdraw(userid: string, id: number, actor: Actor): Promise<void> {
    return this.database.transaction(async (sql) => {
      if ((await sql.change(WITHDRAW_QUOTA, [userid, id])) === 0) throw quotaNotFound(id);
      const quota = await getQuota(sql, id);
      await notePersonsChange(sql, actor, 'quota.withdraw', { userid, quota });
    });
  }

  /** What holds for a person now, and what of it is left. */
  async listStates(userid: string, now = new Date()): Promise<QuotaState[]> {
    const held = await listHeldQuotas(this.database, userid, now);
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

  private async whoIsMissing(userid: string, id: number): Promise<DomainError> {
    return (await this.find(id)) === null
      ? quotaNotFound(id)
      : new DomainError('USER_NOT_FOUND', `User ${userid} not found`);
  }
}

async function getQuota(sql: Sql, id: number, { isLocked = false } = {}): Promise<Quota> {
  const [row] = await sql.rows<QuotaRow>(isLocked ? `${FIND_QUOTA} FOR UPDATE` : FIND_QUOTA, [id]);
  if (!row) throw quotaNotFound(id);
  return toQuota(row);
}

const stateOf = ({ id: _id, createdAt: _created, updatedAt: _updated, ...state }: Quota): object => state;

function noteChange(
  sql: Sql,
  actor: Actor,
  action: AuditAction,
  before: Quota | null,
  after: Quota | null,
): Promise<void> {
  const subjectId = String((after ?? before)?.id);
  const states = { ...(before && { before: stateOf(before) }), ...(after && { after: stateOf(after) }) };
  return writeAudit(sql, actor, [{ action, subjectKind: 'quota', subjectId, ...states }]);
}

function notePersonsChange(
  sql: Sql,
  actor: Actor,
  action: 'quota.assign' | 'quota.withdraw',
  { userid, quota: { id, name } }: { userid: string; quota: Quota },
): Promise<void> {
  const state = { quota: { id, name } };
  const states = action === 'quota.assign' ? { after: state } : { before: state };
  return writeAudit(sql, actor, [{ action, subjectKind: 'user', subjectId: userid, ...states }]);
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
