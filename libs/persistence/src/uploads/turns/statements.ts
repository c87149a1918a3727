/** The SQL of turns, named, so that a spec and the benchmark can have each one explained. */

/**
 * Per batch the earliest of what waits to be prepared and of what waits to be committed, paused ones left out.
 * Values: until. Grouping by the constant as well lets the index be skipped through: the cost follows the batches.
 */
export const LIST_WAITING_GROUPS = `SELECT g.userid, g.batchid, g.staged, g.earliest, u.served_at
  FROM (SELECT staged, userid, batchid, MIN(due_at) AS earliest FROM upload_requests
    WHERE status = 'queued' GROUP BY status, staged, userid, batchid) g
  JOIN batches b ON b.id = g.batchid JOIN users u ON u.userid = g.userid
  WHERE g.earliest <= ? AND b.paused_at IS NULL AND u.paused_at IS NULL`;

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

/** Values: staged, userid, batchid, until, now. */
export const LOCK_FIRST_WAITING = `SELECT id FROM upload_requests
  WHERE status = 'queued' AND staged = ? AND userid = ? AND batchid = ? AND due_at <= ?
    AND (not_before IS NULL OR not_before <= ?)
  ORDER BY due_at, not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

/** Values: now, userid. */
export const NOTE_SERVED = 'UPDATE users SET served_at = ? WHERE userid = ?';

/** Values: id. */
export const FIND_WAKE_UP = `SELECT r.status, r.staged, r.planned_at, r.not_before,
    (b.paused_at IS NOT NULL OR u.paused_at IS NOT NULL) AS is_paused
  FROM upload_requests r JOIN batches b ON b.id = r.batchid JOIN users u ON u.userid = r.userid WHERE r.id = ?`;
