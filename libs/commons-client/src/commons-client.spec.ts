import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import type { CommonsClient } from './commons-client.js';
import { chunk, ClientUnderTest, commit, failureOf, isSignedWell } from './recorded/client-under-test.js';
import { recorded, type Reply } from './recorded/replay-server.js';

const wiki = new ClientUnderTest();
const { server } = wiki;
let client: CommonsClient;

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  client = wiki.open();
});
afterEach(() => wiki.close());

describe('stashChunk', () => {
  it.each([
    ['a buffer', chunk.chunk],
    [
      'pieces',
      {
        byteLength: chunk.chunk.byteLength,
        pieces: () => Readable.from([chunk.chunk.subarray(0, 65_536), chunk.chunk.subarray(65_536)]),
      },
    ],
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

  it('takes the position that was sent for no reason to go elsewhere', async () => {
    server.replyWith(recorded('chunk-resent-middle'));
    const failure = await failureOf(
      client.stashChunk({ ...chunk, fileKey: 'k', offset: 1_000_000, size: 1_288_547 }),
    );
    expect(failure).toMatchObject({ name: 'TemporaryError', code: 'stashfailed' });
    expect(failure.expectedOffset).toBeUndefined();
  });

  it('looks through all pages of the stash, past what has gone meanwhile', async () => {
    const sha1 = 'a'.repeat(40);
    const page = (filekey: string, more?: string): Reply => ({
      body: {
        query: { mystashedfiles: [{ filekey, status: 'finished', size: 9 }] },
        ...(more ? { continue: { msfcontinue: more } } : {}),
      },
    });
    server.reply(({ params }) => {
      if (params.get('list')) return params.get('msfcontinue') === '2' ? page('second') : page('first', '2');
      return params.get('siifilekey') === 'second'
        ? { body: { query: { stashimageinfo: [{ sha1 }] } } }
        : recorded('stashimageinfo-unknown');
    });
    expect(await client.findStashed({ sha1, size: 9 })).toBe('second');
    expect(server.seen).toHaveLength(4);
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
