import type { Database, Sql } from '../database/database.js';
import { LIST_DUE_BATCHES, LIST_DUE_OF_BATCH, LOCK_UNDISPATCHED, MARK_DISPATCHED } from './statements.js';
import type { DueUpload } from './upload.js';

export interface DueQuery {
  /** Uploads due up to this moment. */
  until: Date;
  limit: number;
}

interface DueBatchRow {
  userid: string;
  batchid: number;
  earliest: Date;
}

export interface DueRow {
  id: number;
  batchid: number;
  userid: string;
  due_at: Date;
}

export const toDue = ({ id, batchid, userid, due_at }: DueRow): DueUpload => ({
  id,
  batchid,
  userid,
  dueAt: due_at,
});

const byDue = (a: DueUpload, b: DueUpload): number => a.dueAt.getTime() - b.dueAt.getTime() || a.id - b.id;

/** Takes one of each list in turn until `limit` are taken. */
export function takeTurns<T>(lists: readonly (readonly T[])[], limit: number): T[] {
  const taken: T[] = [];
  for (let turn = 0; taken.length < limit; turn += 1) {
    const before = taken.length;
    for (const list of lists) {
      const item = list[turn];
      if (item !== undefined && taken.length < limit) taken.push(item);
    }
    if (taken.length === before) break;
  }
  return taken;
}

export async function listDue(sql: Sql, { until, limit }: DueQuery): Promise<DueUpload[]> {
  const batches = await sql.rows<DueBatchRow>(LIST_DUE_BATCHES, [until]);
  if (batches.length === 0) return [];
  batches.sort((a, b) => a.earliest.getTime() - b.earliest.getTime());
  const users = new Map<string, DueUpload[]>();
  for (const { userid } of batches) users.set(userid, []);
  const share = Math.ceil(limit / users.size);
  const asked = batches.slice(0, limit);
  const rows = await sql.rows<DueRow>(
    asked.map(() => `(${LIST_DUE_OF_BATCH})`).join(' UNION ALL '),
    asked.flatMap(({ userid, batchid }) => [userid, batchid, until, share]),
  );
  for (const row of rows) users.get(row.userid)?.push(toDue(row));
  return takeTurns(
    [...users.values()].map((uploads) => uploads.sort(byDue)),
    limit,
  );
}

/** As listDue, and marks them as dispatched; what another process is taking at this moment is left to it. */
export async function takeDue(database: Database, query: DueQuery, jobAt: Date): Promise<DueUpload[]> {
  const due = await listDue(database, query);
  if (due.length === 0) return [];
  return database.transaction(async (sql) => {
    const locked = await sql.rows<{ id: number }>(LOCK_UNDISPATCHED, [due.map(({ id }) => id)]);
    if (locked.length === 0) return [];
    const ids = new Set(locked.map(({ id }) => id));
    await sql.change(MARK_DISPATCHED, [jobAt, [...ids]]);
    return due.filter(({ id }) => ids.has(id));
  });
}
