import { Database } from '#app/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UpgradeAuthenticator } from '../../apps/api/src/auth/upgrade-authenticator.js';
import { LiveGateway } from '../../apps/api/src/live/live.gateway.js';
import { Browser, locationOf } from '../sign-in/browser.js';
import { startApi, startApiIn, type RunningApi } from '../sign-in/running-api.js';
import { openTestRedis } from '../support/databases.js';
import { LiveClient } from '../support/live-client.js';
import { allowAccess, signIn } from '../support/sign-in.js';
import { waitUntil } from '../support/wait-until.js';

const ENDED = 'The socket closed: 1008 The session has ended';

describe('sessions', () => {
  let api: RunningApi;
  let other: RunningApi;

  beforeAll(async () => {
    api = await startApi();
    other = await startApiIn(api);
  });

  afterAll(async () => {
    await other.stop();
    await api.stop();
  });

  const whoami = async (cookie: string, { origin } = api): Promise<{ status: number; isAdmin: unknown }> => {
    const answer = await fetch(`${origin}/auth/whoami`, { headers: { cookie } });
    const body = (await answer.json()) as { authorized?: boolean };
    return { status: answer.status, isAdmin: body.authorized };
  };

  /** A socket of the session on each process. */
  const openBoth = (cookie: string): Promise<LiveClient[]> =>
    Promise.all([api, other].map(({ origin }) => LiveClient.connect(origin, { cookie })));

  const bothEnd = (sockets: LiveClient[]): Promise<unknown> =>
    Promise.all(sockets.map((socket) => expect(socket.next('ERROR')).rejects.toThrow(ENDED)));

  it('that somebody else has begun are not the ones in which one is signed in', async () => {
    const attacker = new Browser(api.origin);
    await attacker.go('/auth/login');
    const victim = new Browser(api.origin);
    victim.cookie = attacker.cookie;
    const login = await victim.go('/auth/login');
    await victim.go(await allowAccess(locationOf(login), 'Uploader'));
    expect((await whoami(victim.cookie)).status).toBe(200);
    expect(victim.cookie).not.toBe(attacker.cookie);
    expect((await whoami(attacker.cookie)).status).toBe(401);
  });

  it('of an attacker are not what a victim comes to by a link (login CSRF)', async () => {
    const attacker = new Browser(api.origin);
    const back = await allowAccess(locationOf(await attacker.go('/auth/login')), 'Admin');
    const victim = await signIn(api.origin, 'Uploader');
    const before = victim.cookie;
    expect((await victim.go(back)).status).toBe(400);
    expect(victim.cookie).toBe(before);
    expect((await whoami(before)).isAdmin).toBe(false);
  });

  it('end with their sockets, on all processes, when the person signs in again', async () => {
    const browser = await signIn(api.origin, 'Uploader');
    const before = browser.cookie;
    const sockets = await openBoth(before);
    const ends = bothEnd(sockets);
    const login = await browser.go('/auth/login');
    await browser.go(await allowAccess(locationOf(login), 'Uploader'));
    await ends;
    expect((await whoami(before)).status).toBe(401);
    expect((await whoami(browser.cookie, other)).status).toBe(200);
  });

  it('end with their sockets, on all processes, at sign-out', async () => {
    const browser = await signIn(api.origin, 'Uploader');
    const sockets = await openBoth(browser.cookie);
    const ends = bothEnd(sockets);
    const { cookie } = browser;
    await browser.go('/auth/logout');
    await ends;
    expect((await whoami(cookie, other)).status).toBe(401);
  });

  it('end with their sockets, on all processes, when an administrator says so', async () => {
    const [admin, person] = [await signIn(api.origin, 'Admin'), await signIn(api.origin, 'Uploader')];
    const sockets = await openBoth(person.cookie);
    const ends = bothEnd(sockets);
    const userid = api.wiki.wiki.users.get('Uploader').centralId;
    expect((await admin.go(`/api/admin/users/${userid}/sessions`, { method: 'DELETE' })).status).toBe(200);
    await ends;
    expect((await whoami(person.cookie, other)).status).toBe(401);
  });

  it('that end while a socket of theirs is being opened do not keep it', async () => {
    const browser = await signIn(api.origin, 'Uploader');
    const { cookie } = browser;
    const authenticator = api.app.get(UpgradeAuthenticator, { strict: false });
    const authenticate = authenticator.authenticate.bind(authenticator);
    authenticator.authenticate = async (upgrade) => {
      const person = await authenticate(upgrade);
      await browser.go('/auth/logout');
      return person;
    };
    try {
      const socket = await LiveClient.connect(api.origin, { cookie });
      await waitUntil('the socket to close', () => !socket.isOpen);
    } finally {
      authenticator.authenticate = authenticate;
    }
  });

  it('of a token that is deleted close, on all processes, and no others', async () => {
    const browser = await signIn(api.origin, 'Uploader');
    const create = async (): Promise<{ id: number; token: string }> => {
      const answer = await browser.go('/api/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'A script', scopes: ['read'] }),
      });
      return (await answer.json()) as { id: number; token: string };
    };
    const [gone, kept] = [await create(), await create()];
    const open = (token: string): Promise<LiveClient[]> =>
      Promise.all(
        [api, other].map(({ origin }) => LiveClient.connect(origin, { authorization: `Bearer ${token}` })),
      );
    const [ending, staying] = [await open(gone.token), await open(kept.token)];
    const first = bothEnd(ending);
    await browser.go(`/api/tokens/${gone.id}`, { method: 'DELETE' });
    await first;
    for (const socket of staying)
      await expect(
        socket.ask({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } }, 'PRESETS_LIST'),
      ).resolves.toBeDefined();
    await api.app
      .get(Database)
      .change('UPDATE api_tokens SET expires_at = ? WHERE id = ?', [new Date(), kept.id]);
    const second = bothEnd(staying);
    for (const { app } of [api, other]) app.get(LiveGateway).checkSessions();
    await second;
  });

  it.each([
    ['are not used', { SESSION_IDLE_HOURS: '0.001', SESSION_TTL_HOURS: '1' }],
    ['are old, however much they are used', { SESSION_IDLE_HOURS: '1', SESSION_TTL_HOURS: '0.001' }],
  ])('end with their sockets when they %s', async (_when, environment) => {
    const brief = await startApiIn(api, environment);
    const isUsed = environment.SESSION_IDLE_HOURS === '1';
    try {
      const { cookie } = await signIn(brief.origin, 'Uploader');
      const socket = await LiveClient.connect(brief.origin, { cookie });
      const { app } = brief;
      const redis = openTestRedis();
      await waitUntil('the session to end', async () => {
        if (isUsed) return (await whoami(cookie, brief)).status === 401;
        const live = await Promise.all(
          (await redis.shared.keys('curator:session:*')).map((key) => redis.shared.pttl(key)),
        );
        return !live.some((leftMs) => leftMs > 0 && leftMs < 3_600);
      });
      await redis.close();
      const ends = expect(socket.next('ERROR')).rejects.toThrow(ENDED);
      app.get(LiveGateway).checkSessions();
      await ends;
      expect((await whoami(cookie, brief)).status).toBe(401);
    } finally {
      await brief.stop();
    }
  });

  it('of who is no administrator any more end everywhere with the first process that says so', async () => {
    const admin = await signIn(api.origin, 'Admin');
    const stays = await signIn(api.origin, 'Uploader');
    expect(await whoami(admin.cookie)).toEqual({ status: 200, isAdmin: true });
    const sockets = await openBoth(admin.cookie);
    const ends = bothEnd(sockets);
    const newer = await startApiIn(api, { ADMIN_USERNAMES: 'Patroller' });
    try {
      await ends;
      expect((await whoami(admin.cookie)).status).toBe(401);
      expect((await whoami(stays.cookie)).status).toBe(200);
      const again = await signIn(api.origin, 'Admin');
      expect(await whoami(again.cookie)).toEqual({ status: 200, isAdmin: false });
      expect((await again.go('/api/admin/batches')).status).toBe(403);
    } finally {
      await newer.stop();
    }
  });

  it.each([
    ['a form of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['an older browser on another site', { origin: 'https://evil.example' }],
    ['a hidden origin', { origin: 'null' }],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }],
    ['another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  ])('change nothing for %s (CSRF)', async (_what, headers) => {
    const browser = await signIn(api.origin, 'Uploader');
    const body = JSON.stringify({ name: 'Stolen', scopes: ['read'] });
    const forged = await browser.go('/api/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    expect(forged.status).toBe(403);
    expect(await (await browser.go('/api/tokens')).text()).not.toMatch('Stolen');
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site', referer: 'https://evil.example/' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site', referer: 'https://neighbour.example/' }, 403],
    [{ 'sec-fetch-site': 'cross-site', referer: 'https://friend.example/' }, 302],
    [{ 'sec-fetch-site': 'same-origin', referer: 'http://localhost:8000/' }, 302],
    [{ 'sec-fetch-site': 'none' }, 302],
    [{}, 302],
  ])('end by a visit with %j as they should (logout CSRF): %d', async (headers, status) => {
    const browser = await signIn(api.origin, 'Patroller');
    const { cookie } = browser;
    expect((await browser.go('/auth/logout', { headers })).status).toBe(status);
    expect((await whoami(cookie)).status).toBe(status === 403 ? 200 : 401);
  });

  it('have a cookie that only this host can set, over https alone', async () => {
    const secure = await startApiIn(api, { PUBLIC_URL: 'https://curator.example' });
    try {
      const browser = new Browser(secure.origin);
      await browser.go('/auth/login');
      const [pair = '', ...attributes] = browser.setCookies[0]?.split('; ') ?? [];
      expect(pair).toMatch(/^__Host-curator_session=/);
      expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']));
      expect(attributes.join()).not.toMatch(/domain/i);
      await browser.go('/auth/logout');
      expect(browser.setCookies[0]).toMatch(/^__Host-curator_session=;.*Path=\/;.*Secure/);
    } finally {
      await secure.stop();
    }
  });
});
