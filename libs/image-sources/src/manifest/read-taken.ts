import { RefusedError } from '#app/protocol';

import type { DatePrecision } from '../snaks.js';

export interface Taken {
  /** `YYYY-MM-DD`; what is not known is 01. */
  date: string;
  precision: DatePrecision;
  /** ISO 8601 in UTC. */
  at: string;
  /** As precise as it was told, `2024-05` or `2024-05-17`. */
  text: string;
}

const FORM =
  /^(?<year>\d{4})(?:-(?<month>\d\d)(?:-(?<day>\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?<zone>Z|[+-]\d\d:?\d\d)?)?)?)?$/i;
/** Before, the calendar was another one in most places, and there were no photographs. */
const FIRST_YEAR = 1600;
const DAY_MS = 86_400_000;

const refuse = (text: string, reason: string): RefusedError =>
  new RefusedError('manifest-taken', `“${text}” in the column taken ${reason}.`);

/**
 * When an image was made: a year, a month, a day or a time. A time without a zone is taken as UTC; the day is the one that
 * is written, whatever its zone.
 * @param now nothing was made after it @throws RefusedError `manifest-taken`
 */
export function readTaken(text: string, now: Date): Taken {
  const parts = FORM.exec(text)?.groups;
  const { year = '', month, day, time = '00:00', zone = 'Z' } = parts ?? {};
  const date = `${year}-${month ?? '01'}-${day ?? '01'}`;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
  const at = Date.parse(`${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase()}`);
  if (!parts || !isDay || Number.isNaN(at)) {
    throw refuse(
      text,
      'is no date: write a year, year-month, year-month-day, or a time like 2024-05-17T10:30:00Z',
    );
  }
  if (Number(year) < FIRST_YEAR) throw refuse(text, `is before the year ${FIRST_YEAR}`);
  if (midnight > now.getTime() + DAY_MS) throw refuse(text, 'is in the future');
  const precision = month === undefined ? 'year' : day === undefined ? 'month' : 'day';
  return {
    date,
    precision,
    at: new Date(at).toISOString(),
    text: date.slice(0, { year: 4, month: 7, day: 10 }[precision]),
  };
}
