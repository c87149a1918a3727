import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RefusedError, TemporaryError, type SharedLimiter } from '#app/protocol';
import { CommonsApi } from './commons-api.js';
import type { CommonsClient } from './commons-client.js';
import { signRequest } from './oauth/sign-request.js';
import { recorded, ReplayServer, type SeenRequest } from './recorded/replay-server.js';

const consumer = { key: 'consumer', secret: 'consumer-secret' };
const token = { key: 'token', secret: 'token-secret' };
const user = { userid: '5', username: 'Uploader' };
const server = new ReplayServer();
const gate = { keys: [] as string[], inside: 0, most: 0 };
const limiter: SharedLimiter = {
  async run(key, work) {
    gate.keys.push(key);
    gate.inside += 1;
    gate.most = Math.max(gate.most, gate.inside);
    try {
      return await work();
    } finally {
      gate.inside -= 1;
    }
  },
};

let api: CommonsApi;
let client: CommonsClient;

beforeAll(() => server.start());
const connect = (timeouts: { read?: number; write?: number } = {}): void => {
  api = new CommonsApi({
    apiUrl: `${server.origin}/w/api.php`,
    indexUrl: `${server.origin}/w/index.php`,
    userAgent: 'Curator/test (https://curator.example)',
    consumer,
    limiter,
    delayScale: 0.001,
    timeouts,
  });
  client = api.clientFor(user, token);
};

afterAll(() => server.stop());
afterEach(() => api.close());
beforeEach(() => {
  gate.keys = [];
  gate.most = 0;
  connect();
});

const chunk = { filename: 'A street.jpg', offset: 0, size: 70_000, chunk: Buffer.alloc(70_000, 'x') };
const commit = { filename: 'A street.jpg', fileKey: 'key', text: '== ü ==\nFrom here', comment: 'c' };

const oauthOf = ({ headers }: SeenRequest): Record<string, string> =>
  Object.fromEntries(
    [...String(headers.authorization).matchAll(/(oauth_\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      decodeURIComponent(value),
    ]),
  );

const isSignedWell = (seen: SeenRequest): boolean => {
  const { oauth_nonce: nonce = '', oauth_timestamp: timestamp } = oauthOf(seen);
  const body = seen.headers['content-type'] === 'application/x-www-form-urlencoded' ? seen.params : undefined;
  const request = { method: seen.method, url: seen.url, ...(body ? { body } : {}) };
  return (
    signRequest(request, { consumer, token }, { nonce, timestamp: Number(timestamp) }) ===
    seen.headers.authorization
  );
};

const failureOf = async (work: Promise<unknown>): Promise<TemporaryError | RefusedError> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof TemporaryError || error instanceof RefusedError) return error;
  throw new Error('Expected a failure', { cause: error });
};

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
    await api.clientFor(user, token).userInfo();
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
    connect({ read: 100 });
    server.replyWith({ hang: true });
    expect(await failureOf(client.userInfo())).toMatchObject({ name: 'TemporaryError', code: 'timeout' });
    expect(server.seen).toHaveLength(4);
    connect({ write: 100 });
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
    const elsewhere = new CommonsApi({
      apiUrl: 'http://127.0.0.1:1/w/api.php',
      indexUrl: 'http://127.0.0.1:1/w/index.php',
      userAgent: 'x',
      consumer,
      limiter,
      delayScale: 0,
    });
    const { message } = await failureOf(elsewhere.clientFor(user, token).userInfo());
    expect(message).toBe('network: 127.0.0.1:1 could not be reached (ECONNREFUSED)');
    await elsewhere.close();
  });
});

describe('stashChunk', () => {
  it.each([
    ['a buffer', chunk.chunk],
    ['a blob', new Blob([chunk.chunk])],
  ])('sends %s after all fields and tells progress', async (_what, bytes) => {
    server.replyWith(recorded('chunk-fv2-first'));
    const sent: number[] = [];
    const result = await client.stashChunk({
      ...chunk,
      size: 140_000,
      chunk: bytes,
      onBytes: (n) => sent.push(n),
    });
    expect(result).toEqual({ kind: 'continue', fileKey: '1d3nh8mq37zw.br5s0s.5.jpg', offset: 500_000 });
    const [call] = server.calls;
    expect(call?.file?.after).toBe([...(call?.params ?? [])].length);
    expect(call?.file?.bytes.equals(chunk.chunk)).toBe(true);
    expect(call && isSignedWell(call)).toBe(true);
    expect(Object.fromEntries(call?.params ?? [])).toMatchObject({
      offset: '0',
      filesize: '140000',
      ignorewarnings: '1',
    });
    expect(call?.params.has('filekey')).toBe(false);
    expect(sent).toEqual([65_536, 70_000]);
  });

  it('sends the whole chunk again after a lost answer, and goes on where the wiki is', async () => {
    server.replyWith({ cut: true }, recorded('chunk-resent-middle'));
    const second = { ...chunk, fileKey: 'k', offset: 500_000, size: 1_288_547 };
    expect(await client.stashChunk(second)).toEqual({ kind: 'continue', fileKey: 'k', offset: 1_000_000 });
    expect(server.calls.map(({ file }) => file?.bytes.length)).toEqual([70_000, 70_000]);
  });

  it('tells the caller when the wiki wants earlier bytes', async () => {
    server.replyWith(recorded('chunk-resent-middle'));
    const ahead = { ...chunk, fileKey: 'k', offset: 1_200_000, size: 1_288_547 };
    expect(await failureOf(client.stashChunk(ahead))).toMatchObject({
      code: 'stashfailed',
      expectedOffset: 1_000_000,
    });
  });

  it('finds the stashed file of a lost last answer', async () => {
    server.reply(({ params }) => recorded(params.get('list') ? 'mystashedfiles' : 'stashimageinfo-finished'));
    const sha1 = '10942dfb4bd7cea3557b2a4483ee127b95dfd1f7';
    expect(await client.findStashed({ sha1, size: 1_288_656 })).toBe('1d3nhel2gc94.nnudgd.6.jpg');
    expect(await client.findStashed({ sha1, size: 700_000 })).toBeNull();
  });
});

describe('checkBeforeUpload', () => {
  it('is one request that also brings the token and where file pages are', async () => {
    const general = { server: server.origin, articlepath: '/wiki/$1' };
    server.reply(({ params }) =>
      params.get('list') === 'allimages'
        ? {
            body: {
              query: {
                allimages: [],
                pages: [{ title: 'File:A street.jpg', missing: true }],
                tokens: { csrftoken: 't+\\' },
                general,
              },
            },
          }
        : recorded('commit-duplicate'),
    );
    expect(await client.checkBeforeUpload({ sha1: 'a'.repeat(40), filename: 'A street.jpg' })).toEqual({
      duplicates: [],
      existing: null,
    });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]?.params.get('meta')).toBe('tokens|siteinfo');
    const result = await client.commit(commit);
    expect(server.seen).toHaveLength(2);
    expect(result).toMatchObject({
      kind: 'duplicate',
      of: [{ url: `${server.origin}/wiki/File:Small_one.jpg` }],
    });
    await client.checkBeforeUpload({ sha1: 'a'.repeat(40), filename: 'A street.jpg' });
    expect(server.seen[2]?.params.has('meta')).toBe(false);
  });
});

describe('other calls', () => {
  it('throws when the title could not be checked', async () => {
    server.replyWith(recorded('titleblacklist-blacklisted'));
    expect((await client.findTitleProblem('BLACKLISTED thing.jpg'))?.reason).toMatch(/banned/);
    server.replyWith({ status: 500 });
    expect((await failureOf(client.findTitleProblem('A.jpg'))).code).toBe('http-500');
  });

  it('takes fileexists-no-change for the same file at the same name', async () => {
    server.replyWith(recorded('commit-nochange-ignorewarnings'));
    expect(await client.commit(commit)).toMatchObject({
      kind: 'nochange',
      of: [{ title: 'File:A street.jpg' }],
    });
  });

  it('edits a new file by its title and an old one by its id and revision', async () => {
    server.replyWith({ body: { success: 1, entity: { id: 'M5', lastrevid: 9 } } });
    const labels = [{ language: 'en', value: 'A street' }];
    await client.editMediaInfo({ target: { title: 'File:A.jpg' }, statements: [], labels, summary: 's' });
    const byId = { target: { id: 'M5', baseRevisionId: 8 }, statements: [], labels, summary: 's' };
    expect(await client.editMediaInfo(byId)).toEqual({ id: 'M5', revisionId: 9 });
    const [first, second] = server.calls.map(({ params }) => Object.fromEntries(params));
    expect(first).toMatchObject({
      site: 'commonswiki',
      title: 'File:A.jpg',
      data: JSON.stringify({ labels }),
    });
    expect(second).toMatchObject({ id: 'M5', baserevid: '8' });
  });

  it('knows a throttled edit of structured data', async () => {
    const error = {
      code: 'failed-save',
      text: 'Too fast',
      data: { messages: [{ name: 'actionthrottledtext' }] },
    };
    server.replyWith({ body: { errors: [error] } });
    const edit = { target: { id: 'M5' }, statements: [], labels: [], summary: 's' };
    expect(await failureOf(client.editMediaInfo(edit))).toMatchObject({ code: 'actionthrottledtext' });
    expect(server.calls).toHaveLength(1);
  });

  it('purges at most 50 pages at once', async () => {
    server.replyWith({ body: { purge: [{ title: 'File:A.jpg', purged: true, linkupdate: true }] } });
    expect((await client.purge(['File:A.jpg'])).refreshed).toEqual(['File:A.jpg']);
    await expect(client.purge(Array.from({ length: 51 }, (_, n) => `File:${n}.jpg`))).rejects.toThrow(
      RangeError,
    );
    expect(server.seen).toHaveLength(1);
  });

  it('saves a page as it is', async () => {
    server.replyWith(recorded('edit-nochange'));
    await client.nullEdit('File:A.jpg');
    expect(Object.fromEntries(server.calls[0]?.params ?? [])).toMatchObject({
      appendtext: '',
      nocreate: '1',
    });
  });
});
