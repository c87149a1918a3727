/** The SQL of notifications, named, so that a spec and the benchmark can have each one explained. */

const COLUMNS = 'id, userid, kind, message, link, created_at, read_at';

/** Values: userid, kind, message, link, now. */
export const INSERT_NOTIFICATION =
  'INSERT INTO notifications (userid, kind, message, link, created_at) VALUES (?, ?, ?, ?, ?)';

const order = (asc: boolean): string => `ORDER BY id ${asc ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`;

/** Values: userid, size, offset. */
export const listNotifications = (unread: boolean, asc: boolean): string =>
  unread
    ? `SELECT ${COLUMNS} FROM notifications FORCE INDEX (ix_notifications_unread)
  WHERE userid = ? AND read_at IS NULL ${order(asc)}`
    : `SELECT ${COLUMNS} FROM notifications FORCE INDEX (ix_notifications_user) WHERE userid = ? ${order(asc)}`;

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
