import type { HeldQuota } from './quota.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS_SINCE_MONDAY = 6;

const midnight = (moment: Date): number => Math.floor(moment.getTime() / DAY_MS) * DAY_MS;

const weekStart = (moment: Date): number => {
  const day = new Date(midnight(moment));
  return day.getTime() - ((day.getUTCDay() + DAYS_SINCE_MONDAY) % 7) * DAY_MS;
};

/** @param months ahead */
const monthStart = (moment: Date, months = 0): number =>
  Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + months, 1);

export interface QuotaSpan {
  /** What was created from here on counts. */
  start: Date;
  /** When all of it is given back, where that is a moment of the calendar. */
  end: Date | null;
}

/** What counts for a quota at `now`; null when the quota does not hold any more. */
export function findSpan(
  { expire, since }: Pick<HeldQuota, 'expire' | 'since'>,
  now: Date,
): QuotaSpan | null {
  const from = (start: number, end: number | null): QuotaSpan => ({
    start: new Date(start),
    end: end === null ? null : new Date(end),
  });
  switch (expire.period) {
    case 'day':
      return from(midnight(now), midnight(now) + DAY_MS);
    case 'week':
      return from(weekStart(now), weekStart(now) + 7 * DAY_MS);
    case 'month':
      return from(monthStart(now), monthStart(now, 1));
    case 'hours':
      // What was created exactly so long ago is given back.
      return from(now.getTime() - expire.hours * HOUR_MS + 1, null);
    case 'until':
      return now < expire.until ? from(since.getTime(), expire.until.getTime()) : null;
    case 'never':
      return from(since.getTime(), null);
  }
}

/** When what was created at `moment` is given back; null: never by itself. */
export function givenBackAt(
  { expire }: Pick<HeldQuota, 'expire'>,
  { end }: QuotaSpan,
  moment: Date,
): Date | null {
  return expire.period === 'hours' ? new Date(moment.getTime() + expire.hours * HOUR_MS) : end;
}
