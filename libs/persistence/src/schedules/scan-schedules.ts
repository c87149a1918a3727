import type { JobError } from '#app/protocol';
import type { Database, Sql } from '../database/database.js';
import { DUPLICATE_ENTRY, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import { toJson } from '../database/json.js';
import type { Notification } from '../notifications/notification.js';
import { disableSchedule } from './disable-schedule.js';
import { timingOf, type Schedule } from './schedule.js';
import { toSchedule, type ScheduleRow } from './schedule-row.js';
import {
  INSERT_RUN,
  LIST_DUE_SCHEDULES,
  LIST_SUPERSEDED_RUNS,
  MOVE_TO_NEXT_SLOT,
  SUPERSEDE_RUNS,
} from './statements.js';
import { Slots } from './timing/slots.js';

export interface Scanned {
  /** How many schedules were due. */
  due: number;
  runs: number;
  /** To be published. */
  notifications: Notification[];
}

const SUPERSEDED: JobError = {
  code: 'STATE_CONFLICT',
  message: 'The next slot came before this run was begun.',
};

/**
 * Makes a run of each schedule that is due: one for its current slot, however many were missed before. Over any number of
 * processes a slot has one run, by the guarded move to the next slot and by the runs' unique key.
 * @param limit of schedules
 */
export async function scanSchedules(
  database: Database,
  { now, limit }: { now: Date; limit: number },
): Promise<Scanned> {
  const rows = await database.rows<ScheduleRow>(LIST_DUE_SCHEDULES, [now, limit]);
  const scanned: Scanned = { due: rows.length, runs: 0, notifications: [] };
  for (const row of rows) {
    const { hasRun, notification } = await database.transaction((sql) => takeSlot(sql, toSchedule(row), now));
    if (hasRun) scanned.runs += 1;
    if (notification) scanned.notifications.push(notification);
  }
  return scanned;
}

interface Taken {
  hasRun: boolean;
  notification: Notification | null;
}

async function takeSlot(sql: Sql, schedule: Schedule, now: Date): Promise<Taken> {
  const { id, nextSlotAt: missedSince } = schedule;
  if (missedSince === null) return { hasRun: false, notification: null };
  const slots = readSlots(schedule);
  if (typeof slots === 'string') {
    return { hasRun: false, notification: await disableSchedule(sql, { id, reason: slots, now }) };
  }
  const next = slots.next(now);
  if ((await sql.change(MOVE_TO_NEXT_SLOT, [next, now, id, missedSince, schedule.updatedAt])) === 0) {
    return { hasRun: false, notification: null };
  }
  const slot = slots.last(now, missedSince) ?? missedSince;
  const hasRun = await insertRun(sql, id, slot, now);
  const reason = `It has come to its last slot${describeEnd(schedule)}.`;
  return { hasRun, notification: next === null ? await disableSchedule(sql, { id, reason, now }) : null };
}

/** A zone may leave the tz database of a later Node, and a later version read fewer expressions. @returns why it has none */
export function readSlots(schedule: Schedule): Slots | string {
  const { timeZone, recurrence } = schedule.timing;
  try {
    return new Slots(timingOf(schedule));
  } catch (error) {
    if (error instanceof RangeError) return `Its time zone, ${timeZone}, is not known any more.`;
    if (!(error instanceof SyntaxError) || recurrence.kind !== 'cron') throw error;
    return `Its cron expression, ${recurrence.expression}, cannot be read any more.`;
  }
}

const describeEnd = ({ timing: { days } }: Schedule): string =>
  days.until === null ? '' : `: it was to run until ${days.until}`;

/** @returns false when the slot has one already */
async function insertRun(sql: Sql, scheduleId: number, slot: Date, now: Date): Promise<boolean> {
  const late = await sql.rows<{ id: number }>(LIST_SUPERSEDED_RUNS, [scheduleId, slot]);
  if (late.length > 0) await sql.change(SUPERSEDE_RUNS, [toJson(SUPERSEDED), now, late.map(({ id }) => id)]);
  try {
    await sql.insert(INSERT_RUN, [scheduleId, slot, false, now]);
    return true;
  } catch (error) {
    if (sqlErrorNumber(error) !== DUPLICATE_ENTRY) throw error;
    return false;
  }
}
