import type { Sql } from '../database/database.js';
import { findSpan } from './quota-period.js';
import type { HeldQuota } from './quota.js';
import { NOTE_NEAR } from './statements.js';

const NEAR_PERCENT = 90;

/** Whether so little of it is left that its person is told. */
export const isNear = ({ value }: Pick<HeldQuota, 'value'>, used: number): boolean =>
  value > 0 && used / value >= NEAR_PERCENT / 100;

/** Has the person told that a quota is nearly spent: once in each of its periods. */
export async function noteNear(
  sql: Sql,
  quota: HeldQuota,
  { userid, now }: { userid: string; now: Date },
): Promise<void> {
  const span = findSpan(quota, now);
  if (span !== null) await sql.change(NOTE_NEAR, [userid, quota.id, now, span.start, span.start]);
}
