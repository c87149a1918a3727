import { isTimeZone, Slots, timingOf, type ScheduleTiming } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { isCalendarDate } from '../http/query-fields.js';
import type { WriteScheduleDto } from './schedule.dto.js';

export const invalid = (field: string, message: string): DomainError =>
  new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', { [field]: [message] });

/** When a schedule is to run. @throws DomainError VALIDATION_FAILED also when it never would */
export function readTiming(dto: WriteScheduleDto, now: Date): ScheduleTiming {
  const timing: ScheduleTiming = {
    recurrence: readRecurrence(dto),
    timeZone: dto.time_zone ?? 'UTC',
    days: { from: dto.active_from ?? null, until: dto.active_until ?? null },
    hours: readHours(dto),
  };
  if (!isTimeZone(timing.timeZone)) throw invalid('time_zone', 'time_zone must be a name of the tz database');
  for (const field of ['active_from', 'active_until'] as const) {
    if (dto[field] !== undefined && !isCalendarDate(dto[field])) {
      throw invalid(field, `${field} must be a day that exists`);
    }
  }
  const { from, until } = timing.days;
  if (from !== null && until !== null && until < from) {
    throw invalid('active_until', 'active_until must not be before active_from');
  }
  if (findNext(timing, now) === null) {
    throw invalid(
      dto.cron === undefined ? 'every_minutes' : 'cron',
      'there is no moment at which it would run',
    );
  }
  return timing;
}

function readRecurrence({ cron, every_minutes }: WriteScheduleDto): ScheduleTiming['recurrence'] {
  if (cron !== undefined && every_minutes === undefined) return { kind: 'cron', expression: cron.trim() };
  if (cron === undefined && every_minutes !== undefined) {
    return { kind: 'interval', everyMinutes: every_minutes };
  }
  throw invalid('cron', 'either cron or every_minutes is needed');
}

function readHours({ hours_from, hours_until }: WriteScheduleDto): ScheduleTiming['hours'] {
  if (hours_from === undefined && hours_until === undefined) return null;
  if (hours_from === undefined) throw invalid('hours_from', 'hours_from is needed with hours_until');
  if (hours_until === undefined) throw invalid('hours_until', 'hours_until is needed with hours_from');
  return { from: hours_from, until: hours_until };
}

/** @throws DomainError VALIDATION_FAILED */
function findNext(timing: ScheduleTiming, now: Date): Date | null {
  try {
    return new Slots(timingOf({ timing, createdAt: now })).next(now);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid('cron', error.message);
    throw error;
  }
}
