import { DomainError, type UploadState } from '#app/protocol';
import type { Database, Sql } from '../database/database.js';
import { DUPLICATE_ENTRY, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import { enforceQuotas } from '../quotas/enforce-quotas.js';
import { asDomainError, insertUploads } from './insert-uploads.js';
import { LIST_STATES_BY_KEY } from './statements.js';
import type { NewUpload } from './upload.js';
import { toState, type StateRow } from './upload-row.js';

export interface Slice {
  batchid: number;
  userid: string;
  sliceid: number;
  /** Hash of what the client sent, at most 64 characters: tells the same slice from another with its number. */
  itemsHash: string;
  uploads: readonly NewUpload[];
  /** No quota holds for this person. */
  isExempt?: boolean;
  /** Done in the same transaction, if the slice is new; it may be done more than once, so it changes nothing but rows. */
  alongside?: (sql: Sql) => Promise<void>;
}

export interface KnownSlice extends Pick<Slice, 'batchid' | 'sliceid' | 'itemsHash'> {
  /** Of its items. */
  keys: readonly string[];
}

export interface AcceptedSlice {
  /** False when the slice had been accepted before. */
  created: boolean;
  /** In the order of the slice's items. */
  uploads: UploadState[];
}

const INSERT_SLICE =
  'INSERT INTO upload_slices (batchid, sliceid, items_hash, created_at) VALUES (?, ?, ?, ?)';
const FIND_HASH = 'SELECT items_hash FROM upload_slices WHERE batchid = ? AND sliceid = ?';

export const acceptSlice = (database: Database, slice: Slice): Promise<AcceptedSlice> =>
  database.transaction(async (sql) => {
    const created = await takeSlice(sql, slice);
    if (created) {
      await enforce(sql, slice);
      await insertUploads(sql, { ...slice, now: new Date() });
      await slice.alongside?.(sql);
    }
    return {
      created,
      uploads: await listStates(
        sql,
        slice.batchid,
        slice.uploads.map(({ key }) => key),
      ),
    };
  });

/** The uploads of a slice that was accepted before, or null. @throws DomainError SLICE_CONFLICT */
export async function findSlice(database: Database, slice: KnownSlice): Promise<UploadState[] | null> {
  const [known] = await database.rows<{ items_hash: string }>(FIND_HASH, [slice.batchid, slice.sliceid]);
  if (!known) return null;
  if (known.items_hash !== slice.itemsHash) throw otherItems(slice.sliceid);
  return listStates(database, slice.batchid, slice.keys);
}

async function enforce(sql: Sql, { userid, uploads, isExempt = false }: Slice): Promise<void> {
  const queued = uploads.filter(({ status }) => status === 'queued').length;
  if (isExempt || queued === 0) return;
  await enforceQuotas(sql, { userid, wanted: { max_uploads: queued, max_bytes: 0 }, now: new Date() });
}

const otherItems = (sliceid: number): DomainError =>
  new DomainError('SLICE_CONFLICT', `Slice ${sliceid} was already sent with other items`);

/** The row of the slice is the lock: a second sender of the same slice waits here for the first one's transaction. */
async function takeSlice(sql: Sql, { batchid, sliceid, itemsHash }: Slice): Promise<boolean> {
  try {
    await sql.insert(INSERT_SLICE, [batchid, sliceid, itemsHash, new Date()]);
    return true;
  } catch (error) {
    if (sqlErrorNumber(error) !== DUPLICATE_ENTRY) throw asDomainError(error);
    const [known] = await sql.rows<{ items_hash: string }>(FIND_HASH, [batchid, sliceid]);
    if (known?.items_hash === itemsHash) return false;
    throw otherItems(sliceid);
  }
}

async function listStates(sql: Sql, batchid: number, keys: readonly string[]): Promise<UploadState[]> {
  if (keys.length === 0) return [];
  const rows = await sql.rows<StateRow>(LIST_STATES_BY_KEY, [batchid, keys]);
  const byKey = new Map(rows.map((row) => [row.key, toState(row)]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
}
