import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser, locationOf } from './sign-in/browser.js';
import { startApi, type RunningApi } from './sign-in/running-api.js';

describe('the HTTP shell', () => {
  let api: RunningApi;
  let client: string;

  beforeAll(async () => {
    client = await mkdtemp(join(tmpdir(), 'curator-client-'));
    await writeFile(join(client, 'index.html'), '<p>the client</p>');
    api = await startApi({ PUBLIC_URL: 'https://curator.example', FRONTEND_DIR: client, X_API_KEY: '' });
  });

  afterAll(async () => {
    await api.stop();
    await rm(client, { recursive: true });
  });

  const ask = (path: string, init?: RequestInit): Promise<Response> => new Browser(api.origin).go(path, init);

  it('tells errors in one shape', async () => {
    const answer = await ask('/api/nothing', { headers: { 'x-request-id': 'my-request-1' } });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('x-request-id')).toBe('my-request-1');
    expect(await answer.json()).toEqual({
      error_code: 'NOT_FOUND',
      http_status: 404,
      error_msg: expect.any(String),
      x_user: null,
      request_id: 'my-request-1',
      detail: expect.any(String),
    });
  });

  it('keeps the CORS headers of allowed origins on errors', async () => {
    const friend = await ask('/auth/whoami', { headers: { origin: 'https://friend.example' } });
    expect(friend.status).toBe(401);
    expect(friend.headers.get('access-control-allow-origin')).toBe('https://friend.example');
    expect(friend.headers.get('access-control-allow-credentials')).toBe('true');
    const stranger = await ask('/auth/whoami', { headers: { origin: 'https://evil.example' } });
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses what another site makes a browser do', async () => {
    const forged = await ask('/auth/register', {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect([forged.status, ((await forged.json()) as { error_code: string }).error_code]).toEqual([
      403,
      'FORBIDDEN',
    ]);
    const own = await ask('/auth/register', {
      method: 'POST',
      headers: { origin: 'https://curator.example' },
    });
    expect(own.status).toBe(400);
  });

  it('says that no service user is configured', async () => {
    const answer = await ask('/auth/register', { method: 'POST', headers: { 'x-api-key': 'any' } });
    expect(answer.status).toBe(503);
  });

  it.each([
    ['{"a":', 400, 'VALIDATION_FAILED'],
    [JSON.stringify({ text: 'x'.repeat(1_100_000) }), 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses a body that it cannot take', async (body, status, code) => {
    const headers = { 'content-type': 'application/json', 'x-api-key': 'any' };
    const answer = await ask('/auth/register', { method: 'POST', body, headers });
    expect([answer.status, ((await answer.json()) as { error_code: string }).error_code]).toEqual([
      status,
      code,
    ]);
  });

  it('sends its cookie over https alone where people come by https', async () => {
    const browser = new Browser(api.origin);
    const login = await browser.go('/auth/login');
    expect(new URL(locationOf(login)).origin).toBe(new URL(api.wiki.url).origin);
    expect(browser.setCookies).toHaveLength(1);
    expect(browser.setCookies[0]).toMatch(/Secure/);
    expect(login.headers.get('strict-transport-security')).toBeTruthy();
  });

  it('is alive and ready', async () => {
    const live = await ask('/health/live');
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    const up = { status: 'up', response_time: expect.any(Number) };
    const ready = await ask('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ok', details: { database: up, redis: up } },
    ]);
  });

  it('serves the web client', async () => {
    const answer = await ask('/');
    expect(await answer.text()).toBe('<p>the client</p>');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(['/api/openapi.json', '/api/asyncapi.json', '/api/docs', '/api/asyncapi'])(
    'serves %s',
    async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(path.endsWith('.json') ? /json/ : /html/);
      expect((await answer.text()).length).toBeGreaterThan(500);
    },
  );
});
