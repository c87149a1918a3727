import type { Database } from '../../database/database.js';
import { CLOSE, LIST_CLOSABLE, LIST_UNFINISHED, LOCK_OPEN } from './statements.js';

/**
 * Takes batches of which nothing is queued or running out of those that are asked for turns; a new upload opens its batch
 * again. @param before only batches created earlier @returns how many
 */
export async function closeBatches(database: Database, before: Date, limit: number): Promise<number> {
  const found = await database.rows<{ id: number }>(LIST_CLOSABLE, [before, limit]);
  if (found.length === 0) return 0;
  return database.transaction(async (sql) => {
    const locked = await sql.rows<{ id: number }>(LOCK_OPEN, [found.map(({ id }) => id)]);
    if (locked.length === 0) return 0;
    const ids = locked.map(({ id }) => id);
    const unfinished = await sql.rows<{ batchid: number }>(LIST_UNFINISHED, [ids]);
    const kept = new Set(unfinished.map(({ batchid }) => batchid));
    const closed = ids.filter((id) => !kept.has(id));
    return closed.length === 0 ? 0 : sql.change(CLOSE, [closed]);
  });
}
