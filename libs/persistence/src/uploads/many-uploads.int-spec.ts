import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { BatchRepository } from '../batches/batch.repository.js';
import { UserRepository } from '../users/user.repository.js';
import { PREPARE_AHEAD_MS } from './turns/wake-up.js';
import { UploadRepository } from './upload.repository.js';
import type { Upload } from './upload.js';

const MINUTE = 60_000;
const NOW = new Date('2026-03-01T12:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

describe('UploadRepository, over many uploads', () => {
  let opened: OpenTestDatabase;
  let uploads: UploadRepository;
  let batches: BatchRepository;
  let users: UserRepository;

  beforeAll(async () => {
    opened = await openTestDatabase(20);
    uploads = new UploadRepository(opened.database);
    batches = new BatchRepository(opened.database);
    users = new UserRepository(opened.database);
  });

  afterAll(() => opened.drop());

  const get = async (id: number): Promise<Upload> => {
    const upload = await uploads.find(id);
    if (!upload) throw new Error(`Upload ${id} is missing`);
    return upload;
  };

  const oneUpload = async (
    members: Parameters<typeof aNewUpload>[0] = {},
  ): Promise<{ id: number; batchid: number }> => {
    const { uploads: states } = await aBatch(opened.database, [aNewUpload(members)]);
    const [state] = states;
    if (!state) throw new Error('No upload was created');
    return state;
  };

  describe('sign-ins', () => {
    it('fail what is queued when they are worth nothing, and only that', async () => {
      const items = ['queued', 'running', 'owed'].map((key) => aNewUpload({ key }));
      const { batch, uploads: states } = await aBatch(opened.database, items);
      const [, running = 0, owed = 0] = states.map(({ id }) => id);
      await uploads.claim(running, 'w1', NOW, later(MINUTE));
      await uploads.claim(owed, 'w2', NOW, later(MINUTE));
      await uploads.finish(owed, 'w2', { status: 'completed', owed: { sdc: true } });

      const { failed, freedTimes } = await uploads.failQueuedOfToken(batch.userid, 'k1.sealed', {
        type: 'error',
        message: 'expired',
      });
      expect(failed).toMatchObject([
        { key: 'queued', status: 'failed', error: { type: 'error', message: 'expired' } },
      ]);
      expect(freedTimes).toEqual([items[0]?.plannedAt]);
      expect(await get(owed)).toMatchObject({ accessToken: null, sdcOwed: true });
      const isListed = async (): Promise<boolean> =>
        (await uploads.listOwed({ kind: 'sdc', limit: 100, now: later(365 * 24 * 60 * MINUTE) })).some(
          ({ id }) => id === owed,
        );
      expect(await isListed()).toBe(false);

      await users.saveSignIn({ userid: batch.userid, username: 'Alice', encryptedToken: 'k1.new' });
      expect((await get(owed)).accessToken).toBe('k1.new');
      expect((await get(running)).accessToken).toBe('k1.new');
      expect(await isListed()).toBe(true);
      const [first] = failed;
      expect((await get(first?.id ?? 0)).accessToken).toBeNull();
    });

    it('end the pause of a person; until then nothing of theirs is started', async () => {
      const { batch, uploads: states } = await aBatch(opened.database, [aNewUpload()]);
      const id = states[0]?.id ?? 0;
      expect(await users.pause(batch.userid, 'blocked')).toBe(true);
      expect(await users.pause(batch.userid, 'again')).toBe(false);
      expect(await users.find(batch.userid)).toMatchObject({ pausedReason: 'blocked' });
      expect(await uploads.claim(id, 'w1', NOW, later(MINUTE))).toBeNull();
      const before = new Date();
      await users.saveSignIn({ userid: batch.userid, username: 'Alice', encryptedToken: 'k1.new' });
      expect(await uploads.claim(id, 'w1', NOW, later(MINUTE))).toMatchObject({ accessToken: 'k1.new' });

      const earlier = new Date(before.getTime() - MINUTE);
      expect(await users.pause(batch.userid, 'late', { token: 'k1.old', since: earlier })).toBe(false);
      expect(await users.pause(batch.userid, 'new', { token: 'k1.new', since: earlier })).toBe(true);
    });
  });

  describe('copyForRetry', () => {
    it('copies the failed ones into a new batch and leaves the originals', async () => {
      const items = ['bad', 'worse', 'good'].map((key) => aNewUpload({ key }));
      const { batch, uploads: states } = await aBatch(opened.database, items);
      for (const { id, key } of states) {
        await uploads.claim(id, `w${id}`, NOW, later(MINUTE));
        const status = key === 'good' ? 'completed' : 'failed';
        await uploads.finish(id, `w${id}`, {
          status,
          ...(status === 'failed' && { error: { type: 'error', message: key } }),
        });
      }
      const before = await uploads.listBatchUploads(batch.id);
      const retry = await batches.create(batch.userid, { retryOf: batch.id });
      const copies = await uploads.copyForRetry({
        from: { batchid: batch.id },
        statuses: ['failed', 'cancelled'],
        intoBatchid: retry.id,
        userid: batch.userid,
        accessToken: 'k1.again',
        plannedAt: [later(MINUTE)],
      });
      expect(copies).toMatchObject([
        { key: 'bad', status: 'queued', version: 1 },
        { key: 'worse', status: 'queued', version: 1 },
      ]);
      const [first] = await uploads.listBatchUploads(retry.id);
      expect(first).toMatchObject({
        error: null,
        accessToken: 'k1.again',
        plannedAt: later(MINUTE),
        wikitext: items[0]?.wikitext,
      });
      expect(await uploads.listBatchUploads(batch.id)).toEqual(before);
      expect(retry).toMatchObject({ retryOf: batch.id });
      expect(retry.editGroupId).toMatch(/^[0-9a-f]{12}$/);
      expect(retry.editGroupId).not.toBe(batch.editGroupId);
    });

    it('copies single uploads, of one image the newest', async () => {
      const one = await oneUpload({ key: 'k', filename: 'Old.jpg', status: 'failed' });
      const two = await oneUpload({ key: 'k', filename: 'New.jpg', status: 'failed' });
      const { userid } = await aUser(opened.database);
      const { id: intoBatchid } = await batches.create(userid);
      const from = { ids: [two.id, one.id] };
      await uploads.copyForRetry({
        from,
        statuses: ['failed'],
        intoBatchid,
        userid,
        accessToken: 't',
        plannedAt: [],
      });
      expect(await uploads.listBatchUploads(intoBatchid)).toMatchObject([
        { filename: 'New.jpg', userid, key: 'k' },
      ]);
    });
  });

  describe('dispatching', () => {
    beforeEach(async () => {
      await opened.database.change("UPDATE upload_requests SET status = 'cancelled' WHERE status = 'queued'");
    });

    const due = async (limit = 100): Promise<number[]> =>
      (await uploads.listDue({ until: later(MINUTE), limit })).map(({ id }) => id);

    it('lets users take turns', async () => {
      const many = await aBatch(
        opened.database,
        Array.from({ length: 50 }, () => aNewUpload({ plannedAt: NOW })),
      );
      const few = await aBatch(
        opened.database,
        [1, 2].map(() => aNewUpload({ plannedAt: later(1_000) })),
      );
      const ids = (await uploads.listDue({ until: later(MINUTE), limit: 6 })).map(({ userid }) => userid);
      const [a, b] = [many.batch.userid, few.batch.userid];
      expect(ids).toEqual([a, b, a, b, a]);
    });

    it('leaves out what is not due, paused, or has a job', async () => {
      const soon = await oneUpload({ plannedAt: later(MINUTE) });
      await oneUpload({ plannedAt: later(MINUTE + 1) });
      const paused = await oneUpload({ plannedAt: NOW });
      expect(await batches.pause(paused.batchid, 'by hand', NOW)).toBe(true);
      expect(await due()).toEqual([soon.id]);
      await uploads.markDispatched([soon.id], later(MINUTE));
      expect(await due()).toEqual([]);
      expect(await uploads.claim(paused.id, 'w1', NOW, later(MINUTE))).toBeNull();
      expect(await batches.resume(paused.batchid, NOW)).toBe(true);
      expect(await due()).toEqual([paused.id]);
    });

    it('finds uploads whose job is gone', async () => {
      const { id } = await oneUpload({ plannedAt: NOW });
      await uploads.markDispatched([id], NOW);
      expect(await uploads.listLost(NOW, 10)).toEqual([]);
      expect(await uploads.listLost(later(1), 10)).toMatchObject([
        { id, dueAt: later(-PREPARE_AHEAD_MS), accessToken: 'k1.sealed' },
      ]);
    });

    it('offers a requeued upload again when its time has come', async () => {
      const { id } = await oneUpload({ plannedAt: NOW });
      await uploads.markDispatched([id], NOW);
      await uploads.claim(id, 'w1', NOW, later(MINUTE));
      await uploads.requeue(id, 'w1', { notBefore: later(2 * MINUTE) });
      expect(await due()).toEqual([]);
      expect(await uploads.listDue({ until: later(2 * MINUTE), limit: 1 })).toMatchObject([
        { id, dueAt: later(2 * MINUTE) },
      ]);
    });
  });
});
