import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestRedis } from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { RedisCache } from './redis-cache.js';
import { RedisConnections } from './redis-connections.js';
import { RedisLocks } from './redis-locks.js';
import { RequestSlots } from './request-slots.js';

let redis: RedisConnections;
let other: RedisConnections;

beforeAll(() => {
  redis = openTestRedis();
  other = openTestRedis();
});

afterAll(() => Promise.all([redis.close(), other.close()]));

describe('RedisCache', () => {
  it('keeps text for its time', async () => {
    const cache = new RedisCache(redis.shared);
    expect(await cache.find('a')).toBeNull();
    await cache.keep('a', 'text', 0.05);
    expect(await cache.find('a')).toBe('text');
    await waitUntil('the entry to run out', async () => (await cache.find('a')) === null);
  });

  it('is a miss when it is broken', async () => {
    const broken = new RedisConnections('redis+unix:///nowhere/r.sock');
    const cache = new RedisCache(broken.shared);
    await cache.keep('a', 'text', 1);
    expect(await cache.find('a')).toBeNull();
    await broken.close();
  });
});

describe('RedisLocks', () => {
  it('have one holder, with a fence that grows', async () => {
    const [ours, theirs] = [new RedisLocks(redis.shared), new RedisLocks(other.shared)];
    const first = await ours.acquire('x', 10_000);
    expect(await theirs.acquire('x', 10_000)).toBeNull();
    await first?.release();
    const second = await theirs.acquire('x', 10_000);
    expect(second?.fence).toBeGreaterThan(first?.fence ?? Infinity);
    await first?.release();
    expect(await ours.acquire('x', 10_000)).toBeNull();
    await second?.release();
  });

  it('outlive their first term while they are held, and tell when they are lost', async () => {
    const locks = new RedisLocks(redis.shared);
    const lock = await locks.acquire('y', 60);
    await sleep(200);
    expect(await locks.acquire('y', 60)).toBeNull();
    expect(lock?.signal.aborted).toBe(false);
    await other.shared.del('curator:{locks}:y');
    await waitUntil('the loss to be noticed', () => lock?.signal.aborted);
    const next = await locks.acquire('y', 10_000);
    await lock?.release();
    expect(await locks.acquire('y', 10_000)).toBeNull();
    await next?.release();
  });

  it('confirm that they are still held, as Redis knows it', async () => {
    const locks = new RedisLocks(redis.shared);
    const lock = await locks.acquire('z', 10_000);
    expect(await lock?.confirm()).toBe(true);
    await redis.shared.del('curator:{locks}:z');
    const next = await locks.acquire('z', 10_000);
    expect(await lock?.confirm()).toBe(false);
    await next?.release();
  });
});

const slotOf = (slots: readonly RequestSlots[], index: number): RequestSlots => {
  const slot = slots[index % slots.length];
  if (!slot) throw new Error('There are no slots');
  return slot;
};

describe('RequestSlots', () => {
  /** Several processes that all let the same number in, and how many are in. */
  const processes = (count: number, limit: number, leaseMs?: number) => {
    let inside = 0;
    let most = 0;
    const slots = Array.from(
      { length: count },
      (_, index) =>
        new RequestSlots((index % 2 ? other : redis).shared, limit, leaseMs === undefined ? {} : { leaseMs }),
    );
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(2);
      inside -= 1;
    };
    return { slots, work, most: () => most };
  };

  it('let in so many at once over all processes, and everybody in the end', async () => {
    const { slots, work, most } = processes(4, 3);
    await Promise.all(Array.from({ length: 60 }, (_, index) => slotOf(slots, index).run('u1', work)));
    expect(most()).toBe(3);
    expect(await redis.shared.zcard('curator:slots:{u1}:held')).toBe(0);
    expect(await redis.shared.zcard('curator:slots:{u1}:waiting')).toBe(0);
    slots.forEach((slot) => slot.close());
  });

  it('serve processes in turn and each of them in order', async () => {
    const { slots } = processes(2, 1);
    const [busy, quiet] = slots;
    const order: string[] = [];
    const note = (name: string) => async (): Promise<void> => {
      order.push(name);
      await sleep(5);
    };
    const many = Array.from({ length: 30 }, (_, index) => busy?.run('u2', note(`busy ${index}`)));
    await waitUntil('the first to be in', () => order.length > 0);
    await Promise.all([quiet?.run('u2', note('quiet')), ...many]);
    expect(order.indexOf('quiet')).toBeLessThan(15);
    expect(order.filter((name) => name !== 'quiet')).toEqual(many.map((_, index) => `busy ${index}`));
    slots.forEach((slot) => slot.close());
  });

  it('do not mix keys', async () => {
    const { slots } = processes(1, 1);
    const inner = await slots[0]?.run(
      'u3',
      () => slots[0]?.run('u4', async () => 'both') ?? Promise.resolve('none'),
    );
    expect(inner).toBe('both');
    slots[0]?.close();
  });

  it('free the places of a process that died', async () => {
    const [dead, alive] = processes(2, 1, 100).slots;
    dead?.close();
    const stuck = dead?.run('u5', () => new Promise<void>(() => {}));
    expect(stuck).toBeDefined();
    await waitUntil(
      'the dead one to be in',
      async () => (await redis.shared.zcard('curator:slots:{u5}:held')) === 1,
    );
    expect(await alive?.run('u5', async () => 'in')).toBe('in');
    alive?.close();
  });

  it('keep the places of work that takes longer than a lease', async () => {
    const { slots, most, work } = processes(2, 1, 60);
    const long = slots[0]?.run('u6', async () => {
      await Promise.all([work(), sleep(200)]);
      return most();
    });
    await waitUntil('it to be in', () => most() === 1);
    const after = slots[1]?.run('u6', async () => 'after');
    expect(await Promise.race([long, after])).toBe(1);
    expect(await after).toBe('after');
    slots.forEach((slot) => slot.close());
  });

  it('let nobody in who gave up waiting, and give the place back when work fails', async () => {
    const { slots } = processes(2, 1);
    const [one, two] = slots;
    const patience = new AbortController();
    const release = new AbortController();
    const holding = one?.run(
      'u7',
      () =>
        new Promise((_, reject) => {
          release.signal.addEventListener('abort', () => reject(new Error('oops')));
        }),
    );
    await waitUntil('it to be in', async () => (await redis.shared.zcard('curator:slots:{u7}:held')) === 1);
    const waiting = two?.run('u7', async () => 'in', patience.signal);
    await waitUntil(
      'the other to queue',
      async () => (await redis.shared.zcard('curator:slots:{u7}:waiting')) === 1,
    );
    patience.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await waitUntil(
      'it to leave',
      async () => (await redis.shared.zcard('curator:slots:{u7}:waiting')) === 0,
    );
    release.abort();
    await expect(holding).rejects.toThrow('oops');
    expect(await two?.run('u7', async () => 'in')).toBe('in');
    await expect(two?.run('u7', async () => 'in', patience.signal)).rejects.toThrow('enough');
    slots.forEach((slot) => slot.close());
  });
});
