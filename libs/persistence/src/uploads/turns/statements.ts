/** The SQL of turns, named, so that a spec and the benchmark can have each one explained. */

const earliest = (
  staged: 0 | 1,
): string => `(SELECT r.due_at FROM upload_requests r FORCE INDEX (ix_upload_requests_turn)
    WHERE r.batchid = b.id AND r.status = 'queued' AND r.staged = ${staged} ORDER BY r.due_at LIMIT 1)`;

/**
 * Of every open batch that is not paused, the earliest of what waits to be prepared and of what waits to be committed. Two
 * look-ups a batch, however many uploads it has: an aggregate over what is queued would be left to the optimizer's estimates.
 */
export const LIST_WAITING_BATCHES = `SELECT b.userid, b.id AS batchid, u.served_at,
    ${earliest(0)} AS to_prepare, ${earliest(1)} AS to_commit
  FROM batches b FORCE INDEX (ix_batches_open) JOIN users u ON u.userid = b.userid
  WHERE b.open = 1 AND b.paused_at IS NULL AND u.paused_at IS NULL`;

export const COUNT_RUNNING = `SELECT userid, COUNT(*) AS uploads FROM upload_requests
  WHERE status = 'in_progress' GROUP BY userid ORDER BY NULL`;

/** Values: now. */
export const FIND_EXPIRED_LEASE = `SELECT id FROM upload_requests
  WHERE status = 'in_progress' AND leased_until < ? ORDER BY leased_until LIMIT 1`;

/** Values: now. */
export const LOCK_EXPIRED_LEASE = `${FIND_EXPIRED_LEASE} FOR UPDATE SKIP LOCKED`;

/** Values: userid. Whoever serves a person at this moment has the row. */
export const LOCK_USER = 'SELECT userid FROM users WHERE userid = ? AND paused_at IS NULL FOR UPDATE';

export const LOCK_FREE_USER = `${LOCK_USER} SKIP LOCKED`;

/** Values: batchid, staged, until, now. */
export const LOCK_FIRST_WAITING = `SELECT id FROM upload_requests FORCE INDEX (ix_upload_requests_turn)
  WHERE batchid = ? AND status = 'queued' AND staged = ? AND due_at <= ?
    AND (not_before IS NULL OR not_before <= ?)
  ORDER BY due_at, not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

/** Values: now, userid. */
export const NOTE_SERVED = 'UPDATE users SET served_at = ? WHERE userid = ?';

/** Values: id. */
export const FIND_WAKE_UP = `SELECT r.status, r.staged, r.planned_at, r.not_before,
    (b.paused_at IS NOT NULL OR u.paused_at IS NOT NULL) AS is_paused
  FROM upload_requests r JOIN batches b ON b.id = r.batchid JOIN users u ON u.userid = r.userid WHERE r.id = ?`;

/** Those with uploads only once their owner was told of their end. Values: before, limit. */
export const LIST_CLOSABLE = `SELECT b.id FROM batches b FORCE INDEX (ix_batches_open)
  WHERE b.open = 1 AND b.created_at < ? AND NOT EXISTS (
    SELECT 1 FROM upload_requests r WHERE r.batchid = b.id AND r.status IN ('queued', 'in_progress'))
    AND (b.finished_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM upload_requests r WHERE r.batchid = b.id))
  LIMIT ?`;

/** Values: ids. Who inserts uploads holds the row of their batch. */
export const LOCK_OPEN = 'SELECT id FROM batches WHERE id IN (?) AND open = 1 FOR UPDATE SKIP LOCKED';

/** Values: ids. */
export const LIST_UNFINISHED = `SELECT DISTINCT batchid FROM upload_requests
  WHERE batchid IN (?) AND status IN ('queued', 'in_progress')`;

/** Values: ids. */
export const CLOSE = 'UPDATE batches SET open = 0 WHERE id IN (?)';

export const IS_OPEN = 'SELECT open FROM batches WHERE id = ?';

export const OPEN = 'UPDATE batches SET open = 1 WHERE id = ?';
