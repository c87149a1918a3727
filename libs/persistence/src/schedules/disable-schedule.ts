import { clip } from '../database/clip.js';
import type { Sql } from '../database/database.js';
import { addNotification } from '../notifications/notification.repository.js';
import type { Notification } from '../notifications/notification.js';
import { DISABLE_SCHEDULE, FIND_OWNER } from './statements.js';

const LONGEST_REASON = 1_000;

/**
 * Disables a schedule and tells its owner why, once.
 * @param reason for people, a whole sentence
 * @returns null when it is disabled or gone already; what is to be published otherwise
 */
export async function disableSchedule(
  sql: Sql,
  { id, reason, now }: { id: number; reason: string; now: Date },
): Promise<Notification | null> {
  if ((await sql.change(DISABLE_SCHEDULE, [clip(reason, LONGEST_REASON), now, now, id])) === 0) return null;
  const [schedule] = await sql.rows<{ userid: string; name: string }>(FIND_OWNER, [id]);
  if (!schedule) return null;
  const { userid, name } = schedule;
  const message = `The schedule “${name}” was disabled. ${reason}`;
  return addNotification(sql, { userid, kind: 'schedule-disabled', message, link: null }, now);
}
