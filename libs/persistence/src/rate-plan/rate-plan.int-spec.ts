import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { emptyRedis, openTestRedis } from '../../../../test/support/databases.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import { planUploads } from './plan-uploads.js';
import { RatePlan, type CountedTimes } from './rate-plan.js';

const NOW = new Date();
const ORDINARY = [{ hits: 380, seconds: 4_320 }];
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const offsets = (moments: readonly Date[]): number[] =>
  moments.map((moment) => moment.getTime() - NOW.getTime());

describe('RatePlan', () => {
  let redis: RedisConnections;
  let rows: Map<string, Partial<CountedTimes>>;
  let plan: RatePlan;

  beforeAll(() => {
    redis = openTestRedis();
    rows = new Map();
    plan = new RatePlan(redis.shared, async (userid) => ({ reserved: [], hits: [], ...rows.get(userid) }));
  });

  afterAll(() => redis.close());

  const reserve = (userid: string, count: number, windows = ORDINARY, now = NOW): Promise<Date[]> =>
    plan.reserve({ userid, count, windows, now });

  it('gives a burst while the window has room, then each as it frees, over all calls', async () => {
    const userid = randomUUID();
    expect(new Set(offsets(await reserve(userid, 380)))).toEqual(new Set([0]));
    expect(offsets(await reserve(userid, 2))).toEqual([4_320_000, 4_320_000]);
    expect(offsets(await reserve(userid, 1, ORDINARY, later(-5_000)))).toEqual([4_320_000]);
  });

  it('equals the pure plan, with holes and several windows', async () => {
    const aWindow = fc.record({
      hits: fc.integer({ min: 1, max: 5 }),
      seconds: fc.integer({ min: 1, max: 20 }),
      cost: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(aWindow, { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: -30, max: 90 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 25 }),
        async (windows, seconds, count) => {
          const userid = randomUUID();
          const moments = seconds.map((second) => later(second * 1_000)).sort((a, b) => +a - +b);
          const known = {
            hits: moments.filter((moment) => moment <= NOW),
            reserved: moments.filter((moment) => moment > NOW),
          };
          rows.set(userid, known);
          const expected = planUploads({
            windows,
            reserved: moments.map((moment) => moment.getTime()),
            count,
            from: NOW.getTime(),
          });
          const planned = await reserve(userid, count, windows);
          expect(planned.map((moment) => moment.getTime())).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is one plan for callers at the same moment', async () => {
    const userid = randomUUID();
    const windows = [{ hits: 3, seconds: 10 }];
    const answers = await Promise.all(Array.from({ length: 10 }, () => reserve(userid, 3, windows)));
    const all = offsets(answers.flat()).sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 30 }, (_, index) => Math.floor(index / 3) * 10_000));
  });

  it('uses what was given back', async () => {
    const userid = randomUUID();
    const windows = [{ hits: 1, seconds: 10 }];
    const [, second] = await reserve(userid, 4, windows);
    await plan.giveBack(userid, second ? [second] : []);
    expect(offsets(await reserve(userid, 2, windows))).toEqual([10_000, 40_000]);
  });

  it('is rebuilt from the rows when Redis has lost it, by one of many callers', async () => {
    const userid = randomUUID();
    const windows = [{ hits: 2, seconds: 10 }];
    rows.set(userid, { reserved: await reserve(userid, 5, windows) });
    await emptyRedis(redis);
    const answers = await Promise.all([1, 2, 3].map(() => reserve(userid, 1, windows)));
    expect(offsets(answers.flat()).sort((a, b) => a - b)).toEqual([20_000, 30_000, 30_000]);
  });

  it('takes guessed windows only for who has none', async () => {
    const [exempt, strict, unknown] = [randomUUID(), randomUUID(), randomUUID()];
    await plan.setWindows(exempt, [], NOW);
    await plan.setWindows(strict, [{ hits: 1, seconds: 10 }], NOW);
    const guess = { count: 3, windows: [{ hits: 2, seconds: 20 }], isGuess: true, now: NOW };
    expect(offsets(await plan.reserve({ userid: exempt, ...guess }))).toEqual([0, 0, 0]);
    expect(offsets(await plan.reserve({ userid: strict, ...guess }))).toEqual([0, 10_000, 20_000]);
    expect(offsets(await plan.reserve({ userid: unknown, ...guess }))).toEqual([0, 0, 20_000]);
    expect(await plan.setWindows(strict, [{ hits: 1, seconds: 10 }], NOW)).toBe(false);
    expect(await plan.isUnlimited(exempt)).toBe(true);
  });

  it('is kept as long as any of it counts, and no longer', async () => {
    const userid = randomUUID();
    const planned = await reserve(userid, 381, ORDINARY, new Date());
    const last = planned.at(-1)?.getTime() ?? 0;
    const expiry = await redis.shared.pexpiretime(`curator:rate-plan:{${userid}}`);
    expect(expiry).toBeGreaterThanOrEqual(last + 4_320_000);
    expect(expiry).toBeLessThan(last + 4_320_000 + 3_600_000);
    await reserve(userid, 1, ORDINARY, new Date(last + 4_320_000 + 600_001));
    expect(await redis.shared.zcard(`curator:rate-plan:{${userid}}:reserved`)).toBe(1);
  });

  it('reserves nothing for who has no limit', async () => {
    const userid = randomUUID();
    expect(offsets(await reserve(userid, 2, []))).toEqual([0, 0]);
    expect(await redis.shared.exists(`curator:rate-plan:{${userid}}:reserved`)).toBe(0);
  });
});
