import type { Database, Sql } from '../database/database.js';
import { addNotification } from '../notifications/notification.repository.js';
import type { Notification } from '../notifications/notification.js';
import { findState, listHeldQuotas } from './enforce-quotas.js';
import { isNear } from './near-quotas.js';
import { QUOTA_UNITS, type QuotaState } from './quota.js';
import { FORGET_NEAR_OF, LIST_UNTOLD_NEAR, LOCK_PERSON, TELL_NEAR } from './statements.js';

/** Tells people of quotas that are nearly spent, over any number of processes once. @returns what is to be published */
export async function tellNearQuotas(
  database: Database,
  { now, limit }: { now: Date; limit: number },
): Promise<Notification[]> {
  const rows = await database.rows<{ userid: string; quota_id: number }>(LIST_UNTOLD_NEAR, [limit]);
  const told: Notification[] = [];
  for (const { userid, quota_id: id } of rows) {
    const notification = await database.transaction((sql) => tell(sql, { userid, id, now }));
    if (notification) told.push(notification);
  }
  return told;
}

async function tell(
  sql: Sql,
  { userid, id, now }: { userid: string; id: number; now: Date },
): Promise<Notification | null> {
  await sql.rows(LOCK_PERSON, [userid]);
  if ((await sql.change(TELL_NEAR, [now, userid, id])) === 0) return null;
  const quota = (await listHeldQuotas(sql, userid, now)).find((held) => held.id === id);
  const state = quota === undefined ? null : await findState(sql, quota, { userid, now });
  if (state === null || !isNear(state.quota, state.used)) {
    await sql.change(FORGET_NEAR_OF, [userid, id]);
    return null;
  }
  return addNotification(sql, { userid, kind: 'quota-near', message: describeNear(state), link: null }, now);
}

/** For its person. */
export function describeNear({ quota, used, left, resetsAt }: QuotaState): string {
  const unit = QUOTA_UNITS[quota.type];
  const when = resetsAt === null ? '' : ` It resets at ${resetsAt.toISOString()}.`;
  return `You have used ${used} of the ${quota.value} ${unit} of your quota “${quota.name}”, ${left} ${
    left === 1 ? 'is' : 'are'
  } left.${when}`;
}
