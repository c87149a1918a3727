import type { NotificationOrder } from './notification.js';

/** The SQL of notifications, named, so that a spec and the benchmark can have each one explained. */

const COLUMNS = 'id, userid, kind, message, link, created_at, read_at';

/** Values: userid, kind, message, link, now. */
export const INSERT_NOTIFICATION =
  'INSERT INTO notifications (userid, kind, message, link, created_at) VALUES (?, ?, ?, ?, ?)';

/** Of each order the indexes for all of a person's, and for those not read. */
const INDEXES: Readonly<Record<NotificationOrder, readonly [all: string, unread: string]>> = {
  created_at: ['ix_notifications_user', 'ix_notifications_unread'],
  kind: ['ix_notifications_kind', 'ix_notifications_unread_kind'],
};

export interface ListedNotifications {
  unread: boolean;
  sortby: NotificationOrder;
  asc: boolean;
}

/** Values: userid, size, offset. */
export function listNotifications({ unread, sortby, asc }: ListedNotifications): string {
  const way = asc ? 'ASC' : 'DESC';
  const order = sortby === 'kind' ? `kind ${way}, id ${way}` : `id ${way}`;
  return `SELECT ${COLUMNS} FROM notifications FORCE INDEX (${INDEXES[sortby][unread ? 1 : 0]})
  WHERE userid = ?${unread ? ' AND read_at IS NULL' : ''} ORDER BY ${order} LIMIT ? OFFSET ?`;
}

/** Values: userid. */
export const countNotifications = (unread: boolean): string =>
  `SELECT COUNT(*) AS notifications FROM notifications WHERE userid = ?${unread ? ' AND read_at IS NULL' : ''}`;

/** Values: id, userid. */
export const FIND_NOTIFICATION = `SELECT ${COLUMNS} FROM notifications WHERE id = ? AND userid = ?`;

/** Values: now, id, userid. */
export const READ_NOTIFICATION =
  'UPDATE notifications SET read_at = ? WHERE id = ? AND userid = ? AND read_at IS NULL';

/** Values: now, userid. */
export const READ_NOTIFICATIONS = 'UPDATE notifications SET read_at = ? WHERE userid = ? AND read_at IS NULL';

/** Values: before, limit. */
export const DELETE_READ_NOTIFICATIONS = 'DELETE FROM notifications WHERE read_at < ? LIMIT ?';

/**
 * Open batches that have uploads, of which none is queued or running, and whose owner was not told yet. EXISTS would be
 * joined, and read every upload. Values: quiet since, limit.
 */
export const LIST_FINISHED_BATCHES = `SELECT b.id FROM batches b FORCE INDEX (ix_batches_open)
  WHERE b.open = 1 AND b.finished_at IS NULL
    AND (SELECT r.id FROM upload_requests r WHERE r.batchid = b.id LIMIT 1) IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM upload_requests r WHERE r.batchid = b.id AND r.status IN ('queued', 'in_progress'))
    AND COALESCE((SELECT MAX(s.created_at) FROM upload_slices s FORCE INDEX (PRIMARY) WHERE s.batchid = b.id) <= ?, 1)
  LIMIT ?`;

/** Values: ids. Who inserts uploads holds the row of their batch. */
export const LOCK_UNTOLD_BATCHES =
  'SELECT id, userid FROM batches WHERE id IN (?) AND finished_at IS NULL FOR UPDATE SKIP LOCKED';

/** Values: now, ids. */
export const MARK_FINISHED = 'UPDATE batches SET finished_at = ? WHERE id IN (?)';
