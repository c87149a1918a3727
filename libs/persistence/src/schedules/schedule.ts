import type { JobError, JobStatus, ScheduleKind } from '#app/protocol';
import type { JobData } from '../jobs/job.js';
import type { Timing } from './timing/timing.js';

/** What a schedule does and when, as its owner says. */
export interface ScheduleDraft {
  name: string;
  kind: ScheduleKind;
  /** As its kind wants them. */
  params: JobData;
  timing: ScheduleTiming;
  enabled: boolean;
}

/** Intervals are counted from the schedule's creation. */
export type ScheduleTiming = Omit<Timing, 'recurrence'> & {
  recurrence: { kind: 'cron'; expression: string } | { kind: 'interval'; everyMinutes: number };
};

export interface Schedule extends ScheduleDraft {
  id: number;
  userid: string;
  /** The first slot without a run; null when it is disabled or has no slot any more. */
  nextSlotAt: Date | null;
  /** Failed runs in a row, up to now. */
  failures: number;
  /** Why it was disabled by itself. */
  disabledReason: string | null;
  disabledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface ScheduleRun {
  id: number;
  scheduleId: number;
  /** Of a run by hand: when it was asked for. */
  slotAt: Date;
  isManual: boolean;
  /** `running` from when it is picked. */
  status: JobStatus;
  jobId: number | null;
  /** Units of its work that are done, and how many there are, once known. */
  done: number;
  total: number | null;
  error: JobError | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

export const SCHEDULE_ORDERS = ['created_at', 'name', 'next_slot_at'] as const;
export type ScheduleOrder = (typeof SCHEDULE_ORDERS)[number];

export const RUN_ORDERS = ['slot_at', 'created_at'] as const;
export type RunOrder = (typeof RUN_ORDERS)[number];

/** A run that was picked, with what is known of its person. */
export interface PickedRun {
  id: number;
  scheduleId: number;
  userid: string;
  kind: ScheduleKind;
  params: JobData;
  username: string;
  /** Sealed; null once revoked. */
  accessToken: string | null;
  /** Nothing of this person is started until they sign in again. */
  isPaused: boolean;
}

export const timingOf = ({ timing, createdAt }: Pick<Schedule, 'timing' | 'createdAt'>): Timing => ({
  ...timing,
  recurrence:
    timing.recurrence.kind === 'cron' ? timing.recurrence : { ...timing.recurrence, anchor: createdAt },
});
