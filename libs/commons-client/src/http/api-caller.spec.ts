import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RefusedError, TemporaryError } from '#app/protocol';
import type { CommonsClient } from '../commons-client.js';
import { ClientUnderTest, commit, failureOf, isSignedWell, oauthOf } from '../recorded/client-under-test.js';
import { recorded, type Reply } from '../recorded/replay-server.js';

const wiki = new ClientUnderTest();
const { server, gate } = wiki;
let client: CommonsClient;

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  client = wiki.open();
});
afterEach(() => wiki.close());

describe('every call', () => {
  it('says who calls and asserts the user, signed, without false booleans', async () => {
    server.replyWith(recorded('commit-ok-fv2'));
    await client.commit(commit);
    for (const seen of server.seen) {
      expect(seen.headers['user-agent']).toBe('Curator/test (https://curator.example)');
      expect(Object.fromEntries(seen.params)).toMatchObject({
        format: 'json',
        formatversion: '2',
        errorformat: 'plaintext',
        maxlag: '5',
        assert: 'user',
        assertuser: 'Uploader',
      });
      expect(
        [...seen.params.keys()].filter((name) => ['bot', 'ignorewarnings', 'async'].includes(name)),
      ).toEqual([]);
      expect(isSignedWell(seen)).toBe(true);
    }
    const [call] = server.calls;
    expect(call?.method).toBe('POST');
    expect(call?.url.search).toBe('');
    expect(call?.params.get('text')).toBe(commit.text);
  });

  it('takes its turn under the user’s key, one at a time, and waits outside', async () => {
    server.replyWith({ status: 503 }, recorded('userinfo'));
    await client.userInfo();
    expect(gate).toMatchObject({ keys: ['commons:5', 'commons:5'], most: 1, inside: 0 });
  });

  it('tells of each request that is sent, and what came of it', async () => {
    server.replyWith({ status: 503 }, recorded('userinfo'));
    await client.userInfo();
    client = wiki.open({ read: 50 });
    server.reply(() => ({ hang: true }));
    await failureOf(client.userInfo());
    expect(wiki.observed).toEqual(Array(4).fill('commons GET query lost'));
    client = wiki.open();
    server.replyWith({ status: 503 }, recorded('userinfo'));
    await client.userInfo();
    expect(wiki.observed).toEqual(['commons GET query http-503', 'commons GET query ok']);
  });

  it('reads packed answers', async () => {
    server.replyWith({ ...recorded('userinfo'), gzip: true });
    expect((await client.userInfo()).name).toBe('Uploader');
  });

  it('ends with the signal’s reason', async () => {
    const controller = new AbortController();
    const reason = new Error('shutting down');
    server.reply(() => {
      controller.abort(reason);
      return { hang: true };
    });
    await expect(client.userInfo(controller.signal)).rejects.toBe(reason);
  });

  it('tells no secret when it fails', async () => {
    server.replyWith(recorded('oauth-bad-signature'));
    const { message, code } = await failureOf(client.userInfo());
    expect(code).toBe('mwoauth-invalid-authorization');
    expect(message).not.toMatch(/secret|OAuth oauth/);
  });
});

describe('cookies', () => {
  const cookie = { 'set-cookie': ['sessionJwt=mine; Path=/; HttpOnly', 'foreign=1; Domain=other.example'] };

  it('are kept for one client and never shared', async () => {
    server.replyWith({ ...recorded('userinfo'), headers: cookie });
    await client.userInfo();
    await client.userInfo();
    await wiki.anotherClient().userInfo();
    expect(server.seen.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'sessionJwt=mine',
      undefined,
    ]);
  });

  it('are dropped when the wiki complains about them, once', async () => {
    const error = {
      code: 'mwoauth-invalid-authorization',
      text: "Invalid 'sessionJwt' cookie: JWT error: wrong user ID",
    };
    server.replyWith(
      { ...recorded('userinfo'), headers: cookie },
      { body: { errors: [error] } },
      recorded('userinfo'),
    );
    await client.userInfo();
    await client.userInfo();
    expect(server.seen.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'sessionJwt=mine',
      undefined,
    ]);

    server.replyWith({ body: { errors: [error] } });
    expect(await failureOf(client.userInfo())).toBeInstanceOf(TemporaryError);
    expect(server.seen).toHaveLength(2);
  });
});

describe('trying again', () => {
  it('signs anew after a used nonce', async () => {
    server.replyWith(recorded('oauth-nonce-reused'), recorded('oauth-nonce-reused'), recorded('userinfo'));
    await client.userInfo();
    expect(new Set(server.seen.map((seen) => oauthOf(seen)['oauth_nonce'])).size).toBe(3);
  });

  it.each(['oauth-timestamp-expired', 'oauth-unknown-access-token'])(
    'gives %s one more chance',
    async (name) => {
      server.replyWith(recorded(name), recorded('userinfo'));
      await client.userInfo();
      server.replyWith(recorded(name));
      expect((await failureOf(client.userInfo())).code).toBe('mwoauth-invalid-authorization');
      expect(server.seen).toHaveLength(2);
    },
  );

  it('gives an invalid consumer none', async () => {
    server.replyWith(recorded('oauth-unknown-consumer'));
    expect(await failureOf(client.userInfo())).toBeInstanceOf(RefusedError);
    expect(server.seen).toHaveLength(1);
  });

  it('fetches one CSRF token for many writes, and a fresh one after badtoken', async () => {
    server.replyWith(recorded('commit-ok-fv2'), recorded('badtoken-upload'), recorded('commit-ok-fv2'));
    await client.commit(commit);
    await client.commit(commit);
    expect(server.calls.map(({ params }) => params.get('token'))).toEqual([
      'token-1+\\',
      'token-1+\\',
      'token-2+\\',
    ]);
    server.replyWith(recorded('badtoken-upload'));
    expect((await failureOf(client.commit(commit))).code).toBe('badtoken');
    expect(server.calls).toHaveLength(2);
  });

  it.each([
    ['HTTP 503', { status: 503 }, 'http-503'],
    ['HTTP 429', { status: 429 }, 'http-429'],
    ['a cut connection', { cut: true }, 'network'],
    ['a read-only wiki', recorded('readonly-upload'), 'readonly'],
  ])('asks four times in all after %s', async (_what, reply, code) => {
    server.replyWith(reply);
    expect(await failureOf(client.userInfo())).toMatchObject({ name: 'TemporaryError', code });
    expect(server.seen).toHaveLength(4);
  });

  it('takes silence for a lost answer', async () => {
    await wiki.close();
    client = wiki.open({ read: 100 });
    server.replyWith({ hang: true });
    expect(await failureOf(client.userInfo())).toMatchObject({ name: 'TemporaryError', code: 'timeout' });
    expect(server.seen).toHaveLength(4);
    await wiki.close();
    client = wiki.open({ write: 100 });
    server.replyWith({ hang: true });
    expect(await failureOf(client.commit(commit))).toMatchObject({ name: 'TemporaryError', code: 'timeout' });
    expect(server.calls).toHaveLength(1);
  });

  it('leaves long waits to the caller', async () => {
    server.replyWith({ status: 429, headers: { 'retry-after': '600' } });
    expect(await failureOf(client.userInfo())).toMatchObject({ retryAfterMs: 600_000 });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['HTTP 502', { status: 502 }, 'http-502'],
    ['a cut connection', { cut: true }, 'network'],
  ])('never repeats a commit whose answer was lost by %s', async (_what, reply, code) => {
    server.replyWith(reply);
    expect(await failureOf(client.commit(commit))).toMatchObject({ name: 'TemporaryError', code });
    expect(server.calls).toHaveLength(1);
  });

  it('repeats a commit that was certainly not done', async () => {
    server.replyWith({ status: 429 }, recorded('readonly-upload'), recorded('commit-ok-fv2'));
    expect((await client.commit(commit)).kind).toBe('published');
  });

  it('never repeats an edit of structured data whose answer was lost', async () => {
    server.replyWith({ cut: true });
    const edit = { target: { title: 'File:A.jpg' }, statements: [], labels: [], summary: 's' };
    expect((await failureOf(client.editMediaInfo(edit))).code).toBe('network');
    expect(server.calls).toHaveLength(1);
  });

  it('says that nobody listens', async () => {
    await wiki.close();
    const { message } = await failureOf(wiki.open({}, 'http://127.0.0.1:1').userInfo());
    expect(message).toBe('network: 127.0.0.1:1 could not be reached (ECONNREFUSED)');
  });
});

describe('a server before the wiki that asks for rest', () => {
  const limited = (seconds: number): Reply => ({ status: 429, headers: { 'retry-after': String(seconds) } });

  it('is left alone by all requests of the person, also by those that wait for their turn', async () => {
    server.replyWith(limited(1), recorded('userinfo'));
    const asked = Date.now();
    await Promise.all([client.userInfo(), client.userInfo(), client.userInfo()]);
    const [first = 0, ...others] = server.seen.map(({ at }) => at - asked);
    expect(first).toBeLessThan(1_000);
    expect(Math.min(...others)).toBeGreaterThanOrEqual(990);
    expect(others).toHaveLength(3);
  });

  it('is not asked again before a long rest is over; other people are not held up', async () => {
    server.replyWith(limited(600), recorded('userinfo'));
    await failureOf(client.userInfo());
    const failure = await failureOf(client.commit(commit));
    expect(failure.code).toBe('http-429');
    expect(failure.retryAfterMs).toBeGreaterThan(590_000);
    expect(server.seen).toHaveLength(1);
    expect((await wiki.anotherClient().userInfo()).name).toBe('Uploader');
  });
});
