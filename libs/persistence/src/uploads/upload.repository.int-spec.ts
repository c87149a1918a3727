import { DomainError } from '#app/protocol';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { BatchRepository } from '../batches/batch.repository.js';
import { UploadRepository } from './upload.repository.js';
import type { Upload } from './upload.js';

const MINUTE = 60_000;
const NOW = new Date('2026-03-01T12:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

const codeOf = (code: string): unknown => expect.objectContaining({ code, constructor: DomainError });

describe('UploadRepository', () => {
  let opened: OpenTestDatabase;
  let uploads: UploadRepository;
  let batches: BatchRepository;

  beforeAll(async () => {
    opened = await openTestDatabase(20);
    uploads = new UploadRepository(opened.database);
    batches = new BatchRepository(opened.database);
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

  const claimed = async (owner = 'w1'): Promise<number> => {
    const { id } = await oneUpload();
    expect(await uploads.claim(id, owner, NOW, later(MINUTE))).not.toBeNull();
    return id;
  };

  describe('acceptSlice', () => {
    it('creates all uploads in the order of the items', async () => {
      const items = ['c', 'a', 'b'].map((key) => aNewUpload({ key }));
      const { batch, uploads: states } = await aBatch(opened.database, items);
      expect(states.map(({ key, status, version }) => [key, status, version])).toEqual([
        ['c', 'queued', 1],
        ['a', 'queued', 1],
        ['b', 'queued', 1],
      ]);
      expect([batch.id, ...states.map(({ id }) => id)].every(Number.isInteger)).toBe(true);
      const listed = await uploads.listBatchUploads(batch.id);
      expect(listed.map(({ key }) => key)).toEqual(['c', 'a', 'b']);
      expect(listed[0]).toMatchObject({
        ...items[0],
        userid: batch.userid,
        attempts: {},
        checkpoint: {},
        leaseOwner: null,
      });
    });

    it('keeps an item that cannot be taken as failed, without a token', async () => {
      const { id } = await oneUpload({ status: 'failed', error: { type: 'error', message: 'No title' } });
      expect(await get(id)).toMatchObject({
        status: 'failed',
        error: { message: 'No title' },
        accessToken: null,
      });
    });

    it('creates one set when the same slice arrives many times at once', async () => {
      const { userid } = await aUser(opened.database);
      const { id: batchid } = await batches.create(userid);
      const slice = {
        batchid,
        userid,
        sliceid: 3,
        itemsHash: 'h',
        uploads: ['a', 'b'].map((key) => aNewUpload({ key })),
      };
      const answers = await Promise.all(Array.from({ length: 20 }, () => uploads.acceptSlice(slice)));
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(answers.map(({ uploads: states }) => JSON.stringify(states))).size).toBe(1);
      expect(await uploads.listStates(batchid)).toHaveLength(2);
      expect(
        await uploads.findSlice({ batchid, sliceid: 3, itemsHash: 'h', keys: ['b', 'a'] }),
      ).toMatchObject([{ key: 'b' }, { key: 'a' }]);
      expect(await uploads.findSlice({ batchid, sliceid: 4, itemsHash: 'h', keys: [] })).toBeNull();
    });

    it('refuses the same number with other items, a key twice, and a batch that is not there', async () => {
      const { batch } = await aBatch(opened.database, [aNewUpload({ key: 'a' })]);
      const slice = { batchid: batch.id, userid: batch.userid, sliceid: 0, itemsHash: 'other', uploads: [] };
      await expect(uploads.acceptSlice(slice)).rejects.toEqual(codeOf('SLICE_CONFLICT'));
      const again = { ...slice, sliceid: 1, uploads: [aNewUpload({ key: 'b' }), aNewUpload({ key: 'a' })] };
      await expect(uploads.acceptSlice(again)).rejects.toEqual(codeOf('KEY_CONFLICT'));
      expect(await uploads.listStates(batch.id)).toHaveLength(1);
      await expect(uploads.acceptSlice({ ...slice, batchid: 999_999 })).rejects.toEqual(
        codeOf('BATCH_NOT_FOUND'),
      );
      const corrected = { ...again, uploads: [aNewUpload({ key: 'b' })] };
      await expect(uploads.acceptSlice(corrected)).resolves.toMatchObject({ created: true });
    });
  });

  describe('leases', () => {
    it('have one winner among a hundred claims', async () => {
      const { id } = await oneUpload();
      const owners = Array.from({ length: 100 }, (_, index) => `w${index}`);
      const claims = await Promise.all(owners.map((owner) => uploads.claim(id, owner, NOW, later(MINUTE))));
      const winners = claims.filter((claim) => claim !== null);
      expect(winners).toHaveLength(1);
      expect(winners[0]).toMatchObject({ status: 'in_progress', version: 2, leasedUntil: later(MINUTE) });
    });

    it('are not given before notBefore, nor while they run', async () => {
      const id = await claimed();
      expect(await uploads.claim(id, 'w2', later(MINUTE), later(2 * MINUTE))).toBeNull();
      await uploads.requeue(id, 'w1', { notBefore: later(5 * MINUTE), attempts: { lock: 1 } });
      expect(await uploads.claim(id, 'w2', later(4 * MINUTE), later(9 * MINUTE))).toBeNull();
      const again = await uploads.claim(id, 'w2', later(5 * MINUTE), later(9 * MINUTE));
      expect(again).toMatchObject({ attempts: { lock: 1 }, version: 4 });
    });

    it('end in the queue with the later of both moments, and with whether only the commit is left', async () => {
      const id = await claimed();
      await opened.database.change('UPDATE upload_requests SET planned_at = ? WHERE id = ?', [
        later(7 * MINUTE),
        id,
      ]);
      const dueAt = async (): Promise<unknown> =>
        (await opened.database.rows('SELECT due_at FROM upload_requests WHERE id = ?', [id]))[0];
      await uploads.requeue(id, 'w1', { notBefore: null, staged: true, reason: 'Waits' });
      expect(await get(id)).toMatchObject({ notBefore: null, result: 'Waits', staged: true });
      expect(await dueAt()).toEqual({ due_at: later(7 * MINUTE) });
      expect(await uploads.claim(id, 'w2', NOW, later(MINUTE))).toMatchObject({ staged: true });
      await uploads.requeue(id, 'w2', { notBefore: later(9 * MINUTE) });
      expect(await get(id)).toMatchObject({ result: null, staged: true });
      expect(await dueAt()).toEqual({ due_at: later(9 * MINUTE) });
      await uploads.claim(id, 'w3', later(9 * MINUTE), later(10 * MINUTE));
      await uploads.requeue(id, 'w3', { notBefore: later(2 * MINUTE), staged: false });
      expect(await get(id)).toMatchObject({ staged: false });
      expect(await dueAt()).toEqual({ due_at: later(7 * MINUTE) });
    });

    it('refuse every write once another worker has the upload', async () => {
      const id = await claimed();
      expect(await uploads.listExpiredLeases(later(2 * MINUTE), 10)).toContainEqual({
        id,
        userid: (await get(id)).userid,
        leasedUntil: later(MINUTE),
        accessToken: 'k1.sealed',
      });
      expect(await uploads.claim(id, 'w2', later(2 * MINUTE), later(9 * MINUTE))).not.toBeNull();
      expect(await uploads.renewLease(id, 'w1', later(9 * MINUTE))).toBe('lost');
      expect(await uploads.checkpoint(id, 'w1', { sha1: 'x' })).toBe(false);
      expect(await uploads.markCommitted(id, 'w1', NOW)).toBe(false);
      expect(await uploads.finish(id, 'w1', { status: 'completed' })).toBeNull();
      expect(await uploads.requeue(id, 'w1', { notBefore: NOW })).toBeNull();
      expect(await get(id)).toMatchObject({
        status: 'in_progress',
        leaseOwner: 'w2',
        checkpoint: {},
        committedAt: null,
      });
    });

    it('are renewed by their owner', async () => {
      const id = await claimed();
      expect(await uploads.renewLease(id, 'w1', later(3 * MINUTE))).toBe('held');
      expect((await get(id)).leasedUntil).toEqual(later(3 * MINUTE));
    });

    it('keep what the steps have done', async () => {
      const id = await claimed();
      await uploads.checkpoint(id, 'w1', {
        sha1: 'abc',
        fileKey: 'k',
        duplicateOf: [{ title: 'T', url: 'u' }],
      });
      await uploads.checkpoint(id, 'w1', { fileKey: null, size: 5 });
      expect((await get(id)).checkpoint).toEqual({
        sha1: 'abc',
        size: 5,
        duplicateOf: [{ title: 'T', url: 'u' }],
      });
    });
  });

  describe('finish', () => {
    it('ends the lease and wipes the token', async () => {
      const id = await claimed();
      await uploads.markCommitted(id, 'w1', NOW, { publishedTitle: 'File:A.jpg' });
      const state = await uploads.finish(id, 'w1', { status: 'completed', success: 'https://c/A.jpg' });
      expect(state).toMatchObject({ status: 'completed', success: 'https://c/A.jpg', version: 3 });
      expect(await get(id)).toMatchObject({ leaseOwner: null, accessToken: null, committedAt: NOW });
      expect(await uploads.claim(id, 'w2', later(9 * MINUTE), later(10 * MINUTE))).toBeNull();
    });

    it('keeps the token while structured data is owed, until it is settled', async () => {
      const id = await claimed();
      await uploads.finish(id, 'w1', {
        status: 'completed',
        result: 'later',
        owed: { sdc: true, refresh: true },
      });
      const dueAtOf = async (wanted: number): Promise<Date> =>
        (await uploads.listOwed({ kind: 'sdc', limit: 100 })).find((upload) => upload.id === wanted)?.dueAt ??
        new Date(0);
      const owed = async (kind: 'sdc' | 'refresh', now = new Date()): Promise<boolean> =>
        (await uploads.listOwed({ kind, limit: 100, now })).some((upload) => upload.id === id);
      expect(await owed('sdc')).toBe(true);
      expect((await get(id)).accessToken).toBe('k1.sealed');

      const dueAt = await dueAtOf(id);
      const again = new Date(Date.now() + MINUTE);
      await uploads.settleOwed(id, { again, dueAt });
      expect(await owed('sdc')).toBe(false);
      expect(await uploads.settleOwed(id, { again: null, dueAt })).toBeNull();
      expect(await owed('sdc', again)).toBe(true);

      const settled = await uploads.settleOwed(id, {
        done: 'sdc',
        result: null,
        checkpoint: { sdcApplied: true },
      });
      expect(settled).toMatchObject({ status: 'completed', version: 4 });
      expect(await get(id)).toMatchObject({
        accessToken: null,
        result: null,
        checkpoint: { sdcApplied: true },
        refreshOwed: true,
      });
      expect(await owed('sdc', again)).toBe(false);
      expect(await owed('refresh')).toBe(true);
      await uploads.settleOwed(id, { done: 'refresh' });
      expect(await owed('refresh', again)).toBe(false);
      expect(await uploads.settleOwed(id, { done: 'refresh' })).toBeNull();
    });

    it('lets people take turns with owed structured data, and one process take each', async () => {
      const owing = async (count: number, dueAt: string): Promise<number[]> => {
        const items = Array.from({ length: count }, () => aNewUpload());
        const { uploads: states } = await aBatch(opened.database, items);
        const ids = states.map(({ id }) => id);
        const sql =
          "UPDATE upload_requests SET status = 'completed', sdc_owed = 1, owed_due_at = ? WHERE id IN (?)";
        await opened.database.change(sql, [new Date(dueAt), ids]);
        return ids;
      };
      const many = await owing(5, '2020-01-01T00:00:00Z');
      const few = await owing(1, '2020-02-01T00:00:00Z');
      const now = new Date('2020-03-01T00:00:00Z');
      const [first, second, ...rest] = await uploads.listOwed({ kind: 'sdc', limit: 3, now });
      if (!first || !second) throw new Error('Nothing is owed');
      expect([first.id, second.id, ...rest.map(({ id }) => id)]).toEqual([many[0], few[0], many[1]]);

      const until = new Date('2020-03-01T00:10:00Z');
      const claims = await Promise.all([first, first].map((owed) => uploads.claimOwed(owed, until)));
      expect(claims.filter((claim) => claim !== null)).toEqual([{ ...first, dueAt: until }]);
      const others = await uploads.listOwed({ kind: 'sdc', limit: 10, now });
      expect(others.map(({ id }) => id)).toEqual([many[1], second.id, ...many.slice(2)]);
    });
  });

  describe('cancelBatch', () => {
    it('leaves to a worker what may be published already', async () => {
      const { id, batchid } = await oneUpload();
      await uploads.claim(id, 'w1', NOW, later(MINUTE));
      await uploads.checkpoint(id, 'w1', { commitAttemptedAt: NOW.toISOString() });
      expect(await uploads.cancelBatch(batchid, NOW)).toMatchObject({ cancelled: [], requested: 1 });
      expect(await uploads.requeue(id, 'w1', { notBefore: NOW })).toMatchObject({ status: 'queued' });
      expect(await uploads.cancelBatch(batchid, NOW)).toMatchObject({ cancelled: [], requested: 1 });

      await uploads.claim(id, 'w2', later(1), later(MINUTE));
      await uploads.checkpoint(id, 'w2', { commitAttemptedAt: null });
      expect(await uploads.requeue(id, 'w2', { notBefore: NOW })).toMatchObject({ status: 'cancelled' });
    });

    it('cancels what is queued and asks what runs to stop', async () => {
      const items = ['queued', 'running', 'committed', 'done'].map((key) => aNewUpload({ key }));
      const { batch, uploads: states } = await aBatch(opened.database, items);
      const [, running = 0, committed = 0, done = 0] = states.map(({ id }) => id);
      for (const id of [running, committed, done]) await uploads.claim(id, `w${id}`, NOW, later(MINUTE));
      await uploads.markCommitted(committed, `w${committed}`, NOW);
      await uploads.finish(done, `w${done}`, { status: 'completed' });

      const { cancelled, requested, freedTimes } = await uploads.cancelBatch(batch.id, NOW);
      expect(cancelled).toMatchObject([{ key: 'queued', status: 'cancelled', version: 2 }]);
      expect(requested).toBe(1);
      expect(freedTimes).toEqual([items[0]?.plannedAt]);
      expect(await uploads.renewLease(running, `w${running}`, later(MINUTE))).toBe('cancel_requested');
      expect(await uploads.renewLease(committed, `w${committed}`, later(MINUTE))).toBe('held');

      expect(await uploads.requeue(running, `w${running}`, { notBefore: NOW })).toMatchObject({
        status: 'cancelled',
      });
      expect((await get(running)).accessToken).toBeNull();
      expect(await uploads.requeue(committed, `w${committed}`, { notBefore: NOW })).toMatchObject({
        status: 'queued',
      });
      expect(await uploads.cancelBatch(batch.id, NOW)).toEqual({
        cancelled: [],
        requested: 0,
        freedTimes: [],
      });
    });

    it('and a claim at the same moment leave each upload in one hand', async () => {
      const { batch, uploads: states } = await aBatch(
        opened.database,
        Array.from({ length: 40 }, () => aNewUpload()),
      );
      const [{ cancelled, requested }, ...claims] = await Promise.all([
        uploads.cancelBatch(batch.id, NOW),
        ...states.map(({ id }) => uploads.claim(id, `w${id}`, NOW, later(MINUTE))),
      ]);
      const taken = claims.filter((claim) => claim !== null).map(({ id }) => id);
      expect(cancelled.map(({ id }) => id).filter((id) => taken.includes(id))).toEqual([]);
      expect(cancelled.length + taken.length).toBe(40);
      expect(requested).toBeLessThanOrEqual(taken.length);
    });
  });
});
