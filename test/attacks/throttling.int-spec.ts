import { FailedAttempts, RedisConnections, SharedBuckets } from '#app/persistence';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiConfig } from '../../apps/api/src/api.config.js';
import { Throttles } from '../../apps/api/src/throttle/throttles.js';
import { startApi, startApiIn, SERVICE_KEY, type RunningApi } from '../sign-in/running-api.js';
import { openTestRedis } from '../support/databases.js';
import { signIn } from '../support/sign-in.js';
import { waitUntil } from '../support/wait-until.js';

interface Told {
  status: number;
  code: unknown;
  /** Seconds. */
  retryAfter: number | null;
}

const told = async (answer: Response): Promise<Told> => {
  const body: unknown = await answer.json().catch(() => ({}));
  const after = answer.headers.get('retry-after');
  return {
    status: answer.status,
    code: typeof body === 'object' && body !== null && 'error_code' in body ? body.error_code : undefined,
    retryAfter: after === null ? null : Number(after),
  };
};

describe('throttling', () => {
  let api: RunningApi;
  const redis = openTestRedis();

  beforeAll(async () => {
    api = await startApi({
      TRUST_PROXY: 'true',
      SIGN_IN_LIMIT: '4/3600',
      REGISTER_LIMIT: '200/3600',
      COSTLY_LIMIT: '3/3600',
      WRONG_KEY_TRIES: '3',
      WRONG_TOKEN_LIMIT: '3/3600',
    });
  });

  afterEach(async () => {
    api.wiki.faults.clear();
    const keys = await redis.shared.keys('curator:bucket:*');
    if (keys.length > 0) await redis.shared.del(...keys);
  });

  afterAll(async () => {
    await api.stop();
    await redis.close();
  });

  const from = (
    address: string,
    path: string,
    init: RequestInit = {},
    origin = api.origin,
  ): Promise<Response> =>
    fetch(`${origin}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'x-forwarded-for': address },
    });

  const register = async (address: string, key: string, origin = api.origin): Promise<Told> =>
    told(await from(address, '/auth/register', { method: 'POST', headers: { 'x-api-key': key } }, origin));

  it('lets one address sign in so often and no more, and others go on', async () => {
    const answers = [];
    for (let call = 0; call < 6; call += 1) answers.push(await told(await from('192.0.2.1', '/auth/login')));
    expect(answers.map(({ status }) => status)).toEqual([302, 302, 302, 302, 429, 429]);
    expect(answers[4]).toEqual({ status: 429, code: 'RATE_LIMITED', retryAfter: expect.any(Number) });
    expect(answers[4]?.retryAfter).toBeGreaterThan(0);
    expect(answers[4]?.retryAfter).toBeLessThanOrEqual(900);
    expect(
      (await told(await from('192.0.2.1', '/auth/callback?oauth_token=a&oauth_verifier=b'))).status,
    ).toBe(429);
    expect((await from('192.0.2.2', '/auth/login')).status).toBe(302);
  });

  it('counts a network of IPv6 as one, and not what the client writes itself', async () => {
    for (let call = 0; call < 4; call += 1)
      await from(`203.0.113.${call}, 2001:db8:1:2::${call + 1}`, '/auth/login');
    expect((await from('2001:db8:1:2:ffff::9', '/auth/login')).status).toBe(429);
    expect((await from('198.51.100.1, 2001:db8:1:2::77', '/auth/login')).status).toBe(429);
    expect((await from('2001:db8:1:3::1', '/auth/login')).status).toBe(302);
  });

  it('believes no X-Forwarded-For where no proxy is trusted', async () => {
    const open = await startApiIn(api, { TRUST_PROXY: 'false', SIGN_IN_LIMIT: '4/3600' });
    try {
      const statuses = [];
      for (let call = 0; call < 5; call += 1)
        statuses.push((await from(`192.0.2.${100 + call}`, '/auth/login', {}, open.origin)).status);
      expect(statuses).toEqual([302, 302, 302, 302, 429]);
    } finally {
      await open.stop();
    }
  });

  it('counts in all processes together', async () => {
    const other = await startApiIn(api, { TRUST_PROXY: 'true', SIGN_IN_LIMIT: '4/3600' });
    try {
      const origins = [api.origin, other.origin];
      const statuses = await Promise.all(
        Array.from({ length: 12 }, async (_, call) => {
          const answer = await from('192.0.2.20', '/auth/login', {}, origins[call % 2]);
          return answer.status;
        }),
      );
      expect(statuses.filter((status) => status === 302)).toHaveLength(4);
    } finally {
      await other.stop();
    }
  });

  it('has who guesses keys wait, also when the right one is among the guesses', async () => {
    for (let guess = 0; guess < 4; guess += 1)
      expect((await register('192.0.2.30', `guess ${guess}`)).status).toBe(401);
    const locked = await register('192.0.2.30', SERVICE_KEY);
    expect(locked).toEqual({ status: 429, code: 'RATE_LIMITED', retryAfter: 1 });
    expect((await register('192.0.2.31', SERVICE_KEY)).status).toBe(200);
    await waitUntil(
      'the wait to end',
      async () => (await register('192.0.2.30', SERVICE_KEY)).status === 200,
    );
    expect((await register('192.0.2.30', 'guess again')).status).toBe(401);
  });

  it('learns no more from many guesses at once', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 30 }, async (_, guess) => (await register('192.0.2.40', `guess ${guess}`)).status),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(4);
    expect(statuses.filter((status) => status === 429)).toHaveLength(26);
  });

  it('doubles the wait with each further wrong key, up to the longest', async () => {
    const attempts = new FailedAttempts(redis.shared);
    const wait = { free: 0, firstMs: 100, longestMs: 300, forgetMs: 60_000 };
    const waits: number[] = [];
    for (let guess = 0; guess < 4; guess += 1) {
      expect(await attempts.settle('doubling', false, wait)).toBe(0);
      waits.push(await attempts.settle('doubling', true, wait));
      await waitUntil('the wait to end', async () => {
        const until = Number(await redis.shared.hget('curator:failed-attempts:doubling:growing', 'until'));
        const [seconds = '0', micros = '0'] = (await redis.shared.time()).map(String);
        return Number(seconds) * 1000 + Number(micros) / 1000 >= until;
      });
    }
    const [first = 0, second = 0, third = 0, fourth = 0] = waits;
    expect(first).toBeLessThanOrEqual(100);
    expect(second).toBeGreaterThan(100);
    expect(second).toBeLessThanOrEqual(200);
    expect(third).toBeGreaterThan(200);
    expect(third).toBeLessThanOrEqual(300);
    expect(fourth).toBeLessThanOrEqual(300);
  });

  it('has who sends wrong tokens wait after too many of them from an address', async () => {
    const send = async (address: string): Promise<number> =>
      (await from(address, '/auth/whoami', { headers: { authorization: 'Bearer cur_wrong' } })).status;
    const statuses = [];
    for (let call = 0; call < 5; call += 1) statuses.push(await send('192.0.2.50'));
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect(await send('192.0.2.51')).toBe(401);
  });

  it.each<[string, string, string, Record<string, unknown> | undefined]>([
    ['manifests', 'POST', '/api/manifests', undefined],
    ['imports', 'POST', '/api/imports', { category: 'Bridges' }],
    ['comparing', 'GET', '/api/imports/1/compare?handler=mapillary&input=a', undefined],
    ['moves of files', 'POST', '/api/imports/1/recategorize', { source: 'A', target: 'B' }],
    ['exports', 'POST', '/api/exports', { kind: 'my_uploads', format: 'csv' }],
    ['downloads', 'GET', '/api/exports/1/download', undefined],
    ['runs of schedules', 'POST', '/api/schedules/1/run', undefined],
    ['checks of storages', 'POST', '/api/storages/1/check', undefined],
  ])('limits %s for each person', async (_what, method, path, body) => {
    const admin = await signIn(api.origin, 'Admin');
    const call = async (): Promise<Told> =>
      told(
        await admin.go(path, {
          method,
          headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.60' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      );
    for (let count = 0; count < 3; count += 1) expect((await call()).status).not.toBe(429);
    expect(await call()).toEqual({ status: 429, code: 'RATE_LIMITED', retryAfter: expect.any(Number) });
  });

  it('does nothing that cannot be counted, while Redis is away', async () => {
    const away = new RedisConnections('redis+unix:///nowhere/r.sock');
    const throttles = new Throttles(api.app.get(ApiConfig), new SharedBuckets(away.shared));
    await expect(throttles.take('import', '42')).rejects.toMatchObject({ code: 'NOT_READY' });
    await away.close();
  });

  it('leaves alone what costs little, and what others do', async () => {
    const [one, other] = [await signIn(api.origin, 'Admin'), await signIn(api.origin, 'Uploader')];
    for (let count = 0; count < 4; count += 1) await one.go('/api/exports/1/download');
    expect((await one.go('/api/exports/1/download')).status).toBe(429);
    expect((await one.go('/api/exports')).status).toBe(200);
    expect((await other.go('/api/exports/1/download')).status).toBe(404);
  });
});
