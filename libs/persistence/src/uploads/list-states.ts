import type { UploadState } from '#app/protocol';
import type { Sql } from '../database/database.js';
import { LIST_STATES } from './statements.js';
import { toState, type StateRow } from './upload-row.js';

/** In the order of their ids. */
export async function listStatesOf(sql: Sql, ids: readonly number[]): Promise<UploadState[]> {
  if (ids.length === 0) return [];
  const rows = await sql.rows<StateRow>(LIST_STATES, [ids]);
  return rows.sort((a, b) => a.id - b.id).map(toState);
}
