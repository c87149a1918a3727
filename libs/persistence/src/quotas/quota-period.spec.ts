import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { QuotaExpiry } from './quota.js';
import { findSpan, givenBackAt } from './quota-period.js';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const span = (expire: QuotaExpiry, now: string, since = LONG_AGO) => {
  const found = findSpan({ expire, since }, new Date(now));
  return found && [found.start.toISOString(), found.end?.toISOString() ?? null];
};

describe('findSpan', () => {
  it.each([
    ['day', '2026-11-21T10:00:00Z', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['day', '2026-11-21T00:00:00Z', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['day', '2026-11-21T23:59:59.999Z', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['week', '2026-11-22T23:59:59Z', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['week', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['week', '2027-01-01T12:00:00Z', '2026-12-28T00:00:00.000Z', '2027-01-04T00:00:00.000Z'],
    ['month', '2026-12-31T23:00:00Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['month', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ] as const)('%s at %s', (period, now, start, end) => {
    expect(span({ period }, now)).toEqual([start, end]);
  });

  it('reaches back so many hours', () => {
    expect(span({ period: 'hours', hours: 36 }, '2026-11-21T12:00:00Z')).toEqual([
      '2026-11-20T00:00:00.001Z',
      null,
    ]);
  });

  it('holds until its moment, and not after', () => {
    const until = new Date('2026-12-01T00:00:00Z');
    expect(span({ period: 'until', until }, '2026-11-30T23:59:59.999Z')).toEqual([
      LONG_AGO.toISOString(),
      until.toISOString(),
    ]);
    expect(span({ period: 'until', until }, '2026-12-01T00:00:00Z')).toBeNull();
  });

  it('counts the whole of a day, week or month, and otherwise what came since the quota', () => {
    const since = new Date('2026-11-21T09:30:00Z');
    const startOf = (period: 'day' | 'month' | 'never') =>
      span({ period }, '2026-11-21T10:00:00Z', since)?.[0];
    expect(startOf('day')).toBe('2026-11-21T00:00:00.000Z');
    expect(startOf('month')).toBe('2026-11-01T00:00:00.000Z');
    expect(startOf('never')).toBe(since.toISOString());
  });

  it('always has now in it, and gives everything in it back later', () => {
    const moments = fc.date({
      min: new Date('2021-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    const expiries = fc.oneof(
      fc.constantFrom<QuotaExpiry>({ period: 'day' }, { period: 'week' }, { period: 'month' }),
      fc.integer({ min: 1, max: 9_000 }).map((hours): QuotaExpiry => ({ period: 'hours', hours })),
    );
    fc.assert(
      fc.property(moments, expiries, (now, expire) => {
        const found = findSpan({ expire, since: LONG_AGO }, now);
        if (found === null) throw new Error('no span');
        expect(found.start <= now).toBe(true);
        expect(givenBackAt({ expire }, found, now)?.getTime()).toBeGreaterThan(now.getTime());
        expect(givenBackAt({ expire }, found, found.start)?.getTime()).toBeGreaterThan(now.getTime());
      }),
    );
  });
});
