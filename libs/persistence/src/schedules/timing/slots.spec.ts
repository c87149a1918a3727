import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Slots } from './slots.js';
import type { Recurrence, Timing } from './timing.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A change of clocks in 2026 for each: an hour at night, half an hour, at midnight, by law on other days, none. */
const ZONES = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['America/Santiago', '2026-09-06'],
  ['America/Santiago', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Africa/Cairo', '2026-04-24'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Asia/Kolkata', '2026-06-01'],
  ['UTC', '2026-06-01'],
] as const;

const aTiming = (recurrence: Recurrence | string, members: Partial<Timing> = {}): Timing => ({
  recurrence: typeof recurrence === 'string' ? { kind: 'cron', expression: recurrence } : recurrence,
  timeZone: 'UTC',
  days: { from: null, until: null },
  hours: null,
  ...members,
});

const listSlots = (timing: Timing, from: string | number, to: string | number): string[] => {
  const slots = new Slots(timing);
  const found: string[] = [];
  for (
    let slot = slots.next(new Date(new Date(from).getTime() - 1));
    slot !== null && slot <= new Date(to);
    slot = slots.next(slot)
  ) {
    found.push(slot.toISOString().slice(0, 16));
  }
  return found;
};

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows, by another way than the code's. */
function showTime(timeZone: string, instant: number): number {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  clocks.set(timeZone, clock);
  return Date.parse(`${clock.format(instant).replace(' ', 'T')}Z`);
}

interface Named {
  hours: readonly number[] | null;
  minutes: readonly number[];
}

/** Watches the clock minute by minute. */
function watchClock(timeZone: string, named: Named, from: number, to: number): string[] {
  const isNamed = (wall: number): boolean => {
    const date = new Date(wall);
    const isHour = named.hours === null || named.hours.includes(date.getUTCHours());
    return isHour && named.minutes.includes(date.getUTCMinutes());
  };
  const seen = new Set<number>();
  const slots: string[] = [];
  let shown = showTime(timeZone, from - MINUTE_MS);
  for (let now = from; now <= to; now += MINUTE_MS) {
    const shows = showTime(timeZone, now);
    let isSlot = isNamed(shows) && (named.hours === null || !seen.has(shows));
    for (let left = shown + MINUTE_MS; left < shows; left += MINUTE_MS) {
      isSlot ||= named.hours !== null && isNamed(left);
    }
    if (isSlot) slots.push(new Date(now).toISOString().slice(0, 16));
    seen.add(shows);
    shown = shows;
  }
  return slots;
}

const someOf = (max: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 4 });

const aMoment = fc
  .tuple(fc.constantFrom(...ZONES), fc.integer({ min: -2 * 1440, max: 2 * 1440 }))
  .map(([[zone, day], minutes]) => ({ zone, at: Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE_MS }));

const aRecurrence: fc.Arbitrary<Recurrence> = fc.oneof(
  fc.tuple(someOf(59), fc.option(someOf(23))).map(([minutes, hours]) => ({
    kind: 'cron' as const,
    expression: `${minutes.join(',')} ${hours?.join(',') ?? '*'} * * *`,
  })),
  fc
    .tuple(fc.integer({ min: 5, max: 3_000 }), fc.integer({ min: 0, max: 100_000 }))
    .map(([every, anchor]) => ({
      kind: 'interval' as const,
      everyMinutes: every,
      anchor: new Date(Date.parse('2026-01-01T00:00:00Z') + anchor * 1_000),
    })),
);

describe('Slots', () => {
  it.each([
    ['30 2 * * *', '2026-03-27', '2026-03-31', ['27T01:30', '28T01:30', '29T01:00', '30T00:30']],
    ['30 2 * * *', '2026-10-24', '2026-10-27', ['24T00:30', '25T00:30', '26T01:30']],
    [
      '*/30 * * * *',
      '2026-03-29T00:00Z',
      '2026-03-29T01:30Z',
      ['29T00:00', '29T00:30', '29T01:00', '29T01:30'],
    ],
    ['15 1,2,3 * * *', '2026-03-29', '2026-03-29T12:00Z', ['29T00:15', '29T01:00', '29T01:15']],
    ['0 * * * *', '2026-10-24T23:30Z', '2026-10-25T02:30Z', ['25T00:00', '25T01:00', '25T02:00']],
    ['15 1,2,3 * * *', '2026-10-24T22:00Z', '2026-10-25T12:00Z', ['24T23:15', '25T00:15', '25T02:15']],
  ])('%s in Berlin from %s to %s', (expression, from, to, expected) => {
    const found = listSlots(aTiming(expression, { timeZone: 'Europe/Berlin' }), from, to);
    expect(found.map((slot) => slot.slice(8))).toEqual(expected);
  });

  it('comes at one o’clock where clocks jump over midnight', () => {
    const timing = aTiming('0 0 * * *', { timeZone: 'America/Santiago' });
    expect(listSlots(timing, '2026-09-05', '2026-09-08')).toEqual([
      '2026-09-05T04:00',
      '2026-09-06T04:00',
      '2026-09-07T03:00',
    ]);
  });

  it.each(ZONES)('agrees with a watch of the clock in %s around %s', (zone, day) => {
    fc.assert(
      fc.property(someOf(59), fc.option(someOf(23)), (minutes, hours) => {
        const expression = `${minutes.join(',')} ${hours?.join(',') ?? '*'} * * *`;
        const from = Date.parse(`${day}T00:00:00Z`) - DAY_MS;
        const to = from + 3 * DAY_MS;
        const found = listSlots(aTiming(expression, { timeZone: zone }), from + DAY_MS, to);
        const watched = watchClock(zone, { hours, minutes }, from, to);
        const begin = new Date(from + DAY_MS).toISOString();
        expect(found).toEqual(watched.filter((slot) => slot >= begin.slice(0, 16)));
      }),
      { numRuns: 8 },
    );
  });

  it('finds the same slots backwards as forwards, whenever it is asked', () => {
    fc.assert(
      fc.property(aMoment, aRecurrence, ({ zone, at }, recurrence) => {
        const slots = new Slots(aTiming(recurrence, { timeZone: zone }));
        const now = new Date(at);
        const next = slots.next(now);
        const last = slots.last(now, new Date(at - 10 * DAY_MS));
        expect(next && next > now && slots.last(next, now)?.getTime()).toBe(next?.getTime());
        expect(last && last <= now && slots.next(last)?.getTime()).toBe(next?.getTime());
        if (last) expect(slots.next(new Date(last.getTime() - 1))).toEqual(last);
      }),
      { numRuns: 300 },
    );
  });

  it('has one slot to catch up, the last one, however long nobody looked', () => {
    const slots = new Slots(aTiming('0 * * * *'));
    const missedSince = new Date('2026-01-01T03:00Z');
    expect(slots.last(new Date('2026-01-01T02:59:59Z'), missedSince)).toBeNull();
    expect(slots.last(new Date('2026-05-01T12:34Z'), missedSince)).toEqual(new Date('2026-05-01T12:00Z'));
  });

  it('counts intervals in real time, to both sides of their anchor', () => {
    const anchor = new Date('2026-03-28T23:30Z');
    const timing = aTiming({ kind: 'interval', everyMinutes: 90, anchor }, { timeZone: 'Europe/Berlin' });
    expect(listSlots(timing, '2026-03-28T22:00Z', '2026-03-29T04:00Z')).toEqual([
      '2026-03-28T22:00',
      '2026-03-28T23:30',
      '2026-03-29T01:00',
      '2026-03-29T02:30',
      '2026-03-29T04:00',
    ]);
  });

  it('keeps to its active days and hours in its zone', () => {
    const timing = aTiming('0 */6 * * *', {
      timeZone: 'Asia/Tokyo',
      days: { from: '2026-05-02', until: '2026-05-03' },
      hours: { from: 18, until: 6 },
    });
    expect(listSlots(timing, '2026-04-01', '2026-06-01')).toEqual([
      '2026-05-01T15:00',
      '2026-05-02T09:00',
      '2026-05-02T15:00',
      '2026-05-03T09:00',
    ]);
    const every = { kind: 'interval', everyMinutes: 240, anchor: new Date('2026-05-01T00:00Z') } as const;
    expect(listSlots({ ...timing, recurrence: every }, '2026-04-01', '2026-06-01')).toEqual([
      '2026-05-01T16:00',
      '2026-05-01T20:00',
      '2026-05-02T12:00',
      '2026-05-02T16:00',
      '2026-05-02T20:00',
      '2026-05-03T12:00',
    ]);
  });

  it('tells what never comes', () => {
    const noon = { kind: 'interval', everyMinutes: 1440, anchor: new Date('2026-05-01T12:00Z') } as const;
    const atNight = { hours: { from: 0, until: 6 } };
    expect(new Slots(aTiming(noon, atNight)).next(new Date('2026-05-01'))).toBeNull();
    expect(new Slots(aTiming('0 12 * * *', atNight)).next(new Date('2026-05-01'))).toBeNull();
    const over = aTiming('0 12 * * *', { days: { from: null, until: '2026-05-01' } });
    expect(new Slots(over).next(new Date('2026-05-01T12:00Z'))).toBeNull();
  });

  it('waits for the next leap year, also over a century that has none', () => {
    const slots = new Slots(aTiming('0 0 29 2 *'));
    expect(slots.next(new Date('2096-03-01'))).toEqual(new Date('2104-02-29'));
    expect(slots.last(new Date('2104-02-28'), new Date('2096-02-01'))).toEqual(new Date('2096-02-29'));
  });

  it('is quick, even for every minute', () => {
    const slots = new Slots(aTiming('* * * * *', { timeZone: 'Europe/Berlin' }));
    let slot = new Date('2026-05-01');
    for (let runs = 0; runs < 100; runs += 1) slot = slots.next(slot) ?? slot;
    expect(slot).toEqual(new Date(Date.parse('2026-05-01') + 100 * MINUTE_MS));
  });
});
