import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestRedis } from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { LiveUpdates } from './live-updates.js';
import { ServiceBreaker } from './service-breaker.js';

const KEY = 'curator:service-breaker';
const inMs = (ms: number): Date => new Date(Date.now() + ms);

describe('ServiceBreaker', () => {
  const redis = openTestRedis();
  const live = new LiveUpdates(redis.shared, () => redis.openSubscriber());
  const breaker = new ServiceBreaker(redis.shared, live);
  const otherProcess = new ServiceBreaker(redis.shared, live);

  beforeEach(async () => {
    await redis.shared.del(KEY);
  });

  afterAll(() => redis.close());

  it('is closed until it is opened, for every process', async () => {
    expect(await breaker.find()).toBeNull();
    const until = inMs(600_000);
    await breaker.open('blocked: 192.0.2.1', until);
    expect(await otherProcess.find()).toEqual({
      reason: 'blocked: 192.0.2.1',
      since: expect.any(Date),
      until,
    });
  });

  it('closes by itself', async () => {
    await breaker.open('blocked', inMs(100));
    await waitUntil('the breaker to close', async () => (await breaker.find()) === null);
    await breaker.open('blocked', inMs(-1));
    expect(await breaker.find()).toBeNull();
  });

  it('keeps the beginning while it is opened again, and forgets it an hour after its end', async () => {
    await breaker.open('blocked', inMs(50));
    const first = Number(await redis.shared.hget(KEY, 'since'));
    await waitUntil('the breaker to close', async () => (await breaker.find()) === null);
    const until = inMs(600_000);
    await otherProcess.open('still blocked', until);
    expect(await breaker.find()).toEqual({ reason: 'still blocked', since: new Date(first), until });
    const left = await redis.shared.pttl(KEY);
    expect(left).toBeGreaterThan(600_000 + 3_500_000);
    expect(left).toBeLessThanOrEqual(600_000 + 3_600_000);
  });
});
