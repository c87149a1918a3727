import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestRedis } from '../../../../test/support/databases.js';
import { RedisConnections } from './redis-connections.js';
import { RedisRate } from './redis-rate.js';

let redis: RedisConnections;
let other: RedisConnections;

beforeAll(() => {
  redis = openTestRedis();
  other = openTestRedis();
});

afterAll(() => Promise.all([redis.close(), other.close()]));

describe('RedisRate', () => {
  it('lets as many calls begin as there is room for, over all processes, and tells the rest when to come back', async () => {
    const processes = [new RedisRate(redis.shared), new RedisRate(other.shared)];
    const rate = { key: 'a', calls: 30, seconds: 3_600 };
    const asked = await Promise.allSettled(
      Array.from({ length: 50 }, async (_, index) => processes[index % 2]?.take(rate)),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(30);
    const [refusal] = asked.flatMap((result): unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    expect(refusal).toMatchObject({ code: 'rate-limit' });
    const { retryAfterMs } = refusal as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(3_500_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });

  it('never lets more begin in any span, and goes on as it frees', async () => {
    const rate = { key: 'b', calls: 5, seconds: 0.2 };
    const processes = [new RedisRate(redis.shared), new RedisRate(other.shared)];
    const moments: number[] = [];
    await Promise.all(
      Array.from({ length: 18 }, async (_, index) => {
        await processes[index % 2]?.take(rate);
        moments.push(performance.now());
      }),
    );
    // The sixth call waits for the first to be a span ago, and so on: the last can only begin three spans later.
    expect((moments.at(-1) ?? 0) - (moments[0] ?? 0)).toBeGreaterThan(500);
  });

  it('leaves the rest to others that count under the same key', async () => {
    const background = { key: 'c', calls: 3, seconds: 3_600 };
    const people = { ...background, calls: 5 };
    const counted = new RedisRate(redis.shared);
    for (let call = 0; call < 3; call += 1) await counted.take(background);
    await expect(counted.take(background)).rejects.toMatchObject({ code: 'rate-limit' });
    await counted.take(people);
    await counted.take(people);
    await expect(counted.take(people)).rejects.toMatchObject({ code: 'rate-limit' });
  });

  it('stops waiting when it is told to', async () => {
    const rate = { key: 'd', calls: 1, seconds: 5 };
    const counted = new RedisRate(redis.shared);
    await counted.take(rate);
    const person = new AbortController();
    const waiting = counted.take(rate, person.signal);
    const reason = new Error('The person went away');
    person.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('fails for now when Redis is away', async () => {
    const broken = new RedisConnections('redis+unix:///nowhere/r.sock');
    const counted = new RedisRate(broken.shared);
    await expect(counted.take({ key: 'e', calls: 1, seconds: 1 })).rejects.toMatchObject({ code: 'redis' });
    await broken.close();
  });
});
