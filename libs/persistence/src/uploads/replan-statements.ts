/** The SQL of the rate plan and of planning anew, named like the other statements of uploads. */

/** Values: userid, userid, since. What is paused has given its places back. */
export const LIST_COUNTED_TIMES = `SELECT planned_at AS at, 0 AS is_hit FROM upload_requests
  WHERE userid = ? AND status IN ('queued', 'in_progress') AND committed_at IS NULL
    AND (status = 'in_progress' OR (
      NOT EXISTS (SELECT 1 FROM batches b WHERE b.id = upload_requests.batchid AND b.paused_at IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM users u WHERE u.userid = upload_requests.userid AND u.paused_at IS NOT NULL)))
  UNION ALL SELECT committed_at, 1 FROM upload_requests WHERE userid = ? AND committed_at >= ?`;

/** Values: userid, userid. What is not committed. */
export const LIST_UNCOMMITTED_TIMES = `SELECT id, batchid, planned_at, 0 AS is_running, 0 AS is_used
  FROM upload_requests WHERE userid = ? AND status = 'queued' AND committed_at IS NULL
  UNION ALL SELECT id, batchid, planned_at, 1, JSON_VALUE(checkpoint, '$.commitAttemptedAt') IS NOT NULL
  FROM upload_requests WHERE userid = ? AND status = 'in_progress' AND committed_at IS NULL`;

/** Values: userid, userid. */
export const LIST_PAUSED_BATCHES = `SELECT id FROM batches WHERE userid = ?
  AND (paused_at IS NOT NULL OR EXISTS (SELECT 1 FROM users u WHERE u.userid = ? AND u.paused_at IS NOT NULL))`;

/** Values: JSON of {id, at} objects. Their jobs may fire too late now: upkeep moves them. */
export const MOVE_PLANNED = `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
    id bigint unsigned PATH '$.id', planned_at datetime(3) PATH '$.at')) moved
  STRAIGHT_JOIN upload_requests q ON q.id = moved.id
  SET q.planned_at = moved.planned_at,
    q.due_at = GREATEST(moved.planned_at, COALESCE(q.not_before, moved.planned_at)),
    q.dispatched_at = NULL
  WHERE q.status = 'queued'`;

/** Each as often as they have open batches, which are few. Values: moment. */
export const LIST_PLANNED_BEYOND = `SELECT u.userid, u.access_token
  FROM batches b STRAIGHT_JOIN users u ON u.userid = b.userid
  WHERE b.open = 1 AND u.access_token IS NOT NULL AND u.paused_at IS NULL AND (SELECT MAX(planned_at) FROM upload_requests r
    WHERE r.userid = u.userid AND r.status = 'queued') > ?`;

/** Values: ids. */
export const LIST_STILL_QUEUED = `SELECT id FROM upload_requests WHERE id IN (?) AND status = 'queued'`;
