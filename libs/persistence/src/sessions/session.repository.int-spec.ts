import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { nodesOf, openTestRedis } from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { LiveUpdates, type SessionEnd } from '../redis/live-updates.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import { SessionRepository } from './session.repository.js';

const HOUR = 3_600_000;

describe('SessionRepository', () => {
  let redis: RedisConnections;
  let ended: SessionEnd[];
  let live: LiveUpdates;

  beforeAll(async () => {
    redis = openTestRedis();
    ended = [];
    live = new LiveUpdates(redis.shared, () => redis.openSubscriber());
    await live.subscribe({ onSessionEnd: (end) => ended.push(end) });
  });

  afterAll(() => redis.close());

  const withLifetime = (idleMs = HOUR, ttlMs = 10 * HOUR): SessionRepository =>
    new SessionRepository(redis.shared, live, { idleMs, ttlMs });

  const index = (userid: string): Promise<string[]> =>
    redis.shared.zrange(`curator:sessions-of:${userid}`, '0', '-1');

  it('keeps the data under a hash of the token', async () => {
    const sessions = withLifetime();
    const [token, userid] = [randomUUID(), randomUUID()];
    expect(await sessions.find(token)).toBeNull();
    await sessions.save(token, '{"a":1}', null);
    await sessions.save(token, '{"a":2}', userid);
    expect(await sessions.find(token)).toBe('{"a":2}');
    expect(await sessions.isAlive(sessions.hash(token))).toBe(true);
    const keys = (await Promise.all(nodesOf(redis).map((node) => node.keys('*')))).flat();
    expect(keys).toContain(`curator:session:${sessions.hash(token)}`);
    expect(keys.join()).not.toContain(token);
    expect(await index(userid)).toEqual([sessions.hash(token)]);
  });

  it('ends when it is idle, later with use, but never outlives its whole term', async () => {
    const sessions = withLifetime(200, 500);
    const token = randomUUID();
    const began = performance.now();
    await sessions.save(token, '{}', null);
    await waitUntil('its end', async () => {
      await sessions.touch(token);
      return (await sessions.find(token)) === null;
    });
    expect(performance.now() - began).toBeGreaterThan(400);
    expect(await sessions.isAlive(sessions.hash(token))).toBe(false);
    await sessions.touch(token);
    expect(await sessions.find(token)).toBeNull();

    const idle = randomUUID();
    await sessions.save(idle, '{}', null);
    expect(await redis.shared.pttl(`curator:session:${sessions.hash(idle)}`)).toBeLessThanOrEqual(200);
  });

  it('keeps a session without a person for a quarter of an hour', async () => {
    const sessions = withLifetime();
    const token = randomUUID();
    const left = (): Promise<number> => redis.shared.pttl(`curator:session:${sessions.hash(token)}`);
    await sessions.save(token, '{}', null);
    expect(await left()).toBeLessThanOrEqual(HOUR / 4);
    await sessions.save(token, '{}', randomUUID());
    expect(await left()).toBeGreaterThan(HOUR / 2);
  });

  it('announces the end of one and of all', async () => {
    const sessions = withLifetime();
    const userid = randomUUID();
    const tokens = [randomUUID(), randomUUID(), randomUUID()];
    for (const token of tokens) await sessions.save(token, '{}', userid);
    const [first = ''] = tokens;
    await sessions.end(first);
    expect(await sessions.find(first)).toBeNull();
    expect(await index(userid)).toHaveLength(2);
    expect(await sessions.endAll(userid)).toBe(2);
    expect(await index(userid)).toEqual([]);
    for (const token of tokens) expect(await sessions.find(token)).toBeNull();
    await waitUntil('both announcements', () => ended.length === 2);
    expect(ended).toEqual([
      { userid, session: sessions.hash(first) },
      { userid, session: null },
    ]);
  });

  it('does not come back with a request that was under way when it ended', async () => {
    const sessions = withLifetime();
    const userid = randomUUID();
    const [one, all] = [randomUUID(), randomUUID()];
    for (const token of [one, all]) await sessions.save(token, '{}', userid);
    await sessions.end(one);
    expect(await sessions.endAll(userid)).toBe(1);
    expect(await sessions.endAll(userid)).toBe(0);
    for (const token of [one, all]) {
      await sessions.touch(token);
      await sessions.save(token, '{"again":true}', userid);
      expect(await sessions.find(token)).toBeNull();
      expect(await sessions.isAlive(sessions.hash(token))).toBe(false);
      const left = await redis.shared.pttl(`curator:session:${sessions.hash(token)}`);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(HOUR);
    }
    expect(await sessions.list(userid)).toEqual([]);
    expect(await index(userid)).toEqual([]);
  });

  it('drops stale entries from the index at the next sign-in', async () => {
    const userid = randomUUID();
    const brief = withLifetime(20);
    const stale = randomUUID();
    await brief.save(stale, '{}', userid);
    await waitUntil('it to run out', async () => (await brief.find(stale)) === null);
    expect(await index(userid)).toHaveLength(1);
    const fresh = randomUUID();
    await withLifetime().save(fresh, '{}', userid);
    expect(await index(userid)).toEqual([brief.hash(fresh)]);
  });
});
