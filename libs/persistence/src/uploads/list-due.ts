import type { Sql } from '../database/database.js';
import { LIST_DUE_BATCHES, LIST_DUE_OF_BATCH } from './statements.js';
import { dueForWorkAt } from './turns/wake-up.js';
import type { DueUpload } from './upload.js';

export interface DueQuery {
  /** Uploads that may be committed up to this moment. */
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
  planned_at: Date;
  not_before: Date | null;
  staged: number;
}

export const toDue = ({ id, batchid, userid, planned_at, not_before, staged }: DueRow): DueUpload => ({
  id,
  batchid,
  userid,
  dueAt: dueForWorkAt({ plannedAt: planned_at, notBefore: not_before, staged: staged === 1 }),
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
