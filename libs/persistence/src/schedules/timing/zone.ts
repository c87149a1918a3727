const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError when there is no such zone */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** Names of the tz database only: offsets such as `+02:00` know no daylight saving. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * What clocks in the zone show at an instant, as the milliseconds that a clock in UTC would show the same at.
 * @param instant milliseconds since the epoch
 */
export function wallTime(timeZone: string, instant: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1_000) + 1_000) % 1_000);
}

const offsetAt = (timeZone: string, instant: number): number => wallTime(timeZone, instant) - instant;

/** The zone's clocks around one day of its calendar. */
export interface DayClock {
  /** All instants, earliest first, at which clocks show this: none where they are put forward, two where they are put back. */
  instantsOf(wall: number): number[];
  /** The first instant after clocks jumped over this. */
  afterGap(wall: number): number;
  /** What clocks show at an instant of the day. */
  wallAt(instant: number): number;
  /** No instant of the day is before `start` or at or after `end`; some between may be of its neighbours. */
  readonly start: number;
  readonly end: number;
}

/** @param day its midnight as wall time */
export function clockOfDay(timeZone: string, day: number): DayClock {
  const start = day - 26 * HOUR_MS;
  const end = day + 50 * HOUR_MS;
  const first = offsetAt(timeZone, start);
  const last = offsetAt(timeZone, end);
  const offsets = first === last ? [first] : [Math.max(first, last), Math.min(first, last)];
  return {
    start: day - Math.max(first, last),
    end: day + DAY_MS - Math.min(first, last),
    wallAt: (instant) => (first === last ? instant + first : wallTime(timeZone, instant)),
    instantsOf: (wall) =>
      offsets.length === 1
        ? [wall - first]
        : offsets.map((offset) => wall - offset).filter((instant) => wallTime(timeZone, instant) === wall),
    afterGap: (wall) => {
      let before = start;
      let after = end;
      while (after - before > MINUTE_MS) {
        const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS;
        if (wallTime(timeZone, middle) > wall) after = middle;
        else before = middle;
      }
      return after;
    },
  };
}
