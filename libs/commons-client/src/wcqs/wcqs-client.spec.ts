import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TemporaryError, type RequestObserver } from '#app/protocol';
import { ReplayServer, type Reply } from '../recorded/replay-server.js';
import { WcqsClient } from './wcqs-client.js';

const server = new ReplayServer();
let client: WcqsClient;
const observed: string[] = [];
const observer: RequestObserver = {
  begin:
    ({ upstream, method, action }) =>
    (outcome) =>
      void observed.push(`${upstream} ${method} ${action} ${outcome}`),
};

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  client = new WcqsClient({
    url: `${server.origin}/sparql`,
    oauthToken: 'long-lived',
    userAgent: 'Curator/test',
    indexUrl: `${server.origin}/w/index.php`,
    observer,
  });
  observed.length = 0;
});
afterEach(() => client.close());

const results = (...ids: string[]): Reply => ({
  headers: { 'content-type': 'application/sparql-results+json;charset=utf-8' },
  body: {
    results: {
      bindings: ids.map((id) => ({
        id: { type: 'literal', value: id },
        file: { type: 'uri', value: `https://commons.example/entity/M${id}` },
        contentUrl: { type: 'uri', value: `https://upload.example/a/ab/Street_%22${id}%22.jpg` },
      })),
    },
  },
});

describe('WcqsClient', () => {
  it('posts the query with the sign-in cookie and links file pages', async () => {
    server.replyWith(results('7'));
    const found = await client.findByProperty('P1947', ['7', '8']);
    const url = `${server.origin}/w/index.php?title=File:Street_%227%22.jpg`;
    expect([...found]).toEqual([['7', [{ title: 'File:Street "7".jpg', url }]]]);
    const [request] = server.seen;
    expect(request?.method).toBe('POST');
    expect(request?.headers.cookie).toBe('wcqsOauth=long-lived');
    expect(request?.headers['user-agent']).toBe('Curator/test');
    expect(request?.params.get('query')).toContain('VALUES ?id { "7" "8" }');
  });

  it('tells of each query that is sent, and what came of it', async () => {
    server.replyWith(results('7'), { status: 503 }, { status: 429, headers: { 'retry-after': '60' } });
    await client.findByProperty('P1947', ['7']);
    for (let times = 0; times < 3; times += 1)
      await expect(client.findByProperty('P1947', ['7'])).rejects.toThrow(TemporaryError);
    expect(observed).toEqual(['ok', 'http-503', 'http-429'].map((outcome) => `wcqs POST sparql ${outcome}`));
  });

  it('takes the session cookie of a redirect, sends the query again, and keeps the cookie', async () => {
    server.reply(({ headers }) =>
      String(headers.cookie).includes('wcqsSession=jwt')
        ? results('7')
        : {
            status: 307,
            headers: { location: '/sparql', 'set-cookie': 'wcqsSession=jwt; Path=/; HttpOnly' },
          },
    );
    expect((await client.findByProperty('P1947', ['7'])).size).toBe(1);
    expect((await client.findByProperty('P1947', ['7'])).size).toBe(1);
    expect(server.seen).toHaveLength(3);
    expect(server.seen[1]?.params.get('query')).toContain('"7"');
  });

  it('asks for at most 200 values at once, each once', async () => {
    server.replyWith(results());
    const values = Array.from({ length: 401 }, (_, index) => String(index % 400));
    await client.findByProperty('P1947', values);
    expect(server.seen.map(({ params }) => params.get('query')?.match(/"\d+"/g)?.length)).toEqual([200, 200]);
    expect((await client.findByProperty('P1947', [])).size).toBe(0);
    expect(server.seen).toHaveLength(2);
  });

  it('rests as long as it is asked to, without asking', async () => {
    server.replyWith({ status: 429, headers: { 'retry-after': '600' } });
    await expect(client.findByProperty('P1947', ['7'])).rejects.toMatchObject({ retryAfterMs: 600_000 });
    await expect(client.findByProperty('P1947', ['7'])).rejects.toMatchObject({ code: 'http-429' });
    expect(server.seen).toHaveLength(1);
  });

  it.each<[string, Reply, string]>([
    ['HTTP 500', { status: 500 }, 'http-500'],
    ['a page', { body: '<html>' }, 'not-json'],
    ['other data', { body: { ok: true } }, 'unexpected-answer'],
    ['a cut connection', { cut: true }, 'network'],
    [
      'the sign-in page',
      { status: 302, headers: { location: 'https://commons.example/login' } },
      'not-signed-in',
    ],
    ['redirects without end', { status: 307, headers: { location: '/sparql' } }, 'not-signed-in'],
  ])('never takes %s for “no files”', async (_what, reply, code) => {
    server.replyWith(reply);
    const error: unknown = await client.findByProperty('P1947', ['7']).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain('long-lived');
  });

  it('ends with the signal’s reason', async () => {
    const controller = new AbortController();
    const reason = new Error('stop');
    server.reply(() => {
      controller.abort(reason);
      return { hang: true };
    });
    await expect(client.findByProperty('P1947', ['7'], controller.signal)).rejects.toBe(reason);
  });
});
