import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser } from '../sign-in/browser.js';
import { startApi, type RunningApi } from '../sign-in/running-api.js';
import { signIn } from '../support/sign-in.js';

const NOTHING = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
const INLINE = '\ndocument.documentElement.dataset.theme = "dark"\n';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('headers of every answer', () => {
  let api: RunningApi;
  let client: string;

  beforeAll(async () => {
    client = await mkdtemp(join(tmpdir(), 'curator-client-'));
    await mkdir(join(client, 'assets'));
    await writeFile(
      join(client, 'index.html'),
      `<script>${INLINE.replaceAll('\n', '\r\n')}</script><script type="module" src="/assets/a.js"></script>`,
    );
    await writeFile(join(client, 'assets', 'a.js'), 'export {}');
    api = await startApi({ FRONTEND_DIR: client, FRONTEND_SOURCES: 'https://tiles.example' });
  });

  afterAll(async () => {
    await api.stop();
    await rm(client, { recursive: true });
  });

  const ask = (path: string, init?: RequestInit): Promise<Response> => new Browser(api.origin).go(path, init);

  const policyOf = (answer: Response): Map<string, string[]> =>
    new Map(
      (answer.headers.get('content-security-policy') ?? '').split(';').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources];
      }),
    );

  const json = { 'content-type': 'application/json' };

  it.each<[string, string, RequestInit, number]>([
    ['an answer of the API', '/health/live', {}, 200],
    ['a document', '/api/openapi.json', {}, 200],
    ['an error of a guard', '/api/tokens', {}, 401],
    ['an address without anything', '/api/nothing', {}, 404],
    ['a page of an error', '/auth/callback', { headers: { accept: 'text/html' } }, 400],
    ['a redirect', '/auth/login', {}, 302],
    ['an address that cannot be read', '/api/tokens/%E0%A4%A', {}, 400],
    ['a body that cannot be read', '/auth/register', { method: 'POST', body: '{"a":', headers: json }, 400],
    ['a forged request', '/auth/register', { method: 'POST', headers: { origin: 'https://e.example' } }, 403],
    ['a preflight', '/api/tokens', { method: 'OPTIONS', headers: { origin: 'https://friend.example' } }, 204],
    ['the queues, for strangers', '/admin/queues', {}, 401],
    ['Swagger UI', '/api/docs', {}, 200],
    ['Swagger UI, shouted', '/API/DOCS', {}, 200],
    ['a script of Swagger UI', '/api/docs/swagger-ui-bundle.js', {}, 200],
    ['the messages', '/api/asyncapi', {}, 200],
    ['the web client', '/', {}, 200],
    ['a file of the web client', '/assets/a.js', {}, 200],
  ])('are there on %s', async (_what, path, init, status) => {
    const answer = await ask(path, init);
    expect(answer.status).toBe(status);
    const { headers } = answer;
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('referrer-policy')).toMatch(/^(same-origin|strict-origin-when-cross-origin)$/);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
    const policy = policyOf(answer);
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
    const scripts = policy.get('script-src') ?? [];
    for (const loose of ["'unsafe-inline'", "'unsafe-eval'", '*', 'data:', 'https:'])
      expect(scripts).not.toContain(loose);
  });

  it.each(['/health/live', '/api/nothing', '/auth/callback', '/auth/login', '/admin/nothing'])(
    'let %s load nothing at all',
    async (path) => {
      const answer = await ask(path, { headers: { accept: 'text/html' } });
      expect(answer.headers.get('content-security-policy')).toBe(NOTHING);
    },
  );

  it('let the page of messages have its own styles', async () => {
    const answer = await ask('/api/asyncapi');
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(await answer.text()) ?? [];
    expect(style).not.toBe('');
    expect(policyOf(answer).get('style-src')).toEqual([hashOf(style)]);
    expect(policyOf(answer).has('script-src')).toBe(false);
  });

  it.each(['/api/docs', '/admin/queues'])(
    'let %s work: nothing on it needs more than its own files',
    async (path) => {
      const browser = await signIn(api.origin, 'Admin');
      const answer = await browser.go(path);
      expect(answer.status).toBe(200);
      const page = await answer.text();
      expect(policyOf(answer).get('script-src')).toEqual(["'self'"]);
      // Bull Board asks Google for a font, and does without.
      expect(policyOf(answer).get('style-src')).toEqual(["'self'", "'unsafe-inline'"]);
      const scripts = [...page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
      expect(scripts.length).toBeGreaterThan(0);
      for (const [, attributes = '', text = ''] of scripts) {
        if (attributes.includes('application/json')) continue;
        expect(text.trim()).toBe('');
        const [, source = ''] = /src=["']([^"']+)["']/.exec(attributes) ?? [];
        expect(new URL(source, `${api.origin}/`).origin).toBe(api.origin);
      }
      expect(page).not.toMatch(/\son\w+=/);
    },
  );

  it('let the web client have its own scripts, images of the sources, and no script of others', async () => {
    const answer = await ask('/');
    const policy = policyOf(answer);
    expect(policy.get('script-src')).toEqual(["'self'", hashOf(INLINE)]);
    expect(policy.get('img-src')).toEqual(["'self'", 'data:', 'blob:', 'https://tiles.example']);
    expect(policy.get('connect-src')).toEqual(["'self'", 'ws://localhost:8000', 'https://tiles.example']);
    expect(answer.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
  });

  it('have browsers come by https where people do', async () => {
    const secure = await startApi({ PUBLIC_URL: 'https://curator.example' });
    try {
      const answer = await new Browser(secure.origin).go('/api/nothing');
      expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
    } finally {
      await secure.stop();
    }
  });

  it('tell pages of allowed origins what they need, and those of others nothing', async () => {
    const from = (origin: string) => ask('/health/live', { headers: { origin } });
    const friend = await from('https://friend.example');
    expect(friend.headers.get('access-control-allow-origin')).toBe('https://friend.example');
    expect(friend.headers.get('vary')).toMatch(/Origin/);
    const exposed = friend.headers.get('access-control-expose-headers')?.split(',');
    expect(exposed).toEqual(
      expect.arrayContaining(['X-Request-Id', 'Retry-After', 'Content-Disposition', 'Content-Range', 'ETag']),
    );
    for (const origin of [
      'https://evil.example',
      'https://friend.example.evil.example',
      'http://friend.example',
      'https://friend.example:8443',
      'https://sub.friend.example',
      'null',
    ]) {
      expect([origin, (await from(origin)).headers.get('access-control-allow-origin')]).toEqual([
        origin,
        null,
      ]);
    }
  });
});
