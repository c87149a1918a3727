import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiTokenRepository, Database } from '#app/persistence';
import { LiveGateway } from '../apps/api/src/live/live.gateway.js';
import { Browser } from './sign-in/browser.js';
import { startApi, type RunningApi } from './sign-in/running-api.js';
import { aUser } from './support/an-upload.js';
import { LiveClient, UpgradeRefused } from './support/live-client.js';
import { signIn } from './support/sign-in.js';
import { waitUntil } from './support/wait-until.js';

interface Token {
  id: number;
  token: string;
  hint: string;
  last_used_at?: string;
}

describe('API tokens', () => {
  let api: RunningApi;
  let uploader: Browser;
  let admin: Browser;

  beforeAll(async () => {
    api = await startApi();
    uploader = await signIn(api.origin, 'Uploader');
    admin = await signIn(api.origin, 'Admin');
  });

  afterAll(() => api.stop());

  const send = (browser: Browser, method: string, path: string, body?: unknown): Promise<Response> =>
    browser.go(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });

  const create = async (browser: Browser, body: object): Promise<Token> => {
    const answer = await send(browser, 'POST', '/api/tokens', { name: 'Script', ...body });
    expect(answer.status).toBe(201);
    return (await answer.json()) as Token;
  };

  const withToken = (token: string, path: string, init: RequestInit = {}): Promise<Response> =>
    new Browser(api.origin).go(path, { ...init, headers: { authorization: `Bearer ${token}` } });

  const outcome = async (answer: Response): Promise<unknown> => [
    answer.status,
    ((await answer.json()) as { error_code?: string }).error_code,
  ];

  const upgrade = async (authorization: string, cookie?: string): Promise<LiveClient | number> => {
    try {
      return await LiveClient.connect(api.origin, { authorization, ...(cookie !== undefined && { cookie }) });
    } catch (error) {
      if (error instanceof UpgradeRefused) return error.status;
      throw error;
    }
  };

  const open = async (token: string): Promise<LiveClient> => {
    const client = await upgrade(`Bearer ${token}`);
    if (typeof client === 'number') throw new Error(`The upgrade was refused with ${client}`);
    return client;
  };

  it('are shown once and kept hashed', async () => {
    const created = await create(uploader, { scopes: ['read'], expires_in_days: 30 });
    expect(created).toEqual({
      id: expect.any(Number),
      name: 'Script',
      token: expect.stringMatching(/^cur_[\w-]{43}$/),
      hint: created.token.slice(0, 8),
      scopes: ['read'],
      created_at: expect.stringMatching(/Z$/),
      expires_at: expect.stringMatching(/Z$/),
    });
    const list = await (await send(uploader, 'GET', '/api/tokens')).text();
    expect(JSON.parse(list)).toMatchObject({ items: [{ id: created.id }], total: 1, page: 0, size: 20 });
    expect(list).not.toContain(created.token);
    const rows = await api.app.get(Database).rows('SELECT * FROM api_tokens');
    expect(JSON.stringify(rows)).not.toContain(created.token);
    expect((await send(uploader, 'DELETE', `/api/tokens/${created.id}`)).status).toBe(204);
  });

  it('act as the person, whatever the cookie says, and note when they are used', async () => {
    const { token, id } = await create(uploader, { scopes: ['read'] });
    const answer = await admin.go('/auth/whoami', { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({ username: 'Uploader', authorized: false });
    await waitUntil('the use is noted', async () => {
      const { items } = (await (await send(uploader, 'GET', '/api/tokens')).json()) as { items: Token[] };
      return items.find((item) => item.id === id)?.last_used_at !== undefined;
    });
    await send(uploader, 'DELETE', `/api/tokens/${id}`);
    const wrong = await admin.go('/auth/whoami', { headers: { authorization: `Bearer ${token}` } });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ error_code: 'UNAUTHENTICATED', x_user: null });
  });

  it('cannot make or delete tokens', async () => {
    const { token, id } = await create(uploader, { scopes: ['read', 'upload'] });
    expect(await outcome(await withToken(token, '/api/tokens', { method: 'POST' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(await outcome(await withToken(token, `/api/tokens/${id}`, { method: 'DELETE' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect((await withToken(token, '/api/tokens')).status).toBe(200);
    await send(uploader, 'DELETE', `/api/tokens/${id}`);
  });

  it('do on REST and on the WebSocket what their scopes say', async () => {
    const read = await create(uploader, { scopes: ['read'] });
    const upload = await create(uploader, { scopes: ['upload'] });
    expect(await outcome(await withToken(upload.token, '/auth/whoami'))).toEqual([403, 'FORBIDDEN']);
    const reader = await open(read.token);
    await reader.ask({ type: 'FETCH_BATCHES', data: { page: 1, limit: 10 } }, 'BATCHES_LIST');
    const refused = await reader.ask({ type: 'CREATE_BATCH' }, 'ERROR');
    expect(refused.data).toBe('This needs an API token with the scope "upload".');
    const writer = await open(upload.token);
    await writer.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
    expect(
      (await writer.ask({ type: 'FETCH_BATCHES', data: { page: 1, limit: 1 } }, 'ERROR')).data,
    ).toContain('"read"');
    await reader.close();
    await writer.close();
    for (const { id } of [read, upload]) await send(uploader, 'DELETE', `/api/tokens/${id}`);
  });

  it('are administrators only with that scope', async () => {
    const plain = await create(admin, { scopes: ['read', 'upload'] });
    const full = await create(admin, { scopes: ['read', 'admin'] });
    expect(await (await withToken(plain.token, '/auth/whoami')).json()).toMatchObject({ authorized: false });
    expect(await (await withToken(full.token, '/auth/whoami')).json()).toMatchObject({ authorized: true });
    expect(
      await outcome(await send(uploader, 'POST', '/api/tokens', { name: 'Mine', scopes: ['admin'] })),
    ).toEqual([403, 'FORBIDDEN']);
  });

  it('close what they opened when they are deleted or run out', async () => {
    const deleted = await create(uploader, { scopes: ['read'] });
    const expired = await create(uploader, { scopes: ['read'] });
    const kept = await create(uploader, { scopes: ['read'] });
    const [one, two, three] = [await open(deleted.token), await open(expired.token), await open(kept.token)];
    await send(uploader, 'DELETE', `/api/tokens/${deleted.id}`);
    await waitUntil('the socket of the deleted token closes', () => !one.isOpen);
    await api.app
      .get(Database)
      .change('UPDATE api_tokens SET expires_at = ? WHERE id = ?', [new Date(), expired.id]);
    expect((await withToken(expired.token, '/auth/whoami')).status).toBe(401);
    api.app.get(LiveGateway).checkSessions();
    await waitUntil('the socket of the expired token closes', () => !two.isOpen);
    expect(three.isOpen).toBe(true);
    await three.close();
  });

  it('belong to their person alone', async () => {
    const { id } = await create(uploader, { scopes: ['read'] });
    expect(await outcome(await send(admin, 'DELETE', `/api/tokens/${id}`))).toEqual([404, 'TOKEN_NOT_FOUND']);
    expect(await outcome(await send(admin, 'DELETE', '/api/tokens/9007199254740991'))).toEqual([
      404,
      'TOKEN_NOT_FOUND',
    ]);
    expect(await outcome(await send(admin, 'DELETE', '/api/tokens/0'))).toEqual([400, 'VALIDATION_FAILED']);
  });

  it.each([
    {},
    { name: '', scopes: ['read'] },
    { name: ' ', scopes: ['read'] },
    { name: 'x', scopes: [] },
    { name: 'x', scopes: 'read' },
    { name: 'x', scopes: ['write'] },
    { name: 'x', scopes: ['read', 'read'] },
    { name: 'x', scopes: ['read'], expires_in_days: 0 },
    { name: 'x', scopes: ['read'], expires_in_days: '7' },
    { name: 'x', scopes: ['read'], userid: '1' },
    [],
  ])('are refused as %j', async (body) => {
    expect(await outcome(await send(uploader, 'POST', '/api/tokens', body))).toEqual([
      400,
      'VALIDATION_FAILED',
    ]);
  });

  it('need a JSON body', async () => {
    for (const init of [
      {},
      { body: 'name=x', headers: { 'content-type': 'text/plain' } },
      { body: '{', headers: { 'content-type': 'application/json' } },
    ]) {
      expect(await outcome(await uploader.go('/api/tokens', { method: 'POST', ...init }))).toEqual([
        400,
        'VALIDATION_FAILED',
      ]);
    }
  });

  it('are at most fifty', async () => {
    const person = await signIn(api.origin, 'Patroller');
    for (let made = 0; made < 50; made += 1) await create(person, { scopes: ['read'] });
    const answer = await send(person, 'POST', '/api/tokens', { name: 'One more', scopes: ['read'] });
    expect(await outcome(answer)).toEqual([409, 'TOKEN_CONFLICT']);
    const page = await send(person, 'GET', '/api/tokens?page=1&size=30&sortby=name&asc=true');
    const { items, total } = (await page.json()) as { items: Token[]; total: number };
    expect([items.length, total]).toEqual([20, 50]);
  });

  it('do not become too many when they are made at once', async () => {
    const { userid } = await aUser(api.app.get(Database), 'Hasty');
    const tokens = api.app.get(ApiTokenRepository);
    const wanted = { userid, name: 'Script', scopes: ['read' as const], expiresAt: null };
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => tokens.create(wanted, 3)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('are not guessed: after twenty wrong ones an address has to wait, but whoever has a right one', async () => {
    const { token } = await create(uploader, { scopes: ['read'] });
    const statuses: number[] = [];
    for (let guess = 0; guess < 30 && !statuses.includes(429); guess += 1) {
      statuses.push((await withToken(`cur_${'x'.repeat(43)}`, '/auth/whoami')).status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([401]));
    const refused = await withToken(`cur_${'y'.repeat(43)}`, '/auth/whoami');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await outcome(refused)).toEqual([429, 'RATE_LIMITED']);
    expect(await upgrade(`Bearer cur_${'y'.repeat(43)}`)).toBe(429);
    // Behind a proxy all people may have this address.
    expect((await withToken(token, '/auth/whoami')).status).toBe(200);
    await (await open(token)).close();
    expect((await uploader.go('/auth/whoami')).status).toBe(200);
  });
});
