import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jpeg from 'jpeg-js';
import { RefusedError, TemporaryError, type SharedLimiter } from '#app/protocol';
import { startRealWiki, type RealWiki } from '../../../test/realwiki/start-real-wiki.js';
import { answerClass } from './answers/answer-classes.js';
import { CommonsApi } from './commons-api.js';
import type { CommonsClient } from './commons-client.js';
import type { AccessToken, UploadStatusResult } from './types.js';

const run = randomBytes(3).toString('hex');
const limiter: SharedLimiter = { run: (_key, work) => work() };

let wiki: RealWiki;
let api: CommonsApi;
let client: CommonsClient;
let second: CommonsClient;
let stranger: CommonsClient;

beforeAll(async () => {
  const started = await startRealWiki();
  if ('unavailable' in started) throw new Error(started.unavailable);
  wiki = started;
  const keys = (name: string): AccessToken => wiki.tokens[name] ?? { key: '', secret: '' };
  api = new CommonsApi({
    apiUrl: wiki.apiUrl,
    indexUrl: wiki.indexUrl,
    userAgent: 'Curator/test (https://curator.example)',
    consumer: wiki.consumer,
    limiter,
    delayScale: 0.01,
  });
  const clientOf = (name: string, token = keys(name)): CommonsClient =>
    api.clientFor({ userid: name, username: name }, token);
  client = clientOf('Uploader');
  second = clientOf('Second uploader');
  stranger = clientOf('Uploader', { key: '0'.repeat(32), secret: 'x' });
});
afterAll(async () => {
  await api?.close();
  await wiki?.stop();
});

interface Picture {
  bytes: Buffer;
  sha1: string;
  size: number;
}

/** A JPEG like no other, of about `side`² bytes. */
function aPicture(side: number): Picture {
  const pixels = { data: randomBytes(side * side * 4), width: side, height: side };
  const bytes = Buffer.from(jpeg.encode(pixels, 90).data);
  return { bytes, sha1: createHash('sha1').update(bytes).digest('hex'), size: bytes.length };
}

async function stash(
  by: CommonsClient,
  filename: string,
  { bytes, size }: Picture,
  { chunkSize = size, async = false } = {},
): Promise<UploadStatusResult> {
  let at: { offset: number; fileKey?: string } = { offset: 0 };
  for (;;) {
    const chunk = bytes.subarray(at.offset, at.offset + chunkSize);
    const result = await by.stashChunk({ filename, size, chunk, async, ...at });
    if (result.kind !== 'continue') return result;
    at = { offset: result.offset, fileKey: result.fileKey };
  }
}

async function publish(by: CommonsClient, filename: string, picture: Picture): Promise<UploadStatusResult> {
  const stashed = await stash(by, filename, picture);
  if (stashed.kind !== 'stashed') return stashed;
  return by.commit({ filename, fileKey: stashed.fileKey, text: 'Text [[Category:Tests]]', comment: 'Test' });
}

const failureOf = async (work: Promise<unknown>): Promise<TemporaryError | RefusedError> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof TemporaryError || error instanceof RefusedError) return error;
  throw new Error('Expected a failure', { cause: error });
};

/** Runs a maintenance script of the wiki. */
function maintain(script: string, args: readonly string[], input = ''): void {
  const home = dirname(wiki.logs);
  const MW_CONFIG_FILE = join(home, 'conf/LocalSettings.php');
  const env = { ...process.env, CURATOR_WIKI_HOME: home, MW_CONFIG_FILE };
  const path = `/usr/share/mediawiki/maintenance/${script}.php`;
  execFileSync('php', [path, ...args], { env, input, stdio: ['pipe', 'pipe', 'pipe'] });
}

async function withKnobs<T>(knobs: Record<string, unknown>, work: () => Promise<T>): Promise<T> {
  await wiki.configure(knobs);
  try {
    return await work();
  } finally {
    await wiki.configure({});
  }
}

describe('a real MediaWiki', () => {
  it('tells who we are', async () => {
    const info = await client.userInfo();
    expect(info).toMatchObject({ name: 'Uploader', exempt: false, blocked: null });
    expect(info.windows.upload).toHaveLength(1);
  });

  it('takes a file in chunks and publishes it', async () => {
    const filename = `Chunks ${run} – Zürich's “100%” (1).jpg`;
    const picture = aPicture(400);
    expect(await client.checkBeforeUpload({ sha1: picture.sha1, filename })).toEqual({
      duplicates: [],
      existing: null,
    });
    expect(await client.findTitleProblem(filename)).toBeNull();
    const stashed = await stash(client, filename, picture, { chunkSize: 60_000 });
    expect(stashed).toMatchObject({ kind: 'stashed', sha1: picture.sha1, size: picture.size });
    if (stashed.kind !== 'stashed') return;
    expect(await client.findStashed(picture)).toBe(stashed.fileKey);

    const commit = { filename, fileKey: stashed.fileKey, text: 'Text [[Category:Tests]]', comment: 'Test' };
    const published = await client.commit(commit);
    expect(published).toMatchObject({ kind: 'published', file: { sha1: picture.sha1, size: picture.size } });
    expect(answerClass(await failureOf(client.commit(commit)))).toBe('stash-lost');

    const found = await client.findFile(filename);
    expect(found).toMatchObject({ title: `File:${filename}`, sha1: picture.sha1, user: 'Uploader' });
    if (published.kind === 'published') expect(published.file.url).toBe(found?.url);
    const { duplicates } = await client.checkBeforeUpload({ sha1: picture.sha1, filename });
    expect(duplicates).toEqual([{ title: found?.title, url: found?.url }]);

    const again = await stash(client, `Other ${run}.jpg`, picture, { chunkSize: 60_000 });
    expect(again).toEqual({ kind: 'duplicate', of: [{ title: found?.title, url: found?.url }] });
    expect(await stash(client, `Other ${run}.jpg`, picture)).toEqual(again);
  });

  it('finds its place again after a lost answer', async () => {
    const picture = aPicture(300);
    const filename = `Resumed ${run}.jpg`;
    const { bytes, size } = picture;
    const send = (offset: number, end: number, fileKey?: string): Promise<UploadStatusResult> =>
      client.stashChunk({
        filename,
        size,
        offset,
        chunk: bytes.subarray(offset, end),
        ...(fileKey ? { fileKey } : {}),
      });
    const first = await send(0, 10_000);
    if (first.kind !== 'continue') throw new Error(first.kind);
    const second = await send(10_000, 20_000, first.fileKey);
    expect(await send(10_000, 20_000, first.fileKey)).toEqual(second);
    expect(await failureOf(send(30_000, 40_000, first.fileKey))).toMatchObject({ expectedOffset: 20_000 });
    expect((await send(20_000, size, first.fileKey)).kind).toBe('stashed');
    expect(answerClass(await failureOf(send(20_000, size, first.fileKey)))).toBe('stash-lost');
    expect(answerClass(await failureOf(client.checkStatus({ filename, fileKey: first.fileKey })))).toBe(
      'stash-lost',
    );
  });

  it('joins and publishes in the background', async () =>
    withKnobs({ wgEnableAsyncUploads: true }, async () => {
      const picture = aPicture(200);
      const filename = `Background ${run}.jpg`;
      const queued = await stash(client, filename, picture, { chunkSize: 20_000, async: true });
      expect(queued.kind).toBe('poll');
      if (queued.kind !== 'poll') return;
      expect((await client.checkStatus({ filename, fileKey: queued.fileKey })).kind).toBe('poll');
      maintain('runJobs', ['--type', 'AssembleUploadChunks']);
      const stashed = await client.checkStatus({ filename, fileKey: queued.fileKey });
      expect(stashed).toMatchObject({ kind: 'stashed', sha1: picture.sha1 });
      if (stashed.kind !== 'stashed') return;
      const { fileKey } = stashed;
      const commit = { filename, fileKey, text: 't', comment: 'c', async: true };
      expect(await client.commit(commit)).toEqual({ kind: 'poll', fileKey });
      expect(answerClass(await failureOf(client.commit(commit)))).toBe('already-running');
      maintain('runJobs', ['--type', 'PublishStashedFile']);
      const published = await client.checkStatus({ filename, fileKey });
      expect(published).toMatchObject({ kind: 'published', file: { sha1: picture.sha1 } });
    }));

  it('never publishes over another file', async () => {
    const filename = `Taken ${run}.jpg`;
    const picture = aPicture(60);
    expect((await publish(client, filename, picture)).kind).toBe('published');
    expect(await publish(client, filename, aPicture(61))).toEqual({
      kind: 'exists',
      title: `File:${filename}`,
    });
    expect(await publish(client, filename, picture)).toMatchObject({
      kind: 'nochange',
      of: [{ title: `File:${filename}` }],
    });
    expect(await publish(client, `Taken ${run}.jpeg`, aPicture(62))).toMatchObject({
      kind: 'warning',
      code: 'exists-normalized',
    });
  });

  it('refuses titles on the blacklist, before and at the commit', async () => {
    const filename = `BLACKLISTED ${run}.jpg`;
    expect((await client.findTitleProblem(filename))?.reason).toMatch(/banned from creation/);
    const refusal = await failureOf(publish(client, filename, aPicture(63)));
    expect(refusal).toBeInstanceOf(RefusedError);
    expect(answerClass(refusal)).toBe('title-blacklisted');
    expect(await failureOf(client.findTitleProblem('Bad[title].jpg'))).toMatchObject({
      code: 'invalidtitle',
    });
    expect(await failureOf(client.findFile('Bad[title].jpg'))).toMatchObject({ code: 'invalidtitle' });
  });

  it('refuses what is no picture', async () => {
    const bytes = Buffer.from('<html><script>alert(1)</script></html>'.repeat(100));
    const page = { bytes, sha1: '', size: bytes.length };
    expect(await failureOf(stash(client, `Page ${run}.jpg`, page))).toBeInstanceOf(RefusedError);
    expect(await failureOf(stash(client, `Program ${run}.exe`, aPicture(20)))).toMatchObject({
      code: 'illegal-filename',
    });
    expect(await failureOf(stash(client, `${'ü'.repeat(130)}.jpg`, aPicture(20)))).toMatchObject({
      code: 'illegal-filename',
    });
  });

  it('tells when someone may not upload, and why', async () => {
    maintain('blockUsers', ['--performer', 'Admin', '--reason', 'Testing'], 'Second uploader\n');
    try {
      expect((await second.userInfo()).blocked).toMatchObject({
        by: 'Admin',
        reason: 'Testing',
        partial: false,
      });
      const failure = await failureOf(publish(second, `Blocked ${run}.jpg`, aPicture(20)));
      expect(failure.code).toBe('blocked');
      expect(answerClass(failure)).toBe('user-stopped');
    } finally {
      // Also lifts the automatic block of the address.
      maintain('blockUsers', ['--unblock', '--performer', 'Admin'], 'Second uploader\n');
    }
    expect(answerClass(await failureOf(stranger.userInfo()))).toBe('user-stopped');
  });

  it('tells a rate limit; the stashed file survives it', async () => {
    const picture = aPicture(22);
    const filename = `Limited ${run}.jpg`;
    const limits = { upload: { user: [0, 60] } };
    const failure = await withKnobs({ wgRateLimits: limits }, () =>
      failureOf(publish(second, filename, picture)),
    );
    expect(answerClass(failure)).toBe('throttled');
    const fileKey = await second.findStashed(picture);
    if (fileKey === null) throw new Error('The stashed file is gone');
    expect((await second.commit({ filename, fileKey, text: 't', comment: 'c' })).kind).toBe('published');
  });

  it('waits while it is read-only or lags', async () => {
    const readonly = await withKnobs({ wgReadOnly: 'Testing' }, () =>
      failureOf(publish(client, `Late ${run}.jpg`, aPicture(20))),
    );
    expect(readonly).toMatchObject({ code: 'readonly' });
    expect(answerClass(readonly)).toBe('waiting');
  });

  it('purges and saves pages without editing them', async () => {
    const filename = `Purged ${run}.jpg`;
    await publish(client, filename, aPicture(64));
    const title = `File:${filename}`;
    expect(await client.purge([title.replaceAll(' ', '_'), `File:Nope ${run}.jpg`, 'Bad[title]'])).toEqual({
      refreshed: [title.replaceAll(' ', '_')],
      limited: [],
      missing: [`File:Nope ${run}.jpg`, 'Bad[title]'],
    });
    const limits = { linkpurge: { user: [0, 60] }, purge: { user: [0, 60] } };
    const late = await withKnobs({ wgRateLimits: limits }, () => client.purge([title]));
    expect(late.limited).toEqual([title]);
    await client.nullEdit(title);
    const history = await client.query({ titles: title, prop: 'revisions', rvprop: 'ids', rvlimit: '5' });
    expect(JSON.stringify(history).match(/revid/g)).toHaveLength(1);
  });
});
