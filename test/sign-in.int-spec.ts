import { TokenVault, UserRepository } from '#app/persistence';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { UpgradeAuthenticator } from '../apps/api/src/auth/upgrade-authenticator.js';
import { Browser, locationOf } from './sign-in/browser.js';
import { SERVICE_KEY, startApi, type RunningApi } from './sign-in/running-api.js';
import { allowAccess } from './support/sign-in.js';
import { signJwt } from './upstreams/commons/sign-in-pages.js';

describe('sign-in', () => {
  let api: RunningApi;

  beforeAll(async () => {
    api = await startApi();
  });

  afterEach(() => {
    api.wiki.faults.clear();
  });

  afterAll(() => api.stop());

  /** Up to the address that the wiki sends the browser back to. */
  const begin = async (browser: Browser, user = 'Uploader'): Promise<string> => {
    const login = await browser.go('/auth/login');
    expect(login.status).toBe(302);
    return allowAccess(locationOf(login), user);
  };

  const signIn = async (user?: string, browser = new Browser(api.origin)): Promise<Browser> => {
    const answer = await browser.go(await begin(browser, user));
    expect([answer.status, locationOf(answer)]).toEqual([302, '/']);
    return browser;
  };

  const errorOf = async (response: Response): Promise<[number, unknown]> => {
    const body = (await response.json()) as { error_code: unknown };
    return [response.status, body.error_code];
  };

  const whoami = async (cookie: string): Promise<number> => {
    const browser = new Browser(api.origin);
    browser.cookie = cookie;
    return (await browser.go('/auth/whoami')).status;
  };

  const useridOf = (name: string): string => String(api.wiki.wiki.users.get(name).centralId);

  it('brings a person to the wiki and back', async () => {
    const browser = new Browser(api.origin);
    const authorize = new URL(locationOf(await browser.go('/auth/login')));
    expect(authorize.origin + authorize.pathname).toBe(api.wiki.indexUrl);
    expect(authorize.searchParams.get('title')).toBe('Special:OAuth/authorize');
    expect(authorize.searchParams.get('oauth_consumer_key')).toBe(api.wiki.consumer.key);
    await signIn('Uploader', browser);
    const answer = await browser.go('/auth/whoami');
    expect(await answer.json()).toEqual({
      username: 'Uploader',
      userid: useridOf('Uploader'),
      authorized: false,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('knows the administrators of the tool', async () => {
    const answer = await (await signIn('Admin')).go('/auth/whoami');
    expect(await answer.json()).toMatchObject({ username: 'Admin', authorized: true });
  });

  it('keeps the access token with the person, encrypted', async () => {
    await signIn('Patroller');
    const user = await api.app.get(UserRepository).find(useridOf('Patroller'));
    const granted = [...api.wiki.oauth.accessTokens.values()].find(
      ({ userName }) => userName === 'Patroller',
    );
    expect(user?.accessToken).not.toContain(granted?.secret);
    expect(api.app.get(TokenVault).open(user?.accessToken ?? '', useridOf('Patroller'))).toEqual({
      key: granted?.key,
      secret: granted?.secret,
    });
  });

  it('gives a cookie that scripts and other sites do not get, and none to strangers', async () => {
    const stranger = new Browser(api.origin);
    expect(await errorOf(await stranger.go('/auth/whoami'))).toEqual([401, 'UNAUTHENTICATED']);
    expect(stranger.setCookies).toEqual([]);
    const browser = new Browser(api.origin);
    await browser.go(await begin(browser));
    expect(browser.setCookies).toHaveLength(1);
    expect(browser.setCookies[0]).toMatch(/HttpOnly/);
    expect(browser.setCookies[0]).toMatch(/SameSite=Lax/);
    expect(browser.setCookies[0]).not.toMatch(/Secure/);
  });

  it('gives the session a new token at sign-in', async () => {
    const browser = new Browser(api.origin);
    const back = await begin(browser);
    const planted = browser.cookie;
    await browser.go(back);
    expect(browser.cookie).not.toBe(planted);
    expect(await whoami(planted)).toBe(401);
    expect(await whoami(browser.cookie)).toBe(200);
  });

  it('takes a callback once, and only from the browser that began', async () => {
    const browser = new Browser(api.origin);
    const back = await begin(browser);
    expect(await errorOf(await new Browser(api.origin).go(back))).toEqual([400, 'VALIDATION_FAILED']);
    const other = new Browser(api.origin);
    await begin(other, 'Admin');
    expect(await errorOf(await other.go(back))).toEqual([400, 'VALIDATION_FAILED']);
    expect((await browser.go(back)).status).toBe(302);
    expect(await errorOf(await browser.go(back))).toEqual([400, 'VALIDATION_FAILED']);
    expect(await whoami(browser.cookie)).toBe(200);
  });

  it.each([
    '',
    '?oauth_token=a',
    '?oauth_verifier=b',
    '?oauth_token=a&oauth_verifier=b',
    '?oauth_token=a&oauth_token=b&oauth_verifier=c',
  ])('refuses a callback with "%s"', async (query) => {
    const browser = new Browser(api.origin);
    await browser.go('/auth/login');
    expect(await errorOf(await browser.go(`/auth/callback${query}`))).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('refuses a wrong verifier', async () => {
    const browser = new Browser(api.origin);
    const back = await begin(browser);
    const forged = back.replace(/oauth_verifier=\w+/, 'oauth_verifier=0123456789abcdef');
    expect(await errorOf(await browser.go(forged))).toEqual([400, 'VALIDATION_FAILED']);
    expect(await errorOf(await browser.go('/auth/whoami'))).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('shows people a page when their sign-in fails', async () => {
    const answer = await new Browser(api.origin).go('/auth/callback', {
      headers: { accept: 'text/html,*/*' },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/html/);
  });

  it.each([
    ['Newbie', /autoconfirmed/],
    ['Blocked', /blocked/],
  ])('refuses %s', async (name, reason) => {
    const browser = new Browser(api.origin);
    const answer = await browser.go(await begin(browser, name));
    expect(answer.status).toBe(403);
    expect(((await answer.json()) as { error_msg: string }).error_msg).toMatch(reason);
    expect(await whoami(browser.cookie)).toBe(401);
    expect(await api.app.get(UserRepository).find(useridOf(name))).toBeNull();
  });

  it('ends the other sessions of who may not use the tool any more', async () => {
    const person = api.wiki.createUser({ name: 'Once trusted', editCount: 60 });
    const browser = await signIn('Once trusted');
    person.editCount = 40;
    const later = new Browser(api.origin);
    expect((await later.go(await begin(later, 'Once trusted'))).status).toBe(403);
    expect(await whoami(browser.cookie)).toBe(401);
  });

  it('blames the wiki for its faults alone', async () => {
    const browser = new Browser(api.origin);
    api.wiki.faults.add({ match: { action: 'Special:OAuth/initiate' }, close: 'before', times: 0 });
    expect(await errorOf(await browser.go('/auth/login'))).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    api.wiki.faults.clear();
    const back = await begin(browser);
    api.wiki.faults.add({
      match: { action: 'Special:OAuth/token' },
      answer: { status: 500, body: 'oops' },
      times: 0,
    });
    expect(await errorOf(await browser.go(back))).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
  });

  const claims = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    iss: new URL(api.wiki.indexUrl).origin,
    aud: api.wiki.consumer.key,
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 100,
    sub: '999',
    username: 'Somebody else',
    editcount: 5000,
    blocked: false,
    rights: ['autoconfirmed'],
    ...more,
  });

  it.each([
    ['is of another request', () => signJwt(claims({ nonce: 'seen before' }), api.wiki.consumer.secret)],
    ['is signed by somebody else', () => signJwt(claims(), 'another secret')],
    ['is for another consumer', () => signJwt(claims({ aud: 'another consumer' }), api.wiki.consumer.secret)],
    ['has expired', () => signJwt(claims({ exp: 1_700_000_000 }), api.wiki.consumer.secret)],
    ['is no identity', () => '{"error":"mwoauth-invalid-authorization"}'],
  ])('does not believe an identity that %s', async (_what, body) => {
    const browser = new Browser(api.origin);
    const back = await begin(browser);
    api.wiki.faults.add({ match: { action: 'Special:OAuth/identify' }, answer: { body: body() }, times: 0 });
    expect((await errorOf(await browser.go(back)))[0]).toBe(502);
    expect(await whoami(browser.cookie)).toBe(401);
    expect(await api.app.get(UserRepository).find('999')).toBeNull();
  });

  it('ends the session at sign-out, whatever cookie comes later', async () => {
    const browser = await signIn();
    const { cookie } = browser;
    const answer = await browser.go('/auth/logout');
    expect([answer.status, locationOf(answer)]).toEqual([302, '/']);
    expect(browser.cookie).toBe('');
    expect(await whoami(cookie)).toBe(401);
  });

  it('signs in the service user by its key', async () => {
    const browser = new Browser(api.origin);
    const register = (headers: Record<string, string>) =>
      browser.go('/auth/register', { method: 'POST', headers });
    expect(await errorOf(await register({}))).toEqual([400, 'VALIDATION_FAILED']);
    expect(await errorOf(await register({ 'X-API-KEY': `${SERVICE_KEY}x` }))).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
    const answer = await register({ 'X-API-KEY': SERVICE_KEY });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ message: expect.any(String), username: 'Tireless bot' });
    const person = await (await browser.go('/auth/whoami')).json();
    expect(person).toMatchObject({ username: 'Tireless bot', userid: useridOf('Tireless bot') });
  });

  it('knows whose WebSocket asks to be opened', async () => {
    const authenticator = api.app.get(UpgradeAuthenticator, { strict: false });
    const upgrade = (cookie: string): IncomingMessage => {
      const request = new IncomingMessage(new Socket());
      request.url = '/ws';
      request.headers.cookie = cookie;
      return request;
    };
    const browser = await signIn('Admin');
    const { cookie } = browser;
    expect(await authenticator.authenticate(upgrade(cookie))).toEqual({
      userid: useridOf('Admin'),
      username: 'Admin',
      isAdmin: true,
      isExempt: true,
      sessionHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await authenticator.authenticate(upgrade(''))).toBeNull();
    expect(await authenticator.authenticate(upgrade(`${cookie}x`))).toBeNull();
    await browser.go('/auth/logout');
    expect(await authenticator.authenticate(upgrade(cookie))).toBeNull();
  });
});
