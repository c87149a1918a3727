/** The SQL of background jobs, named, so that a spec and the benchmark can have each one explained. */

const COLUMNS = `id, kind, userid, subject, params, status, done, total, position, result, error, attempts,
  cancel_requested_at, created_at, updated_at, started_at, ended_at, traceparent`;

/** Values: kind, userid, subject, subject_key, open_key, params, due_at, now, now, traceparent. */
export const INSERT_JOB = `INSERT INTO jobs (kind, userid, subject, subject_key, open_key, params, due_at, created_at,
    updated_at, traceparent, status, done, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, 0)`;

export const FIND_JOB = `SELECT ${COLUMNS} FROM jobs WHERE id = ?`;

/** Values: open_key. */
export const FIND_OPEN_JOB = `SELECT ${COLUMNS} FROM jobs WHERE open_key = ?`;

/** Values: userid, kind, subject_key. */
export const FIND_LATEST_JOB = `SELECT ${COLUMNS} FROM jobs
  WHERE userid = ? AND kind = ? AND subject_key = ? ORDER BY id DESC LIMIT 1`;

/** Values: userid, kind, size, offset. */
export const listJobs = (asc: boolean): string => `SELECT ${COLUMNS} FROM jobs
  WHERE userid = ? AND kind = ? ORDER BY id ${asc ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`;

/** Values: userid, kind. */
export const COUNT_JOBS = 'SELECT COUNT(*) AS jobs FROM jobs WHERE userid = ? AND kind = ?';

/** Values: now. */
export const FIND_LAPSED_JOB = `SELECT id FROM jobs
  WHERE status = 'running' AND leased_until < ? ORDER BY leased_until LIMIT 1`;

/** Of each person with something due, the job that is due first. Values: now. */
export const LIST_WAITING_JOBS = `SELECT w.userid, w.due_at, (
    SELECT f.id FROM jobs f WHERE f.status = 'queued' AND f.userid = w.userid AND f.due_at = w.due_at
    ORDER BY f.id LIMIT 1) AS id
  FROM (SELECT userid, MIN(due_at) AS due_at FROM jobs FORCE INDEX (ix_jobs_waiting)
    WHERE status = 'queued' GROUP BY userid) w WHERE w.due_at <= ?`;

export const COUNT_RUNNING_JOBS = `SELECT userid, COUNT(*) AS jobs FROM jobs FORCE INDEX (ix_jobs_waiting)
  WHERE status = 'running' GROUP BY userid`;

/** Values: userids. */
export const LIST_LAST_SERVED = `SELECT userid, MAX(served_at) AS served_at FROM jobs
  WHERE userid IN (?) GROUP BY userid`;

/** Values: owner, leased_until, now, now, now, id, now, now. A lapsed lease is a failed try. */
export const CLAIM_JOB = `UPDATE jobs SET attempts = attempts + IF(status = 'running', 1, 0), status = 'running',
    lease_owner = ?, leased_until = ?, served_at = ?, started_at = COALESCE(started_at, ?), updated_at = ?
  WHERE id = ? AND ((status = 'queued' AND due_at <= ?) OR (status = 'running' AND leased_until < ?))`;

const HELD = "id = ? AND lease_owner = ? AND status = 'running'";

/** Values: leased_until, id, owner. */
export const RENEW_JOB = `UPDATE jobs SET leased_until = ? WHERE ${HELD}`;

/** Values: done, position, done, total, now, id, owner. */
export const KEEP_JOB_CHECKPOINT = `UPDATE jobs SET attempts = IF(COALESCE(?, done) > done, 0, attempts),
    position = COALESCE(?, position), done = COALESCE(?, done), total = COALESCE(?, total), updated_at = ?
  WHERE ${HELD}`;

/** Values: id. */
export const IS_CANCEL_REQUESTED = 'SELECT cancel_requested_at IS NOT NULL AS yes FROM jobs WHERE id = ?';

/** Values: status, result, error, now, now, id, owner. */
export const END_JOB = `UPDATE jobs SET status = ?, result = ?, error = ?, ended_at = ?, updated_at = ?,
    open_key = NULL, lease_owner = NULL, leased_until = NULL
  WHERE ${HELD}`;

/** Values: due_at, attempts, now, id, owner. */
export const POSTPONE_JOB = `UPDATE jobs SET status = 'queued', due_at = ?, attempts = ?, updated_at = ?,
    lease_owner = NULL, leased_until = NULL
  WHERE ${HELD}`;

/** Values: now, now, id. */
export const CANCEL_QUEUED_JOB = `UPDATE jobs SET status = 'cancelled', ended_at = ?, updated_at = ?, open_key = NULL
  WHERE id = ? AND status = 'queued'`;

/** Whoever asks for the same again gets a new job. Values: now, id. */
export const REQUEST_JOB_CANCEL = `UPDATE jobs SET cancel_requested_at = COALESCE(cancel_requested_at, ?), open_key = NULL
  WHERE id = ? AND status = 'running'`;

/** Values: until, limit. */
export const LIST_DUE_JOBS = `SELECT id, due_at FROM jobs FORCE INDEX (ix_jobs_due)
  WHERE status = 'queued' AND due_at <= ? ORDER BY due_at LIMIT ?`;

/** Values: now, limit. */
export const LIST_LAPSED_JOBS = `SELECT id, leased_until AS due_at FROM jobs
  WHERE status = 'running' AND leased_until < ? ORDER BY leased_until LIMIT ?`;

/** What somebody can still download stays. Values: before, limit. */
export const DELETE_ENDED_JOBS = `DELETE FROM jobs WHERE ended_at < ?
    AND NOT EXISTS (SELECT 1 FROM exports e WHERE e.job_id = jobs.id AND e.file_id IS NOT NULL)
  ORDER BY ended_at LIMIT ?`;
