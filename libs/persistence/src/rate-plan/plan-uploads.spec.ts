import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  countedMoments,
  OVERDUE_MS,
  planUploads,
  RAMP_STEPS,
  toLimit,
  type PlanRequest,
  type PlanWindow,
  type Ramp,
} from './plan-uploads.js';

const ascending = (moments: readonly number[]): number[] => [...moments].sort((a, b) => a - b);

/** The most moments that any stretch [t, t + ms) with one of `fresh` in it holds. */
function fullest(moments: readonly number[], fresh: readonly number[], ms: number): number {
  const sorted = ascending(moments);
  const counts = sorted
    .filter((start) => fresh.some((moment) => moment >= start && moment < start + ms))
    .map((start) => sorted.filter((moment) => moment >= start && moment < start + ms).length);
  return Math.max(0, ...counts);
}

const fitsRamp = (moments: readonly number[], fresh: readonly number[], { from, ms }: Ramp): boolean => {
  const stepOf = (moment: number): number => Math.floor((moment - from) / ms);
  return fresh
    .map(stepOf)
    .filter((step) => step >= 0 && step < RAMP_STEPS)
    .every((step) => moments.filter((moment) => stepOf(moment) === step).length <= 2 ** step);
};

const fits = (
  reserved: readonly number[],
  fresh: readonly number[],
  { windows, ramp }: { windows: readonly PlanWindow[]; ramp?: Ramp },
): boolean =>
  (!ramp || fitsRamp([...reserved, ...fresh], fresh, ramp)) &&
  windows.every((window) => {
    const { uploads, ms } = toLimit(window);
    return fullest([...reserved, ...fresh], fresh, ms) <= uploads;
  });

const aWindow = fc.record({
  hits: fc.integer({ min: 1, max: 4 }),
  seconds: fc.integer({ min: 1, max: 6 }).map((tenths) => tenths / 1_000),
  cost: fc.integer({ min: 1, max: 2 }),
});

const aRamp = fc.record({ from: fc.integer({ min: 0, max: 10 }), ms: fc.integer({ min: 1, max: 5 }) });

const withRamp = ({ ramp, ...request }: Omit<PlanRequest, 'ramp'> & { ramp: Ramp | null }): PlanRequest =>
  ramp ? { ...request, ramp } : request;

const aRequest: fc.Arbitrary<PlanRequest> = fc
  .record({
    windows: fc.array(aWindow, { minLength: 1, maxLength: 2 }),
    reserved: fc.array(fc.integer({ min: 0, max: 16 }), { maxLength: 6 }).map(ascending),
    count: fc.integer({ min: 1, max: 3 }),
    from: fc.integer({ min: 0, max: 8 }),
    ramp: fc.option(aRamp),
  })
  .map(withRamp);

/** For each place in the order, the earliest moment that any plan at all gives it. */
function earliestByTrying({ reserved, count, from, ...limits }: PlanRequest, until: number): number[] {
  const best = Array.from({ length: count }, () => Infinity);
  const extend = (plan: number[]): void => {
    if (plan.length > 0 && !fits(reserved, plan, limits)) return;
    if (plan.length === count) {
      plan.forEach((moment, index) => (best[index] = Math.min(best[index] ?? Infinity, moment)));
      return;
    }
    for (let moment = plan.at(-1) ?? from; moment <= until; moment += 1) extend([...plan, moment]);
  };
  extend([]);
  return best;
}

describe('planUploads', () => {
  it('gives a burst at once, then each as the window frees', () => {
    const planned = planUploads({ windows: [{ hits: 3, seconds: 10 }], reserved: [], count: 7, from: 1_000 });
    expect(planned).toEqual([1_000, 1_000, 1_000, 11_000, 11_000, 11_000, 21_000]);
  });

  it('continues behind what is reserved and in the holes between', () => {
    const windows = [{ hits: 1, seconds: 10 }];
    expect(planUploads({ windows, reserved: [0, 10_000, 30_000], count: 2, from: 0 })).toEqual([
      20_000, 40_000,
    ]);
  });

  it('plans without a limit for now', () => {
    expect(planUploads({ windows: [], reserved: [], count: 2, from: 5 })).toEqual([5, 5]);
  });

  it('counts an upload as often as it costs', () => {
    const windows = [{ hits: 4, seconds: 1, cost: 2 }];
    expect(planUploads({ windows, reserved: [], count: 3, from: 0 })).toEqual([0, 0, 1_000]);
  });

  it('begins with one after a refusal, then doubles', () => {
    const windows = [{ hits: 100, seconds: 100 }];
    const ramp = { from: 1_000, ms: 10 };
    expect(planUploads({ windows, reserved: [1_012], count: 6, from: 1_000, ramp })).toEqual([
      1_000, 1_010, 1_020, 1_020, 1_020, 1_020,
    ]);
  });

  it('takes what is overdue for now, and forgets it in the end', () => {
    const now = OVERDUE_MS * 2;
    const reserved = [now + 5, now - 5, OVERDUE_MS - 7];
    expect(countedMoments({ hits: [now - 9, now + 9], reserved, now })).toEqual([
      now - 9,
      now - 7,
      now,
      now,
      now + 5,
    ]);
  });

  it('exceeds no window in any stretch of time', () => {
    fc.assert(
      fc.property(
        fc
          .record({
            ramp: fc.option(aRamp),
            windows: fc.array(aWindow, { minLength: 1, maxLength: 3 }),
            reserved: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }).map(ascending),
            count: fc.integer({ min: 1, max: 30 }),
            from: fc.integer({ min: 0, max: 60 }),
          })
          .map(withRamp),
        (request) => {
          const planned = planUploads(request);
          expect(planned).toEqual(ascending(planned));
          expect(planned.every((moment) => moment >= request.from)).toBe(true);
          expect(fits(request.reserved, planned, request)).toBe(true);
        },
      ),
    );
  });

  it('has no earlier plan', () => {
    fc.assert(
      fc.property(aRequest, (request) => {
        const planned = planUploads(request);
        expect(planned).toEqual(earliestByTrying(request, planned.at(-1) ?? 0));
      }),
    );
  });
});
