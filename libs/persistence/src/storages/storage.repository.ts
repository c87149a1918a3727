import { DomainError } from '#app/protocol';
import { writeAudit, type Actor, type AuditAction } from '../admin/audit-log.js';
import type { Database, Sql, SqlValue } from '../database/database.js';
import { toJson } from '../database/json.js';
import { DUPLICATE_ENTRY, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import type { TokenVault } from '../tokens/token-vault.js';
import { CREDENTIALS } from './credentials.js';
import type { S3Credentials } from './s3-connections.js';
import * as statements from './statements.js';
import {
  placeKeyOf,
  toStorage,
  type Storage,
  type StorageDraft,
  type StorageRow,
  type StoragesQuery,
} from './storage.js';

const storageNotFound = (id: number): DomainError =>
  new DomainError('STORAGE_NOT_FOUND', `Storage ${id} not found`);

const needsCredentials = (): DomainError =>
  new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', {
    'resource.credentials': ['resource.credentials must be given for a new bucket'],
  });

/** The storages that administrators have set up; every change is in the audit log. Credentials go in, and come out only for the use of the storage itself. */
export class StorageRepository {
  constructor(
    private readonly database: Database,
    private readonly vault: TokenVault,
  ) {}

  async find(id: number): Promise<Storage | null> {
    const [row] = await this.database.rows<StorageRow>(statements.FIND_STORAGE, [id]);
    return row ? toStorage(row) : null;
  }

  /** @throws DomainError STORAGE_NOT_FOUND */
  async get(id: number): Promise<Storage> {
    const found = await this.find(id);
    if (found === null) throw storageNotFound(id);
    return found;
  }

  /** For new exports. @throws DomainError STORAGE_NOT_FOUND, STORAGE_CONFLICT when it is not active */
  async getActive(id: number): Promise<Storage> {
    const found = await this.get(id);
    if (!found.active) {
      throw new DomainError(
        'STORAGE_CONFLICT',
        `Storage ${found.name} takes no new exports: it is not active.`,
      );
    }
    return found;
  }

  async list(query: StoragesQuery): Promise<{ items: Storage[]; total: number }> {
    const [page, all] = [statements.listStorages(query), statements.countStorages(query)];
    const [rows, [count]] = await Promise.all([
      this.database.rows<StorageRow>(page.statement, page.values),
      this.database.rows<{ storages: number }>(all.statement, all.values),
    ]);
    return { items: rows.map(toStorage), total: count?.storages ?? 0 };
  }

  /** @throws DomainError STORAGE_CONFLICT when its name or place is taken, VALIDATION_FAILED without credentials for a bucket */
  async create(draft: StorageDraft, actor: Actor): Promise<Storage> {
    if (draft.resource.kind === 's3' && draft.credentials === null) throw needsCredentials();
    const now = new Date();
    const id = await this.refusingTaken(draft, 0, () =>
      this.database.transaction(async (sql) => {
        const inserted = await sql.insert(statements.INSERT_STORAGE, [...toValues(draft), now, now]);
        if (draft.credentials !== null) {
          await sql.change(statements.KEEP_CREDENTIALS, [this.seal(draft.credentials, inserted), inserted]);
        }
        await note(sql, actor, 'storage.create', inserted, { after: toNote(draft) });
        return inserted;
      }),
    );
    return this.get(id);
  }

  /**
   * Credentials that are not given stay as they are.
   * @throws DomainError STORAGE_NOT_FOUND, VALIDATION_FAILED without credentials where there were none, STORAGE_CONFLICT
   * when its name or place is taken, or when it would be moved away from its files
   */
  async replace(id: number, draft: StorageDraft, actor: Actor): Promise<Storage> {
    await this.refusingTaken(draft, id, () =>
      this.database.transaction(async (sql) => {
        const [row] = await sql.rows<StorageRow>(statements.LOCK_STORAGE, [id]);
        if (!row) throw storageNotFound(id);
        const known = toStorage(row);
        if (placeKeyOf(known.resource) !== placeKeyOf(draft.resource)) await refuseInUse(sql, known, 'moved');
        const credentials = this.credentialsFor(draft, row);
        await sql.change(statements.UPDATE_STORAGE, [...toValues(draft), credentials, new Date(), id]);
        await note(sql, actor, 'storage.replace', id, { before: toNote(known), after: toNote(draft) });
      }),
    );
    return this.get(id);
  }

  /** @throws DomainError STORAGE_NOT_FOUND, STORAGE_CONFLICT with what depends on it */
  async delete(id: number, actor: Actor): Promise<void> {
    await this.database.transaction(async (sql) => {
      const [row] = await sql.rows<StorageRow>(statements.LOCK_STORAGE, [id]);
      if (!row) throw storageNotFound(id);
      await refuseInUse(sql, toStorage(row), 'deleted');
      await sql.change('DELETE FROM storages WHERE id = ?', [id]);
      await note(sql, actor, 'storage.delete', id, { before: toNote(toStorage(row)) });
    });
  }

  /** For opening it. @throws DomainError STORAGE_NOT_FOUND @throws SealedTokenError when the key that sealed them is gone */
  async getWithCredentials(id: number): Promise<{ storage: Storage; credentials: S3Credentials | null }> {
    const [row] = await this.database.rows<StorageRow>(statements.FIND_STORAGE, [id]);
    if (!row) throw storageNotFound(id);
    if (row.credentials === null) return { storage: toStorage(row), credentials: null };
    const { key, secret } = this.vault.open(row.credentials, String(id), CREDENTIALS);
    return { storage: toStorage(row), credentials: { accessKeyId: key, secretAccessKey: secret } };
  }

  private credentialsFor({ resource, credentials }: StorageDraft, row: StorageRow): string | null {
    if (resource.kind === 'local') return null;
    if (credentials !== null) return this.seal(credentials, row.id);
    if (row.credentials === null) throw needsCredentials();
    return row.credentials;
  }

  private seal({ accessKeyId, secretAccessKey }: S3Credentials, id: number): string {
    return this.vault.seal({ key: accessKeyId, secret: secretAccessKey }, String(id), CREDENTIALS);
  }

  private async refusingTaken<T>(draft: StorageDraft, id: number, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (sqlErrorNumber(error) !== DUPLICATE_ENTRY) throw error;
      const values = [draft.name, placeKeyOf(draft.resource), id];
      const [taken] = await this.database.rows<{ id: number; name: string }>(statements.FIND_TAKEN, values);
      const what = taken?.name === draft.name ? 'name' : 'place';
      throw new DomainError('STORAGE_CONFLICT', `Another storage has this ${what}.`, {
        ...(taken && { storage_id: taken.id, name: taken.name }),
      });
    }
  }
}

const toValues = ({ name, description, resource, active }: StorageDraft): SqlValue[] => [
  name,
  description,
  toJson(resource),
  placeKeyOf(resource),
  active,
];

/** What the audit log may tell: that credentials came anew, never which. */
function toNote(of: Storage | StorageDraft): object {
  const { name, description, resource, active } = of;
  const isNew = 'credentials' in of && of.credentials !== null;
  return { name, description, resource, active, ...(isNew && { has_new_credentials: true }) };
}

const note = (
  sql: Sql,
  actor: Actor,
  action: AuditAction,
  id: number,
  states: { before?: object; after?: object },
): Promise<void> =>
  writeAudit(sql, actor, [{ action, subjectKind: 'storage', subjectId: String(id), ...states }]);

async function refuseInUse(sql: Sql, { id, name }: Storage, what: string): Promise<void> {
  const [files] = await sql.rows<{ files: number }>(statements.COUNT_FILES, [id]);
  const [open] = await sql.rows<{ exports: number }>(statements.COUNT_OPEN_EXPORTS, [id]);
  const details = { export_files: files?.files ?? 0, open_exports: open?.exports ?? 0 };
  if (details.export_files === 0 && details.open_exports === 0) return;
  throw new DomainError(
    'STORAGE_CONFLICT',
    `Storage ${name} cannot be ${what}: ${details.export_files} files of exports are in it, and ${details.open_exports} exports are being made for it.`,
    details,
  );
}
