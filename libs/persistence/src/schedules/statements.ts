import type { RunOrder, ScheduleOrder } from './schedule.js';

/** The SQL of schedules, named, so that a spec and the benchmark can have each one explained. */

const COLUMNS = `id, userid, name, kind, params, cron, every_minutes, time_zone, active_from, active_until, hours_from,
  hours_until, enabled, next_slot_at, failures, disabled_reason, disabled_at, created_at, updated_at`;
/** How far a run has come is its job's matter until it is settled. */
const RUN_COLUMNS = `r.id, r.schedule_id, r.slot_at, r.is_manual, r.status, r.job_id, r.error, r.created_at, r.started_at,
  r.ended_at, IF(r.status = 'running', COALESCE(j.done, r.done), r.done) AS done,
  IF(r.status = 'running', COALESCE(j.total, r.total), r.total) AS total`;
const RUNS = 'schedule_runs r LEFT JOIN jobs j ON j.id = r.job_id';

/** Values: userid, name, kind, params, seven of its timing, enabled, next_slot_at, now, now, now. */
export const INSERT_SCHEDULE = `INSERT INTO schedules (userid, name, kind, params, cron, every_minutes, time_zone,
    active_from, active_until, hours_from, hours_until, enabled, next_slot_at, slot_set_at, created_at, updated_at, failures)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`;

/** Values: name, kind, params, seven of its timing, enabled, next_slot_at, now, now, id, userid. */
export const REPLACE_SCHEDULE = `UPDATE schedules SET name = ?, kind = ?, params = ?, cron = ?, every_minutes = ?,
    time_zone = ?, active_from = ?, active_until = ?, hours_from = ?, hours_until = ?, enabled = ?, next_slot_at = ?,
    slot_set_at = ?, updated_at = ?, failures = 0, disabled_reason = NULL, disabled_at = NULL
  WHERE id = ? AND userid = ?`;

/** Values: id, userid. */
export const FIND_SCHEDULE = `SELECT ${COLUMNS} FROM schedules WHERE id = ? AND userid = ?`;

/** Values: id, userid. Its open runs' jobs are cancelled by whoever deletes it. */
export const DELETE_SCHEDULE = 'DELETE FROM schedules WHERE id = ? AND userid = ?';

/** By the index of a person's schedules, of which there are few. Values: userid, size, offset. */
export const listSchedules = (by: ScheduleOrder, asc: boolean): string => {
  const direction = asc ? 'ASC' : 'DESC';
  const order = by === 'created_at' ? '' : `${by} ${direction}, `;
  return `SELECT ${COLUMNS} FROM schedules WHERE userid = ? ORDER BY ${order}id ${direction} LIMIT ? OFFSET ?`;
};

/** Values: userid. */
export const COUNT_SCHEDULES = 'SELECT COUNT(*) AS schedules FROM schedules WHERE userid = ?';

/** Values: userid. Whoever adds a schedule holds it. */
export const LOCK_OWNER = 'SELECT userid FROM users WHERE userid = ? FOR UPDATE';

/** Values: now, limit. */
export const LIST_DUE_SCHEDULES = `SELECT ${COLUMNS} FROM schedules FORCE INDEX (ix_schedules_due)
  WHERE enabled = 1 AND next_slot_at <= ? ORDER BY next_slot_at LIMIT ?`;

/** Values: next_slot_at, now, id, then next_slot_at and updated_at as they were read. */
export const MOVE_TO_NEXT_SLOT = `UPDATE schedules SET next_slot_at = ?, slot_set_at = ?
  WHERE id = ? AND enabled = 1 AND next_slot_at = ? AND updated_at = ?`;

/** Those whose next slot was found while a clock was ahead. Values: moment, limit. */
export const LIST_SET_AHEAD = `SELECT ${COLUMNS} FROM schedules FORCE INDEX (ix_schedules_slot_set)
  WHERE enabled = 1 AND slot_set_at > ? ORDER BY slot_set_at LIMIT ?`;

/** Values: reason, now, now, id. */
export const DISABLE_SCHEDULE = `UPDATE schedules SET enabled = 0, next_slot_at = NULL, disabled_reason = ?,
    disabled_at = ?, updated_at = ?
  WHERE id = ? AND enabled = 1`;

/** Values: schedule_id, slot_at, is_manual, now. */
export const INSERT_RUN = `INSERT INTO schedule_runs (schedule_id, slot_at, is_manual, created_at, status)
  VALUES (?, ?, ?, ?, 'queued')`;

/** Values: id. Whoever asks for a run by hand, or looks at a collection for it, holds its row. */
export const LOCK_SCHEDULE = 'SELECT id FROM schedules WHERE id = ? FOR UPDATE';

/** What was asked for by hand and waits, or has this slot. Values: schedule_id, schedule_id, slot_at. */
export const FIND_WAITING_RUN = `SELECT ${RUN_COLUMNS} FROM ${RUNS}
    WHERE r.schedule_id = ? AND r.status = 'queued' AND r.is_manual = 1
  UNION SELECT ${RUN_COLUMNS} FROM ${RUNS} WHERE r.schedule_id = ? AND r.slot_at = ? LIMIT 1`;

/** Values: id, schedule_id. */
export const FIND_RUN = `SELECT ${RUN_COLUMNS} FROM ${RUNS} WHERE r.id = ? AND r.schedule_id = ?`;

const RUN_ORDER: Readonly<Record<RunOrder, { by: string; index: string }>> = {
  slot_at: { by: 'slot_at', index: 'uq_schedule_runs_slot' },
  created_at: { by: 'id', index: 'ix_schedule_runs_created' },
};

/** Values: schedule_id, size, offset. */
export const listRuns = (order: RunOrder, asc: boolean): string => {
  const { by, index } = RUN_ORDER[order];
  return `SELECT ${RUN_COLUMNS} FROM schedule_runs r FORCE INDEX (${index}) LEFT JOIN jobs j ON j.id = r.job_id
  WHERE r.schedule_id = ? ORDER BY r.${by} ${asc ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`;
};

/** Values: schedule_id. */
export const COUNT_RUNS = 'SELECT COUNT(*) AS runs FROM schedule_runs WHERE schedule_id = ?';

/** What was never begun when its next slot came: what was picked and lost may have a job. Values: schedule_id, slot_at. */
export const LIST_SUPERSEDED_RUNS = `SELECT id FROM schedule_runs
  WHERE schedule_id = ? AND status = 'queued' AND started_at IS NULL AND slot_at < ?`;

/** By their ids, as every change of runs: whoever came by another index would wait in a circle. Values: error, now, ids. */
export const SUPERSEDE_RUNS = `UPDATE schedule_runs SET status = 'cancelled', error = ?, ended_at = ?
  WHERE id IN (?) AND status = 'queued'`;

/** One run of a schedule at a time. Values: limit. */
export const LOCK_QUEUED_RUNS = `SELECT r.id, r.schedule_id FROM schedule_runs r FORCE INDEX (ix_schedule_runs_open)
    JOIN schedules s ON s.id = r.schedule_id
  WHERE r.status = 'queued' AND NOT EXISTS (
    SELECT 1 FROM schedule_runs o WHERE o.schedule_id = r.schedule_id AND o.status = 'running')
  ORDER BY r.id LIMIT ? FOR UPDATE SKIP LOCKED`;

/** Asked once more under the lock of their schedules. Values: schedule ids. */
export const LIST_BUSY_SCHEDULES = `SELECT DISTINCT schedule_id FROM schedule_runs
  WHERE schedule_id IN (?) AND status = 'running'`;

/** Values: now, ids. */
export const START_RUNS = `UPDATE schedule_runs SET status = 'running', started_at = ?
  WHERE id IN (?) AND status = 'queued'`;

/** Values: ids. */
export const LIST_PICKED_RUNS = `SELECT r.id, r.schedule_id, s.userid, s.kind, s.params, u.username, u.access_token,
    u.paused_at IS NOT NULL AS is_paused
  FROM schedule_runs r JOIN schedules s ON s.id = r.schedule_id JOIN users u ON u.userid = s.userid
  WHERE r.id IN (?) ORDER BY r.id`;

/** Values: id. */
export const LOCK_RUN_WITHOUT_JOB = `SELECT id FROM schedule_runs
  WHERE id = ? AND status = 'running' AND job_id IS NULL FOR UPDATE`;

/** Values: job_id, id. */
export const NAME_JOB = "UPDATE schedule_runs SET job_id = ? WHERE id = ? AND status = 'running'";

/** Whoever picked them has died before there was a job. Values: two moments between which it may be alive. */
export const LIST_LOST_RUNS = `SELECT id FROM schedule_runs FORCE INDEX (ix_schedule_runs_open)
  WHERE status = 'running' AND job_id IS NULL AND started_at NOT BETWEEN ? AND ?`;

/** Values: ids, the two moments. */
export const REQUEUE_RUNS = `UPDATE schedule_runs SET status = 'queued'
  WHERE id IN (?) AND status = 'running' AND job_id IS NULL AND started_at NOT BETWEEN ? AND ?`;

/** Running ones whose job has ended or is gone. Values: limit. */
export const LIST_ENDED_RUNS = `SELECT r.id, r.schedule_id, j.status AS job_status, j.error AS job_error,
    COALESCE(j.done, 0) AS done, j.total
  FROM schedule_runs r FORCE INDEX (ix_schedule_runs_open) LEFT JOIN jobs j ON j.id = r.job_id
  WHERE r.status = 'running' AND r.job_id IS NOT NULL
    AND (j.id IS NULL OR j.status IN ('complete', 'failed', 'cancelled'))
  ORDER BY r.id LIMIT ?`;

/** Values: status, error, now, done, total, id. */
export const END_RUN = `UPDATE schedule_runs SET status = ?, error = ?, ended_at = ?, done = ?, total = ?
  WHERE id = ? AND status = 'running'`;

/** Values: schedule_id. */
export const COUNT_SUCCESS = 'UPDATE schedules SET failures = 0 WHERE id = ?';

/** Values: schedule_id. */
export const COUNT_FAILURE = 'UPDATE schedules SET failures = failures + 1 WHERE id = ?';

/** Values: schedule_id. */
export const FIND_OWNER = 'SELECT userid, name, failures FROM schedules WHERE id = ?';

/** Values: before, limit. */
export const DELETE_ENDED_RUNS = 'DELETE FROM schedule_runs WHERE ended_at < ? LIMIT ?';

/** Values: schedule_id. */
export const LIST_RUNNING_JOBS = `SELECT job_id FROM schedule_runs
  WHERE schedule_id = ? AND status = 'running' AND job_id IS NOT NULL`;
