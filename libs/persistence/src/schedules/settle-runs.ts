import type { ErrorCode, JobError, JobStatus } from '#app/protocol';
import type { Database, Sql } from '../database/database.js';
import { fromJson, toJson } from '../database/json.js';
import type { Notification } from '../notifications/notification.js';
import { disableSchedule } from './disable-schedule.js';
import { COUNT_FAILURE, COUNT_SUCCESS, END_RUN, FIND_OWNER, LIST_ENDED_RUNS } from './statements.js';

/** As often may a schedule fail in a row. */
export const MAX_FAILURES = 5;

/** Of a job that failed with one of these, another try would be the same. */
const LOST_RIGHTS: readonly ErrorCode[] = ['FORBIDDEN', 'UNAUTHENTICATED'];

const VANISHED: JobError = { code: 'INTERNAL', message: 'The work of this run is gone.' };

export interface EndedRun {
  id: number;
  scheduleId: number;
  status: Extract<JobStatus, 'complete' | 'failed' | 'cancelled'>;
  error: JobError | null;
  done: number;
  total: number | null;
}

interface EndedRow {
  id: number;
  schedule_id: number;
  job_status: EndedRun['status'] | null;
  job_error: string | JobError | null;
  done: number;
  total: number | null;
}

/** Settles runs whose job has ended or is gone. @returns what is to be published */
export async function settleRuns(
  database: Database,
  { now, limit }: { now: Date; limit: number },
): Promise<Notification[]> {
  const rows = await database.rows<EndedRow>(LIST_ENDED_RUNS, [limit]);
  const notifications: Notification[] = [];
  for (const { id, schedule_id, job_status, job_error, done, total } of rows) {
    const run: EndedRun =
      job_status === null
        ? { id, scheduleId: schedule_id, status: 'failed', error: VANISHED, done, total }
        : { id, scheduleId: schedule_id, status: job_status, error: fromJson(job_error), done, total };
    const notification = await database.transaction((sql) => endRun(sql, run, now));
    if (notification) notifications.push(notification);
  }
  return notifications;
}

/**
 * Ends a run once, and disables its schedule when it has failed too often in a row or for rights that were lost.
 * @returns what is to be published
 */
export async function endRun(sql: Sql, run: EndedRun, now: Date): Promise<Notification | null> {
  const { id, scheduleId, status, error, done, total } = run;
  if ((await sql.change(END_RUN, [status, toJson(error), now, done, total, id])) === 0) return null;
  if (status === 'complete') await sql.change(COUNT_SUCCESS, [scheduleId]);
  if (status !== 'failed') return null;
  await sql.change(COUNT_FAILURE, [scheduleId]);
  const [schedule] = await sql.rows<{ failures: number }>(FIND_OWNER, [scheduleId]);
  const reason = findReason(schedule?.failures ?? 0, error);
  return reason === null ? null : disableSchedule(sql, { id: scheduleId, reason, now });
}

/** Why a schedule whose run has failed must not go on, or null. @param failures in a row */
export function findReason(failures: number, error: JobError | null): string | null {
  if (error !== null && LOST_RIGHTS.includes(error.code)) return error.message;
  if (failures < MAX_FAILURES) return null;
  const last = error === null ? '' : ` The last time: ${error.message}`;
  return `It failed ${failures} times in a row.${last}`;
}
