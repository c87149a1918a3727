/** The SQL of the figures of operation, named, so that a spec and the benchmark can have each one explained. */

/** Of every open batch how much is queued in it. Its index alone answers it. Values: now. */
const QUEUED_BY_BATCH = `SELECT b.userid, (b.paused_at IS NOT NULL OR u.paused_at IS NOT NULL) AS is_paused,
    COUNT(*) AS queued, SUM(r.due_at <= ?) AS due, MIN(r.due_at) AS earliest, MAX(r.due_at) AS latest
  FROM batches b FORCE INDEX (ix_batches_open)
    STRAIGHT_JOIN users u ON u.userid = b.userid
    STRAIGHT_JOIN upload_requests r FORCE INDEX (ix_upload_requests_turn) ON r.batchid = b.id AND r.status = 'queued'
  WHERE b.open = 1 GROUP BY b.id`;

/** The cost follows what is queued. Values: now. */
export const COUNT_QUEUED = `SELECT COALESCE(SUM(IF(is_paused, queued, 0)), 0) AS paused,
    COALESCE(SUM(IF(is_paused, 0, due)), 0) AS due,
    COALESCE(SUM(IF(is_paused, 0, queued - due)), 0) AS planned,
    COUNT(DISTINCT IF(is_paused, NULL, userid)) AS people,
    MIN(IF(is_paused OR due = 0, NULL, earliest)) AS oldest_due,
    MAX(IF(is_paused OR due = queued, NULL, latest)) AS last_planned
  FROM (${QUEUED_BY_BATCH}) q`;

/** Values: now. */
export const COUNT_RUNNING_UPLOADS = `SELECT COUNT(*) AS running, COALESCE(SUM(leased_until < ?), 0) AS lapsed
  FROM upload_requests FORCE INDEX (ix_upload_requests_lease) WHERE status = 'in_progress'`;

/** Values: now. */
export const COUNT_OPEN_JOBS = `SELECT kind, status, COUNT(*) AS jobs, SUM(due_at <= ?) AS due, MIN(due_at) AS earliest
  FROM jobs FORCE INDEX (ix_jobs_due) WHERE status IN ('queued', 'running') GROUP BY kind, status`;
