import { parseCron, type CronFields } from './cron.js';
import type { ActiveHours, Timing } from './timing.js';
import { clockOfDay, DAY_MS, isTimeZone, wallTime } from './zone.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** From one 29 February to the next where a century leaves one out, and a little. */
const LONGEST_WAIT_DAYS = 366 * 9;

const floorTo = (value: number, unit: number): number => Math.floor(value / unit) * unit;

/** Midnight of a day `YYYY-MM-DD` as wall time. */
const midnight = (date: string): number => Date.parse(`${date}T00:00:00Z`);

const isWithinHours = ({ from, until }: ActiveHours, wall: number): boolean => {
  const hour = new Date(wall).getUTCHours();
  return from < until ? hour >= from && hour < until : hour >= from || hour < until;
};

/**
 * The slots of a schedule: the moments at which it is to run. Slots of a cron expression that names hours come once a day
 * for each time of day: one that clocks jump over comes when they have jumped, one that they show twice comes the first
 * time. An expression for every hour goes by the clock alone: nothing of an hour that is left out, and an hour that comes
 * twice counts twice. Intervals are of real time. See crontab(5), and the notes on daylight saving in cron(8).
 */
export class Slots {
  private readonly cron: CronFields | null;
  private readonly firstDay: number;
  private readonly lastDay: number;

  /** @throws SyntaxError when its cron expression is none @throws RangeError when there is no such zone */
  constructor(private readonly timing: Timing) {
    const { recurrence, days, timeZone } = timing;
    if (!isTimeZone(timeZone)) throw new RangeError(`There is no time zone ${timeZone}`);
    this.cron = recurrence.kind === 'cron' ? parseCron(recurrence.expression) : null;
    this.firstDay = days.from === null ? Number.NEGATIVE_INFINITY : midnight(days.from);
    this.lastDay = days.until === null ? Number.POSITIVE_INFINITY : midnight(days.until);
  }

  /** The first slot after this moment, or null when there is none any more. */
  next(after: Date): Date | null {
    const from = Math.max(this.dayOf(after.getTime()) - DAY_MS, this.firstDay);
    const to = Math.min(from + LONGEST_WAIT_DAYS * DAY_MS, this.lastDay);
    for (let day = from; day <= to; day += DAY_MS) {
      const slot = this.ofDay(day).find((instant) => instant > after.getTime());
      if (slot !== undefined) return new Date(slot);
    }
    return null;
  }

  /** The slot at this moment: the last one that is not after it. @param since null when there is none from here on */
  last(at: Date, since: Date): Date | null {
    const to = Math.max(this.dayOf(since.getTime()) - DAY_MS, this.firstDay);
    for (let day = Math.min(this.dayOf(at.getTime()), this.lastDay); day >= to; day -= DAY_MS) {
      const slot = this.ofDay(day).findLast((instant) => instant <= at.getTime());
      if (slot !== undefined) return slot >= since.getTime() ? new Date(slot) : null;
    }
    return null;
  }

  private dayOf(instant: number): number {
    return floorTo(wallTime(this.timing.timeZone, instant), DAY_MS);
  }

  /** Ascending. @param day its midnight as wall time */
  private ofDay(day: number): number[] {
    const { recurrence, timeZone, hours } = this.timing;
    if (recurrence.kind === 'interval') return this.intervalsOf(day, recurrence);
    const { cron } = this;
    if (cron === null || !cron.includesDay(day)) return [];
    const clock = clockOfDay(timeZone, day);
    const slots = new Set<number>();
    for (const hour of cron.hours) {
      if (hours !== null && !isWithinHours(hours, day + hour * HOUR_MS)) continue;
      for (const minute of cron.minutes) {
        const wall = day + hour * HOUR_MS + minute * MINUTE_MS;
        const instants = clock.instantsOf(wall);
        if (cron.isEveryHour) for (const instant of instants) slots.add(instant);
        else slots.add(instants[0] ?? clock.afterGap(wall));
      }
    }
    return [...slots].sort((a, b) => a - b);
  }

  private intervalsOf(
    day: number,
    { everyMinutes, anchor }: { everyMinutes: number; anchor: Date },
  ): number[] {
    const { timeZone, hours } = this.timing;
    const clock = clockOfDay(timeZone, day);
    const every = everyMinutes * MINUTE_MS;
    const earliest = Math.ceil((clock.start - anchor.getTime()) / every);
    const slots: number[] = [];
    for (let slot = anchor.getTime() + earliest * every; slot < clock.end; slot += every) {
      const wall = clock.wallAt(slot);
      if (floorTo(wall, DAY_MS) === day && (hours === null || isWithinHours(hours, wall))) slots.push(slot);
    }
    return slots;
  }
}
