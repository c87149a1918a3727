import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { queryRows } from './support/query-rows.js';
import { signIn } from './support/sign-in.js';
import { Stack } from './support/stack.js';
import { createBatch, listUploads, type Item } from './support/upload-collection.js';
import { jsonAnswer, UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';
import type { CommonsWiki } from './upstreams/index.js';

const COMPLETED = 'completed';
const REFUSAL = 'The authorization headers in your request are not valid:';
const upload = { action: 'upload' };
const commit = { ...upload, step: 'commit' };
const edit = { action: 'wbeditentity' };

describe('what the wiki answers about people and edits', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let uploads: UploadsInTurn;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1' },
    });
    commons = stack.upstreams.commons;
    uploads = new UploadsInTurn(stack, await stack.connect());
  }, 60_000);

  beforeEach(() => commons.faults.clear());

  afterAll(async () => {
    await stack.stop();
  });

  const pauseOf = (user: string) => async () => {
    const [row] = await queryRows(
      stack.stores.databaseUrl,
      'SELECT paused_reason AS reason FROM users WHERE username = ? AND paused_at IS NOT NULL',
      [user],
    );
    return row === undefined ? false : String(row['reason']);
  };
  const expectOnce = (item: Item): void => {
    expect(uploads.publishedTimes(item)).toBe(1);
    const statements = Object.values(uploads.statementsOf(item));
    expect(statements.map((some) => some.length)).toEqual(Array(10).fill(1));
  };

  describe('about tokens and signatures', () => {
    it('fetches another CSRF token when the one at hand has aged', async () => {
      const [first, second] = uploads.newItems(2);
      if (!first || !second) throw new Error('Too few images');
      expect(await uploads.uploadOne(first)).toMatchObject({ status: COMPLETED });
      commons.forgetCsrfTokens();
      expect(await uploads.uploadOne(second)).toMatchObject({ status: COMPLETED });
      expect(commons.log.filter(({ errorCode }) => errorCode === 'badtoken').length).toBeGreaterThan(0);
      expectOnce(second);
    });

    it.each([
      { what: 'a used nonce', info: `${REFUSAL} Nonce already used: 7c6f99` },
      { what: 'an aged signature', info: `${REFUSAL} Expired timestamp, yours 1, ours 400` },
      { what: 'another person’s cookie', info: "Invalid 'sessionJwt' cookie: JWT error: wrong user ID" },
      { what: 'a first missing grant', info: `${REFUSAL} No approved grant was found` },
    ])('signs again after $what', async ({ info }) => {
      const item = uploads.newItem();
      commons.faults.add({ match: commit, error: { code: 'mwoauth-invalid-authorization', info } });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      expect(uploads.requests(item, 'commit')).toHaveLength(2);
      expect(await pauseOf('Uploader')()).toBe(false);
      expectOnce(item);
    });
  });

  describe('about who may not go on', () => {
    it.each([
      { user: 'Second uploader', code: 'blocked', info: 'You have been blocked from editing.' },
      { user: 'Patroller', code: 'captcha', info: 'Please solve the puzzle.' },
      { user: 'Tireless bot', code: 'assertuserfailed', info: 'You are no longer logged in.' },
    ])('keeps the uploads of $user after $code until the next sign-in', async ({ user, code, info }) => {
      const own = await stack.connect(user);
      const items = uploads.newItems(3);
      commons.faults.add({ match: { ...upload, user }, times: 0, error: { code, info } });
      const batchid = await createBatch(own, items);
      expect(await waitUntil('the pause', pauseOf(user))).toBe(`${code}: ${info}`);
      const { batch } = await waitUntil('the end of what was running', async () => {
        const list = await listUploads(own, batchid);
        return list.batch.stats.in_progress === 0 && list;
      });
      expect(batch.stats).toMatchObject({ queued: 3, failed: 0 });

      commons.faults.clear();
      await own.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
      await signIn(stack.api.url, user);
      await own.next('UPLOADS_COMPLETE', { where: ({ data }) => data === batchid });
      expect((await listUploads(own, batchid)).batch.stats).toMatchObject({ completed: 3 });
      items.forEach(expectOnce);
    });

    it('pauses everything and fails nothing while the address of this service is blocked', async () => {
      commons.createUser({ name: 'Bystander', editCount: 500 });
      const others = await stack.connect('Bystander');
      const error = { code: 'blocked', info: 'Your IP address is in a range that has been blocked.' };
      commons.faults.add({ match: upload, times: 0, error });
      const [mine, theirs] = [uploads.newItems(2), uploads.newItems(2)];
      const [ended, endedToo] = [uploads.upload(mine), uploads.upload(theirs, others)];
      await waitUntil('a block', () => commons.log.some(({ errorCode }) => errorCode === 'blocked'));
      commons.faults.clear();
      for (const one of [...(await ended), ...(await endedToo)])
        expect(one).toMatchObject({ status: COMPLETED });
      expect(await pauseOf('Uploader')()).toBe(false);
      [...mine, ...theirs].forEach(expectOnce);
    });

    describe('where a server before the wiki answers HTTP 403', () => {
      const refusal = { status: 403, body: '<title>Forbidden</title>' };
      const runsOf = async (item: Item): Promise<number> => {
        const sql =
          'SELECT status, JSON_VALUE(attempts, "$.commons") AS runs FROM upload_requests WHERE filename = ?';
        const [row] = await queryRows(stack.stores.databaseUrl, sql, [item.title]);
        return Number(row?.['runs'] ?? 0);
      };
      const pauses = (): number =>
        stack.worker.logs.filter((line) => line.includes('everything is paused')).length;

      it('stops nobody else for what it refuses in one upload, which fails in the end', async () => {
        const before = pauses();
        const [bad, good] = [uploads.newItem(), uploads.newItem()];
        commons.faults.add({
          match: { ...commit, params: { filename: bad.title } },
          times: 0,
          answer: refusal,
        });
        expect(await uploads.upload([bad, good])).toMatchObject([
          { status: 'failed', error: { message: expect.stringMatching(/^http-403: .*Forbidden/) } },
          { status: COMPLETED },
        ]);
        expect(uploads.requests(bad, 'commit')).toHaveLength(4);
        expect(pauses()).toBe(before);
      });

      it('stops everybody, and fails nothing, when nothing at all gets through', async () => {
        const before = pauses();
        const item = uploads.newItem();
        commons.faults.add({ match: { user: 'Uploader' }, times: 0, answer: refusal });
        const ended = uploads.uploadOne(item);
        await waitUntil('the pause', () => pauses() > before);
        commons.faults.clear();
        expect(await ended).toMatchObject({ status: COMPLETED });
        expect(await runsOf(item)).toBe(0);
        expectOnce(item);
      });
    });
  });

  describe('when it is not the moment', () => {
    it('waits while the wiki is read-only', async () => {
      const item = uploads.newItem();
      const before = commons.log.length;
      commons.settings.readOnly = 'Maintenance';
      const ended = uploads.uploadOne(item);
      await waitUntil(
        'some refusals',
        () => commons.log.slice(before).filter(({ errorCode }) => errorCode === 'readonly').length > 6,
      );
      commons.settings.readOnly = null;
      expect(await ended).toMatchObject({ status: COMPLETED });
      expectOnce(item);
    });

    it.each([
      {
        what: 'lag',
        answer: jsonAnswer(
          {
            errors: [{ code: 'maxlag', text: 'Waiting for 10.64.0.1: 7 seconds lagged.', data: { lag: 7 } }],
          },
          { 'retry-after': '1', 'mediawiki-api-error': 'maxlag' },
        ),
      },
      { what: 'HTTP 429', answer: { status: 429, headers: { 'retry-after': '1' } } },
      { what: 'HTTP 503', answer: { status: 503, headers: { 'retry-after': '1' } } },
    ])('comes back when Retry-After says so, after $what', async ({ answer }) => {
      const item = uploads.newItem();
      commons.faults.add({ match: { ...upload, step: 'chunk' }, answer });
      expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
      const [first, second] = uploads.requests(item, 'chunk').map(({ time }) => Date.parse(time));
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
      expectOnce(item);
    });

    it('makes a check of the title that could not be made', async () => {
      const [good, bad] = [uploads.newItem(), uploads.newItem(undefined, { title: 'A BLACKLISTED way.jpg' })];
      const error = { code: 'internal_api_error_DBQueryError', info: 'Caught exception' };
      commons.faults.add({ match: { action: 'titleblacklist' }, times: 2, error });
      expect(await uploads.upload([good, bad])).toMatchObject([
        { status: COMPLETED },
        { status: 'failed', error: { type: 'title_blacklisted' } },
      ]);
    });
  });

  describe('about structured data', () => {
    const saveFailed = (...names: string[]) => ({
      code: 'failed-save',
      info: 'The save has failed.',
      data: { messages: names.map((name) => ({ name, parameters: [] })) },
    });

    const expectDoneAtOnce = async (item: Item): Promise<void> => {
      const upload = await uploads.uploadOne(item);
      expect(upload).toMatchObject({ status: COMPLETED });
      expect(upload?.result).toBeUndefined();
    };

    it('waits when edits are throttled, and never counts them as done', async () => {
      const item = uploads.newItem();
      const error = saveFailed('wikibase-api-failed-save', 'actionthrottledtext');
      commons.faults.add({ match: edit, times: 3, error });
      await expectDoneAtOnce(item);
      expect(commons.faults.pending).toBe(0);
      expectOnce(item);
    });

    it('reads again after an edit conflict', async () => {
      const item = uploads.newItem();
      const error = { code: 'editconflict', info: 'Edit conflict.' };
      commons.faults.add({ match: edit, times: 3, error });
      await expectDoneAtOnce(item);
      expect(commons.faults.pending).toBe(0);
      expectOnce(item);
    });

    it('adds nothing twice after failures that were none', async () => {
      const item = uploads.newItem();
      commons.faults.add({ match: edit, error: saveFailed(), applied: true });
      await expectDoneAtOnce(item);
      expectOnce(item);
    });

    it('is written later where four tries did not suffice, and the upload says so', async () => {
      const item = uploads.newItem();
      commons.faults.add({ match: edit, times: 4, error: saveFailed('some-message') });
      expect(await uploads.uploadOne(item)).toMatchObject({
        status: COMPLETED,
        result: expect.stringContaining('failed-save: The save has failed.'),
      });
      await waitUntil('the statements', () => Object.keys(uploads.statementsOf(item)).length === 10);
      expectOnce(item);
    });

    it('of a duplicate is completed later, too', async () => {
      const item = uploads.newItem(undefined, { copyright_override: true });
      await uploads.uploadOne(item);
      const before = Object.keys(uploads.statementsOf(item)).length;
      commons.faults.add({ match: edit, times: 4, error: saveFailed('some-message') });
      expect(
        await uploads.uploadOne({ ...item, title: `Again ${item.title}`, copyright_override: false }),
      ).toMatchObject({
        status: 'duplicate',
        result: expect.stringContaining('failed-save: The save has failed.'),
      });
      await waitUntil(
        'licence and status',
        () => Object.keys(uploads.statementsOf(item)).length === before + 2,
      );
    });
  });
});
