import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestRedis } from '../../../../test/support/databases.js';
import type { RedisConnections } from './redis-connections.js';
import { SharedBuckets } from './shared-buckets.js';

describe('SharedBuckets', () => {
  let redis: RedisConnections;
  let other: RedisConnections;

  beforeAll(() => {
    redis = openTestRedis();
    other = openTestRedis();
  });

  afterAll(() => Promise.all([redis.close(), other.close()]));

  it('counts for all processes together, lets some wait and refuses the rest without a cost', async () => {
    const processes = [new SharedBuckets(redis.shared), new SharedBuckets(other.shared)];
    const size = { perSecond: 0.01, burst: 10 };
    const waits = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => processes[index % 2]?.take('a', 1, size, 150_000)),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
    const later = waits.filter((wait) => (wait ?? 0) > 0);
    expect(later).toHaveLength(1);
    expect(later[0]).toBeGreaterThan(90_000);
    expect(later[0]).toBeLessThanOrEqual(100_000);
    const refused = waits.filter((wait) => (wait ?? 0) < 0);
    expect(refused).toHaveLength(19);
    for (const wait of refused) expect(wait).toBeGreaterThanOrEqual(-200_000);
  });

  it('fills again, and is forgotten once it is full', async () => {
    const buckets = new SharedBuckets(redis.shared);
    const size = { perSecond: 1_000, burst: 100 };
    expect(await buckets.take('b', 100, size, 0)).toBe(0);
    expect(await redis.shared.pttl('curator:bucket:b')).toBeLessThanOrEqual(1_100);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await buckets.take('b', 100, size, 0)).toBe(0);
  });

  it('takes nothing for more than a full bucket: everything comes through some time', async () => {
    const size = { perSecond: 0.01, burst: 10 };
    expect(await new SharedBuckets(redis.shared).take('c', 10_000, size, 0)).toBe(0);
    expect(await new SharedBuckets(redis.shared).take('d', 10, size, 0)).toBe(0);
  });

  it('keeps people apart', async () => {
    const buckets = new SharedBuckets(redis.shared);
    const size = { perSecond: 0.01, burst: 1 };
    expect(await buckets.take('e', 1, size, 0)).toBe(0);
    expect(await buckets.take('e', 1, size, 0)).toBeLessThan(0);
    expect(await buckets.take('f', 1, size, 0)).toBe(0);
  });
});
