import { CronExpressionParser } from 'cron-parser';

/** The moments that an expression names, each list ascending. */
export interface CronFields {
  minutes: readonly number[];
  hours: readonly number[];
  /** No hour is named, or all are. */
  isEveryHour: boolean;
  /** Whether a day of the calendar is one of them. @param day its midnight as wall time */
  includesDay: (day: number) => boolean;
}

const FIELDS = 5;
/** Of several fields and names; nothing that means something else in other dialects (`L`, `W`, `#`, `H`, `?`, `@daily`). */
const FIELD = /^(?:[\d*,/-]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)+$/i;
export const LONGEST_CRON = 200;

const numbersOf = (values: readonly unknown[]): number[] =>
  values.filter((value) => typeof value === 'number').sort((a, b) => a - b);

/**
 * Minute, hour, day of the month, month and day of the week (0 and 7 are Sunday), as in crontab(5): where both kinds of
 * days are given, either is enough.
 * @throws SyntaxError telling people what is wrong
 */
export function parseCron(expression: string): CronFields {
  const fields = expression.trim().split(/\s+/);
  if (expression.length > LONGEST_CRON || fields.length !== FIELDS || !fields.every((f) => FIELD.test(f))) {
    throw new SyntaxError(
      'A cron expression has five fields: minute, hour, day of the month, month and day of the week.',
    );
  }
  const { minute, hour, dayOfMonth, month, dayOfWeek } = read(fields.join(' '));
  const days = new Set(numbersOf(dayOfMonth.values));
  const months = new Set(numbersOf(month.values));
  const weekdays = new Set(numbersOf(dayOfWeek.values).map((weekday) => weekday % 7));
  const isAnyDay = fields[2]?.startsWith('*') === true;
  const isAnyWeekday = fields[4]?.startsWith('*') === true;
  const hours = numbersOf(hour.values);
  return {
    minutes: numbersOf(minute.values),
    hours,
    isEveryHour: hours.length === 24,
    includesDay: (day) => {
      const date = new Date(day);
      if (!months.has(date.getUTCMonth() + 1)) return false;
      const isDay = days.has(date.getUTCDate());
      const isWeekday = weekdays.has(date.getUTCDay());
      return isAnyDay || isAnyWeekday ? isDay && isWeekday : isDay || isWeekday;
    },
  };
}

function read(expression: string): ReturnType<typeof CronExpressionParser.parse>['fields'] {
  try {
    return CronExpressionParser.parse(expression, { tz: 'UTC' }).fields;
  } catch (error) {
    throw new SyntaxError(`This is no cron expression: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}
