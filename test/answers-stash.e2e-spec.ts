import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Stack } from './support/stack.js';
import { waitUntil } from './support/wait-until.js';
import type { Item } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { type CommonsWiki, SAMPLE_SEQUENCES } from './upstreams/index.js';

const CHUNK_SIZE = 262_144;
const { thousand, demo, someLarge } = SAMPLE_SEQUENCES;
const GONE = { code: 'uploadstash-file-not-found', info: 'Key "x" not found in stash.' };
const COMPLETED = 'completed';

describe('what the wiki answers about stash and commit', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let uploads: UploadsInTurn;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: {
        RETRY_DELAY_SCALE: '0.01',
        RECONCILE_INTERVAL_SECONDS: '1',
        UPLOAD_CHUNK_SIZE: String(CHUNK_SIZE),
      },
    });
    commons = stack.upstreams.commons;
    uploads = new UploadsInTurn(stack, await stack.connect());
  }, 60_000);

  beforeEach(() => commons.faults.clear());

  afterAll(async () => {
    await stack.stop();
  });

  const chunksOf = (bytes: number): number => Math.ceil(bytes / CHUNK_SIZE);
  const sizeOf = (item: { id: string }): number => stack.upstreams.cdn.photo(item.id).length;
  const offsetsOf = (item: Item): number[] =>
    uploads.requests(item, 'chunk').map(({ params }) => Number(params['offset']));

  describe('chunks', () => {
    it('starts over from the first byte when the stash is gone, without another download', async () => {
      const item = uploads.newItem(demo);
      commons.faults.add({ match: { action: 'upload', step: 'chunk' }, skip: 2, error: GONE });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      const starts = offsetsOf(item).filter((offset) => offset === 0);
      expect(starts).toHaveLength(2);
      expect(uploads.publishedTimes(item)).toBe(1);
      expect(stack.upstreams.cdn.log.filter(({ action }) => action === item.id)).toHaveLength(1);
    });

    it('starts over twice and no more, wherever in the file the stash is lost', async () => {
      const item = uploads.newItem(demo);
      const second = { action: 'upload', step: 'chunk', params: { offset: String(CHUNK_SIZE) } };
      commons.faults.add({ match: second, times: 0, error: GONE });
      expect(await uploads.uploadOne(item)).toMatchObject({
        status: 'failed',
        error: { type: 'error', message: `${GONE.code}: ${GONE.info}` },
      });
      expect(offsetsOf(item).filter((offset) => offset === 0)).toHaveLength(3);
    });

    it.each([
      { what: 'has more than it was thought', wanted: 3, sent: [0, 1, 2, 3] },
      { what: 'misses bytes', wanted: 1, sent: [0, 1, 2, 1, 2] },
    ])('goes on where the wiki says when it $what', async ({ wanted, sent }) => {
      const item = uploads.newItem(demo);
      const third = { action: 'upload', step: 'chunk', params: { offset: String(2 * CHUNK_SIZE) } };
      const data = { offset: String(wanted * CHUNK_SIZE) };
      commons.faults.add({
        match: third,
        error: { code: 'stashfailed', info: 'Invalid chunk offset', data },
        applied: wanted > 2,
      });
      const upload = await uploads.uploadOne(item);
      expect(offsetsOf(item).slice(0, sent.length)).toEqual(sent.map((index) => index * CHUNK_SIZE));
      expect(upload).toMatchObject({ status: COMPLETED });
      expect(commons.file(item.title)?.versions[0]?.sha1).toBe(uploads.sha1Of(item));
    });

    it('finds the stash again when the answer to the last chunk was lost', async () => {
      const item = uploads.newItem(demo);
      const chunks = chunksOf(sizeOf(item));
      const last = { action: 'upload', step: 'chunk', params: { offset: String((chunks - 1) * CHUNK_SIZE) } };
      commons.faults.add({ match: last, close: 'after' });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(commons.faults.pending).toBe(0);
      expect(offsetsOf(item).filter((offset) => offset === 0)).toHaveLength(1);
      expect(uploads.publishedTimes(item)).toBe(1);
    });

    it.each([
      ['internal_api_error_DBQueryTimeoutError', 'Caught exception of type DBQueryTimeoutError'],
      ['UploadChunkFileException', 'Error storing file in "/tmp/x"'],
      ['stashfailed', 'An unknown error occurred in storage backend "x": backend-fail-internal'],
    ])('takes three times %s', async (code, info) => {
      const item = uploads.newItem();
      commons.faults.add({ match: { action: 'upload', step: 'chunk' }, times: 3, error: { code, info } });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(uploads.requests(item, 'chunk')).toHaveLength(4);
    });

    it('fails after the fourth internal error, in the wiki’s words', async () => {
      const item = uploads.newItem();
      const error = { code: 'internal_api_error_JobQueueError', info: 'Caught exception' };
      commons.faults.add({ match: { action: 'upload', step: 'chunk' }, times: 0, error });
      expect(await uploads.uploadOne(item)).toMatchObject({
        status: 'failed',
        error: { message: `${error.code}: ${error.info}` },
      });
      expect(uploads.requests(item, 'chunk')).toHaveLength(4);
    });

    it('goes back to the queue when the store of stashes stays away, and is done in the end', async () => {
      const item = uploads.newItem();
      const error = { code: 'uploadstash-exception', info: 'Could not store upload in the stash.' };
      commons.faults.add({ match: { action: 'upload', step: 'chunk' }, times: 6, error });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(uploads.requests(item, 'chunk')).toHaveLength(7);
    });
  });

  describe('commits', () => {
    it('stashes the file anew when its stash is gone', async () => {
      const item = uploads.newItem();
      commons.faults.add({ match: { action: 'upload', step: 'commit' }, error: GONE });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(uploads.requests(item, 'chunk')).toHaveLength(2);
      expect(uploads.publishedTimes(item)).toBe(1);
    });

    const internal = { code: 'internal_api_error_DBQueryError', info: 'Caught exception' };

    it('looks whether it was published before it commits again', async () => {
      const item = uploads.newItem();
      const commit = { action: 'upload', step: 'commit' };
      commons.faults.add(
        { match: commit, error: internal },
        { match: commit, error: internal, applied: true },
      );
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(uploads.requests(item, 'commit')).toHaveLength(2);
      expect(uploads.publishedTimes(item)).toBe(1);
    });

    it('looks once more after the last commit that was refused', async () => {
      const [lost, done] = uploads.newItems(2);
      if (!lost || !done) throw new Error('Too few images');
      const commitOf = ({ title }: { title: string }) => ({
        action: 'upload',
        step: 'commit',
        params: { filename: title },
      });
      commons.faults.add(
        { match: commitOf(lost), times: 4, error: internal },
        { match: commitOf(done), times: 3, error: internal },
        { match: commitOf(done), error: internal, applied: true },
      );
      expect(await uploads.upload([lost, done])).toMatchObject([
        { status: 'failed', error: { message: `${internal.code}: ${internal.info}` } },
        { status: COMPLETED },
      ]);
      expect(uploads.publishedTimes(lost)).toBe(0);
      expect(uploads.publishedTimes(done)).toBe(1);
    });

    it.each([
      { what: 'a small file', sequence: thousand },
      { what: 'a file that a job publishes', sequence: someLarge },
    ])('waits for its place with the same stash of $what', async ({ sequence }) => {
      const item = uploads.newItem(sequence);
      const info = "You've exceeded your rate limit. Please wait some time and try again.";
      commons.faults.add({
        match: { action: 'upload', step: 'commit' },
        error: { code: 'ratelimited', info },
      });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      const commits = uploads.requests(item, 'commit');
      expect(commits).toHaveLength(2);
      expect(commits[0]?.params['filekey']).toBe(commits[1]?.params['filekey']);
    });
  });

  describe('files that a job joins and publishes', () => {
    it('polls, and sends no publication twice although its answer was lost', async () => {
      const item = uploads.newItem(someLarge);
      commons.faults.add({ match: { action: 'upload', step: 'commit' }, close: 'after' });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(uploads.requests(item, 'commit')).toHaveLength(1);
      expect(uploads.requests(item, 'checkstatus').length).toBeGreaterThan(1);
      expect(uploads.publishedTimes(item)).toBe(1);
    });

    it('goes on when all chunks have arrived before', async () => {
      const item = uploads.newItem(someLarge);
      const error = {
        code: 'stashfailed',
        info: 'Chunked upload is already completed, check status for details.',
      };
      const last = String((chunksOf(sizeOf(item) + someLarge.trailingBytes) - 1) * CHUNK_SIZE);
      const match = { action: 'upload', step: 'chunk', params: { offset: last } };
      commons.faults.add({ match, applied: true, error });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(commons.faults.pending).toBe(0);
      expect(offsetsOf(item).filter((offset) => offset === 0)).toHaveLength(1);
      expect(uploads.publishedTimes(item)).toBe(1);
    });

    it('waits for the publication while the wiki does not tell how far it is', async () => {
      const item = uploads.newItem(someLarge);
      const ending = uploads.uploadOne(item);
      await waitUntil('the commit', () => uploads.requests(item, 'commit').length === 1);
      const error = { code: 'readonly', info: 'The wiki is currently in read-only mode.' };
      commons.faults.add({ match: { action: 'upload', step: 'checkstatus' }, times: 3, error });
      expect(await ending).toMatchObject({ status: COMPLETED });
      expect(uploads.requests(item, 'commit')).toHaveLength(1);
      expect(uploads.publishedTimes(item)).toBe(1);
    });

    it('polls when the wiki says that the publication is running', async () => {
      const item = uploads.newItem(someLarge);
      const error = { code: 'publishfailed', info: 'Upload from stash already in progress.' };
      commons.faults.add({ match: { action: 'upload', step: 'commit' }, applied: true, error });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(uploads.publishedTimes(item)).toBe(1);
    });
  });

  describe('warnings', () => {
    it.each([
      { code: 'bad-prefix', title: 'IMG 1234.jpg', sentence: /camera name/ },
      { code: 'thumb-name', title: '120px-A street.jpg', sentence: /thumbnail/ },
    ])('fails $code with a sentence, and overrides nothing', async ({ code, title, sentence }) => {
      const item = uploads.newItem(thousand, { title });
      const upload = await uploads.uploadOne(item);
      expect(upload).toMatchObject({ status: 'failed', error: { type: 'error' } });
      expect(upload?.error?.message).toMatch(new RegExp(`^${code}: `));
      expect(upload?.error?.message).toMatch(sentence);
      const commits = uploads.requests(item, 'commit');
      expect(commits.some(({ params }) => 'ignorewarnings' in params)).toBe(false);
      expect(uploads.publishedTimes(item)).toBe(0);
    });

    it('fails content that was deleted before, and a title whose file was', async () => {
      const first = uploads.newItem();
      expect(await uploads.uploadOne(first)).toMatchObject({ status: COMPLETED });
      commons.deleteFile(first.title);
      const again = { ...first, title: 'Deleted before.jpg' };
      const archived = await uploads.uploadOne(again);
      expect(archived).toMatchObject({ status: 'failed' });
      expect(archived?.error?.message).toMatch(/^duplicate-archive: The same file was uploaded before/);

      const other = uploads.newItem(thousand, { title: first.title });
      const deleted = await uploads.uploadOne(other);
      expect(deleted).toMatchObject({ status: 'failed' });
      expect(deleted?.error?.message).toMatch(/^was-deleted: /);
    });
  });
});
