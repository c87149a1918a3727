import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveClient } from './support/live-client.js';
import { queryRows } from './support/query-rows.js';
import { signIn } from './support/sign-in.js';
import { Stack } from './support/stack.js';
import { anItem, createBatch, listUploads, watchToTheEnd, type Item } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';
import { type CommonsWiki, idOf, SAMPLE_SEQUENCES } from './upstreams/index.js';

/** Pictures of `thousand` go in one request, those of `demo` in several. */
const CHUNK_SIZE = 262_144;
const LICENCE = ['P6216', 'P275'];
const { thousand, demo } = SAMPLE_SEQUENCES;
const REFUSAL = 'The authorization headers in your request are not valid:';

describe('what the wiki answers', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let client: LiveClient;
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
    client = await stack.connect();
    uploads = new UploadsInTurn(stack, client);
  }, 60_000);

  beforeEach(() => {
    commons.faults.clear();
    commons.latencyMs = 0;
  });

  afterAll(async () => {
    await stack.stop();
  });

  const statementsOf = (item: Item): string[] => Object.keys(uploads.statementsOf(item));

  /** The look for duplicates finds nothing, as if they came after it. */
  const missInCheck = (item: Item): void => {
    const query = { allimages: [], pages: [{ ns: 6, title: `File:${item.title}`, missing: true }] };
    commons.faults.add({
      match: { action: 'query', params: { aisha1: uploads.sha1Of(item) } },
      answer: {
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ batchcomplete: true, query }),
      },
    });
  };

  describe('about duplicates', () => {
    it('completes the structured data of the same content under another title, once', async () => {
      const first = uploads.newItem(thousand, { copyright_override: true });
      expect(await uploads.uploadOne(first)).toMatchObject({ status: 'completed' });
      expect(statementsOf(first)).not.toEqual(expect.arrayContaining(LICENCE));

      const again = { ...first, title: 'The same in other words.jpg', copyright_override: false };
      const link = { title: `File:${first.title}`, url: expect.stringContaining(commons.url) };
      const updated = 'duplicated_sdc_updated';
      expect(await uploads.uploadOne(again)).toMatchObject({
        status: updated,
        error: { type: updated, links: [link] },
      });
      expect(statementsOf(first)).toEqual(expect.arrayContaining(LICENCE));
      expect(commons.file(first.title)?.revisions[0]?.comment).toMatch(
        /^Merging SDC from Mapillary image \d+ \(batch \d+\) \(\[\[:toolforge:editgroups-commons\/b\/curator\/[0-9a-f]{12}\|details\]\]\)$/,
      );

      const edits = commons.edits.length;
      const unchanged = 'duplicated_sdc_not_updated';
      expect(await uploads.uploadOne(again)).toMatchObject({
        status: unchanged,
        error: { type: unchanged, links: [link] },
      });
      expect(commons.edits).toHaveLength(edits);
      expect(commons.file(again.title)).toBeNull();
    });

    const shapes = [
      { shape: 'the only chunk', sequence: thousand, index: 900 },
      { shape: 'the last of several chunks', sequence: demo, index: 3 },
    ];
    it.each(shapes)('understands a duplicate that shows at $shape', async ({ sequence, index }) => {
      const first = anItem({ id: idOf(sequence, index) }, sequence.id);
      expect(await uploads.uploadOne(first)).toMatchObject({ status: 'completed' });
      const again = { ...first, title: `Again ${first.title}` };
      missInCheck(again);
      expect(await uploads.uploadOne(again)).toMatchObject({
        status: 'duplicated_sdc_not_updated',
        error: { links: [{ title: `File:${first.title}` }] },
      });
      expect(commons.faults.pending).toBe(0);
      expect(commons.file(again.title)).toBeNull();
    });

    it.each(shapes)(
      'understands the same content under its own title at $shape',
      async ({ sequence, index }) => {
        const first = anItem({ id: idOf(sequence, index + 1) }, sequence.id);
        expect(await uploads.uploadOne(first)).toMatchObject({ status: 'completed' });
        for (const isMissed of [false, true]) {
          if (isMissed) missInCheck(first);
          expect(await uploads.uploadOne(first)).toMatchObject({
            status: 'duplicated_sdc_not_updated',
            error: { links: [{ title: `File:${first.title}` }] },
          });
        }
        expect(commons.faults.pending).toBe(0);
        expect(uploads.publishedTimes(first)).toBe(1);
      },
    );

    it.each(shapes)(
      'keeps other content under the same title, noticed at $shape',
      async ({ sequence, index }) => {
        const first = anItem({ id: idOf(sequence, index + 2) }, sequence.id);
        const other = anItem({ id: idOf(sequence, index + 3) }, sequence.id, { title: first.title });
        expect(await uploads.uploadOne(first)).toMatchObject({ status: 'completed' });
        for (const isMissed of [false, true]) {
          if (isMissed) missInCheck(other);
          expect(await uploads.uploadOne(other)).toMatchObject({
            status: 'failed',
            error: {
              type: 'error',
              message: expect.stringContaining('File already exists with different content'),
            },
          });
        }
        expect(commons.faults.pending).toBe(0);
        expect(uploads.publishedTimes(first)).toBe(1);
      },
    );
  });

  describe('about titles', () => {
    it('fails a title that is blacklisted, with the reason', async () => {
      const item = uploads.newItem(thousand, { title: 'A BLACKLISTED street.jpg' });
      expect(await uploads.uploadOne(item)).toMatchObject({
        status: 'failed',
        error: { type: 'title_blacklisted', message: expect.stringContaining('BLACKLISTED') },
      });
    });

    it('fails a title that turns out to be blacklisted at the commit', async () => {
      const item = uploads.newItem(thousand, { title: 'Another BLACKLISTED street.jpg' });
      commons.faults.add({
        match: { action: 'titleblacklist' },
        answer: {
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify({ titleblacklist: { result: 'ok' } }),
        },
      });
      expect(await uploads.uploadOne(item)).toMatchObject({
        status: 'failed',
        error: { type: 'title_blacklisted', message: expect.stringContaining('BLACKLISTED') },
      });
      expect(uploads.requests(item, 'commit')).toHaveLength(1);
    });

    it('refuses a badly formed title in the acknowledgement, and that one alone', async () => {
      const bad = uploads.newItem(thousand, { title: 'Street | view.jpg' });
      const good = uploads.newItem();
      const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
      const { data: states } = await client.ask(
        { type: 'UPLOAD_SLICE', data: { batchid, sliceid: 0, handler: 'mapillary', items: [bad, good] } },
        'UPLOAD_SLICE_ACK',
      );
      expect(states).toEqual([
        { id: bad.id, status: 'failed' },
        { id: good.id, status: 'queued' },
      ]);
      await watchToTheEnd(client, batchid);
      const { batch, uploads: ended } = await listUploads(client, batchid);
      expect(batch.stats).toMatchObject({ total: 2, failed: 1, completed: 1 });
      expect(ended.find(({ key }) => key === bad.id)?.error).toMatchObject({
        type: 'error',
        message: expect.stringContaining('illegal-filename'),
      });
    });
  });

  describe('when answers are lost', () => {
    it.each([
      { step: 'commit', sequence: thousand },
      { step: 'chunk', sequence: thousand },
      { step: 'commit', sequence: demo },
      { step: 'chunk', sequence: demo },
    ])(
      'publishes once although the answer to a $step of $sequence.id was lost',
      async ({ step, sequence }) => {
        const item = uploads.newItem(sequence);
        commons.faults.add({ match: { action: 'upload', step, user: 'Uploader' }, close: 'after' });
        expect(await uploads.uploadOne(item)).toMatchObject({ status: 'completed' });
        expect(commons.faults.pending).toBe(0);
        expect(uploads.publishedTimes(item)).toBe(1);
        expect(commons.file(item.title)?.versions[0]?.sha1).toBe(uploads.sha1Of(item));
      },
    );

    it('adds the statements once although the answer to them was lost', async () => {
      const item = uploads.newItem();
      commons.faults.add({ match: { action: 'wbeditentity' }, close: 'after' });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: 'completed' });
      const statements = commons.file(item.title)?.revisions[0]?.mediaInfo?.statements ?? {};
      expect(Object.values(statements).map((some) => some.length)).toEqual(Array(10).fill(1));
    });

    it('waits for its place when the wiki says that the limit is reached', async () => {
      const item = uploads.newItem();
      const info = "You've exceeded your rate limit. Please wait some time and try again.";
      commons.faults.add({
        match: { action: 'upload', step: 'commit' },
        times: 2,
        error: { code: 'ratelimited', info },
      });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: 'completed' });
      expect(commons.faults.pending).toBe(0);
      expect(uploads.publishedTimes(item)).toBe(1);
    });
  });

  describe('when a sign-in is lost', () => {
    it('keeps everything queued and goes on with the next sign-in', async () => {
      const user = 'Second uploader';
      const own = await stack.connect(user);
      const items = uploads.newItems(12);
      commons.latencyMs = 50;
      const batchid = await createBatch(own, items);
      const publishedOf = () => commons.uploads.filter((done) => done.user === user).length;
      await own.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
      await own.next('UPLOADS_UPDATE', {
        where: ({ data }) => data.some((one) => one.status === 'completed'),
      });
      commons.revokeTokens(user);
      const rest = async () =>
        queryRows(
          stack.stores.databaseUrl,
          'SELECT paused_reason AS reason FROM users WHERE username = ? AND paused_at IS NOT NULL ' +
            "AND NOT EXISTS (SELECT 1 FROM upload_requests WHERE batchid = ? AND status = 'in_progress')",
          [user, batchid],
        );
      const [paused] = await waitUntil('the pause of all', async () => {
        const rows = await rest();
        return rows.length > 0 && rows;
      });
      expect(paused?.['reason']).toContain('No approved grant');
      const published = publishedOf();
      const before = await listUploads(own, batchid);
      expect(before.batch.stats).toMatchObject({ total: 12, failed: 0, cancelled: 0, in_progress: 0 });
      expect(before.batch.stats.queued).toBe(12 - published);
      expect(before.batch.stats.queued).toBeGreaterThan(0);

      await signIn(stack.api.url, user);
      await own.next('UPLOADS_COMPLETE', { where: ({ data }) => data === batchid });
      expect((await listUploads(own, batchid)).batch.stats).toMatchObject({ completed: 12 });
      for (const item of items) {
        expect(uploads.publishedTimes(item)).toBe(1);
        await waitUntil(`the statements of ${item.title}`, () => statementsOf(item).includes('P1947'));
      }
    });

    it('fails what is queued when the consumer is refused', async () => {
      const own = await stack.connect('Patroller');
      commons.faults.add({
        match: { action: 'upload', user: 'Patroller' },
        times: 0,
        error: { code: 'mwoauth-invalid-authorization', info: `${REFUSAL} Invalid consumer` },
      });
      const items = uploads.newItems(10);
      for (const one of await uploads.upload(items, own))
        expect(one).toMatchObject({
          status: 'failed',
          error: { type: 'error', message: 'Your session has expired. Please log in and retry.' },
        });
      expect(items.filter((item) => uploads.publishedTimes(item) > 0)).toEqual([]);
    });
  });
});
