import type { Sql } from '../database/database.js';
import { toJson } from '../database/json.js';
import { POSTPONE_OWED, SETTLE_REFRESH, SETTLE_SDC } from './statements.js';
import type { CheckpointPatch, OwedKind } from './upload.js';

export type Settlement =
  | {
      done: OwedKind;
      /** Replaces the warning in `result`; null removes it. */
      result?: string | null;
      checkpoint?: CheckpointPatch;
    }
  /**
   * Not yet: try again then, or, with null, at the next sign-in. A sign-in since the work was listed, with `dueAt`, has made it
   * due anew, and that stands.
   */
  | { again: Date | null; dueAt: Date };

/** @returns whether the work was owed, and as it was listed */
export async function settleOwed(sql: Sql, id: number, settlement: Settlement): Promise<boolean> {
  if ('again' in settlement) {
    const { again, dueAt } = settlement;
    return (await sql.change(POSTPONE_OWED, [again, id, dueAt])) > 0;
  }
  const { done, result, checkpoint = {} } = settlement;
  const statement = done === 'sdc' ? SETTLE_SDC : SETTLE_REFRESH;
  const values = [result !== undefined, result ?? null, toJson(checkpoint), new Date(), id];
  return (await sql.change(statement, values)) > 0;
}
