import type { JobError, JobStatus, ScheduleKind } from '#app/protocol';
import { fromJson } from '../database/json.js';
import type { SqlValue } from '../database/database.js';
import type { JobData } from '../jobs/job.js';
import type { Schedule, ScheduleRun, ScheduleTiming } from './schedule.js';

export interface ScheduleRow {
  id: number;
  userid: string;
  name: string;
  kind: ScheduleKind;
  params: string | JobData | null;
  cron: string | null;
  every_minutes: number | null;
  time_zone: string;
  active_from: string | null;
  active_until: string | null;
  hours_from: number | null;
  hours_until: number | null;
  enabled: number;
  next_slot_at: Date | null;
  failures: number;
  disabled_reason: string | null;
  disabled_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface RunRow {
  id: number;
  schedule_id: number;
  slot_at: Date;
  is_manual: number;
  status: JobStatus;
  job_id: number | null;
  done: number;
  total: number | null;
  error: string | JobError | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

const toTiming = (row: ScheduleRow): ScheduleTiming => ({
  recurrence:
    row.cron === null
      ? { kind: 'interval', everyMinutes: row.every_minutes ?? 0 }
      : { kind: 'cron', expression: row.cron },
  timeZone: row.time_zone,
  days: { from: row.active_from, until: row.active_until },
  hours:
    row.hours_from === null || row.hours_until === null
      ? null
      : { from: row.hours_from, until: row.hours_until },
});

/** Of cron, every_minutes, time_zone, active_from, active_until, hours_from, hours_until. */
export const timingValues = ({ recurrence, timeZone, days, hours }: ScheduleTiming): SqlValue[] => [
  recurrence.kind === 'cron' ? recurrence.expression : null,
  recurrence.kind === 'interval' ? recurrence.everyMinutes : null,
  timeZone,
  days.from,
  days.until,
  hours?.from ?? null,
  hours?.until ?? null,
];

export const toSchedule = (row: ScheduleRow): Schedule => ({
  id: row.id,
  userid: row.userid,
  name: row.name,
  kind: row.kind,
  params: fromJson(row.params) ?? {},
  timing: toTiming(row),
  enabled: row.enabled === 1,
  nextSlotAt: row.next_slot_at,
  failures: row.failures,
  disabledReason: row.disabled_reason,
  disabledAt: row.disabled_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const toRun = (row: RunRow): ScheduleRun => ({
  id: row.id,
  scheduleId: row.schedule_id,
  slotAt: row.slot_at,
  isManual: row.is_manual === 1,
  status: row.status,
  jobId: row.job_id,
  done: row.done,
  total: row.total,
  error: fromJson(row.error),
  createdAt: row.created_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});
