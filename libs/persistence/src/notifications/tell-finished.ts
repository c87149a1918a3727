import { isTerminal, type UploadStatus } from '#app/protocol';
import { COUNT_BY_STATUS } from '../batches/statements.js';
import type { Database, Sql } from '../database/database.js';
import { describeEnd, type EndCounts } from './describe-end.js';
import { addNotification } from './notification.repository.js';
import type { Notification } from './notification.js';
import { LIST_FINISHED_BATCHES, LOCK_UNTOLD_BATCHES, MARK_FINISHED } from './statements.js';

interface Told {
  /** No slice came since then: more of them may be on their way. */
  quietSince: Date;
  limit: number;
  /** Where people look at a batch. */
  linkTo: (batchid: number) => string;
}

/**
 * Tells the owners of batches of which nothing is queued or running any more, each once for good: what is added to a
 * batch later is not told of again. @returns what is to be published
 */
export async function tellFinished(
  database: Database,
  { quietSince, limit, linkTo }: Told,
): Promise<Notification[]> {
  const found = await database.rows<{ id: number }>(LIST_FINISHED_BATCHES, [quietSince, limit]);
  if (found.length === 0) return [];
  return database.transaction(async (sql) => {
    const values = [found.map(({ id }) => id)];
    const batches = await sql.rows<{ id: number; userid: string }>(LOCK_UNTOLD_BATCHES, values);
    if (batches.length === 0) return [];
    const countsOf = await countUploads(
      sql,
      batches.map(({ id }) => id),
    );
    const now = new Date();
    const told: Notification[] = [];
    for (const { id, userid } of batches) {
      const message = describeEnd(id, countsOf.get(id) ?? new Map());
      if (message === null) continue;
      await sql.change(MARK_FINISHED, [now, [id]]);
      const link = linkTo(id);
      told.push(await addNotification(sql, { userid, kind: 'batch-finished', message, link }, now));
    }
    return told;
  });
}

async function countUploads(sql: Sql, ids: readonly number[]): Promise<Map<number, EndCounts>> {
  const rows = await sql.rows<{ batchid: number; status: UploadStatus; uploads: number }>(COUNT_BY_STATUS, [
    ids,
  ]);
  const countsOf = new Map<number, Map<UploadStatus, number>>();
  for (const { batchid, status, uploads } of rows) {
    const counts = countsOf.get(batchid) ?? new Map<UploadStatus, number>();
    countsOf.set(batchid, counts.set(status, uploads));
  }
  for (const [id, counts] of countsOf) {
    if (![...counts.keys()].every(isTerminal)) countsOf.delete(id);
  }
  return countsOf;
}
