import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aBatch, aNewUpload } from '../../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../../test/support/databases.js';
import { BatchRepository } from '../../batches/batch.repository.js';
import { tellFinished } from '../../notifications/tell-finished.js';
import { UserRepository } from '../../users/user.repository.js';
import type { NewUpload, Upload } from '../upload.js';
import { UploadRepository } from '../upload.repository.js';
import { UploadTurns } from './upload-turns.js';
import { PREPARE_AHEAD_MS } from './wake-up.js';

const MINUTE = 60_000;
const NOW = new Date('2026-03-01T12:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

describe('UploadTurns', () => {
  let opened: OpenTestDatabase;
  let uploads: UploadRepository;
  let turns: UploadTurns;
  let takes = 0;

  beforeAll(async () => {
    opened = await openTestDatabase(20);
    uploads = new UploadRepository(opened.database);
    turns = new UploadTurns(opened.database);
  });

  beforeEach(async () => {
    await opened.database.change("UPDATE upload_requests SET status = 'cancelled', lease_owner = NULL");
  });

  afterAll(() => opened.drop());

  const take = (now = NOW, owner = 'taker'): Promise<Upload | null> => {
    takes += 1;
    return turns.takeNext({
      owner: `${owner}-${takes}`,
      now,
      leasedUntil: new Date(now.getTime() + MINUTE),
      prepareUntil: new Date(now.getTime() + PREPARE_AHEAD_MS),
    });
  };

  const queue = async (
    count: number,
    members: Partial<NewUpload> = {},
    userid?: string,
  ): Promise<{ userid: string; batchid: number; ids: number[] }> => {
    const items = Array.from({ length: count }, () => aNewUpload({ plannedAt: NOW, ...members }));
    const { batch, uploads: states } = await aBatch(opened.database, items, userid);
    return { userid: batch.userid, batchid: batch.id, ids: states.map(({ id }) => id) };
  };

  const requeue = async (upload: Upload, to: Parameters<UploadRepository['requeue']>[2]): Promise<void> => {
    expect(await uploads.requeue(upload.id, upload.leaseOwner ?? '', to)).not.toBeNull();
  };

  const taken = async (now = NOW): Promise<Upload> => {
    const upload = await take(now);
    if (!upload) throw new Error('Nothing was to be taken');
    return upload;
  };

  it('takes an upload as a claim does', async () => {
    const { ids } = await queue(1);
    expect(await take()).toMatchObject({
      id: ids[0],
      status: 'in_progress',
      version: 2,
      leaseOwner: `taker-${takes}`,
      leasedUntil: later(MINUTE),
      staged: false,
      accessToken: 'k1.sealed',
    });
    expect(await take()).toBeNull();
  });

  it('gives ten uploads their turns beside ten thousand', async () => {
    const { userid: many, batchid } = await queue(1);
    await opened.database.change(
      `INSERT INTO upload_requests (batchid, userid, status, \`key\`, handler, collection, filename, wikitext,
          copyright_override, created_at, updated_at, planned_at, due_at, attempts, checkpoint)
        SELECT ?, ?, 'queued', seq, 'mapillary', 's', CONCAT(seq, '.jpg'), '', 0, ?, ?, ?, ?, '{}', '{}' FROM seq_1_to_9999`,
      [batchid, many, NOW, NOW, NOW, NOW],
    );
    for (let running = 0; running < 4; running += 1) expect((await taken(later(running))).userid).toBe(many);
    const few = await queue(10, { plannedAt: later(5) });

    const order: string[] = [];
    const running: Upload[] = [];
    for (let moment = 10; moment < 40; moment += 1) {
      const upload = await taken(later(moment));
      order.push(upload.userid === few.userid ? 'few' : 'many');
      running.push(upload);
      if (running.length < 8) continue;
      const oldest = running.shift();
      await uploads.finish(oldest?.id ?? 0, oldest?.leaseOwner ?? '', { status: 'completed' });
    }
    const letters = order.map((who) => who[0]).join('');
    expect(letters).toMatch(/^ffff(m?f){6}m{14,}$/);
  });

  it('lets people with as many running uploads alternate', async () => {
    const [a, b] = [await queue(20), await queue(20)];
    const order: string[] = [];
    for (let moment = 0; moment < 8; moment += 1) {
      const upload = await taken(later(moment));
      order.push(upload.userid === a.userid ? 'a' : 'b');
      await uploads.finish(upload.id, upload.leaseOwner ?? '', { status: 'completed' });
    }
    expect(order.join('')).toMatch(/^(ab)+$|^(ba)+$/);
    expect(b.userid).not.toBe(a.userid);
  });

  it('takes over first what a dead worker has left', async () => {
    const { ids } = await queue(2);
    const left = await taken();
    expect(left.id).toBe(ids[0]);
    expect(await take(later(MINUTE))).toMatchObject({ id: ids[1] });
    await queue(1);
    const over = await take(later(MINUTE + 1));
    expect(over).toMatchObject({ id: left.id, version: left.version + 1, status: 'in_progress' });
    expect(await uploads.renewLease(left.id, left.leaseOwner ?? '', later(2 * MINUTE))).toBe('lost');
  });

  it('prepares ahead, but no further than it is told, and commits at the planned moment', async () => {
    const { ids } = await queue(1, { plannedAt: later(PREPARE_AHEAD_MS) });
    expect(await take(later(-1))).toBeNull();
    const ahead = await taken();
    expect(ahead.id).toBe(ids[0]);
    await requeue(ahead, { notBefore: null, staged: true });
    expect(await take(later(PREPARE_AHEAD_MS - 1))).toBeNull();
    expect(await take(later(PREPARE_AHEAD_MS))).toMatchObject({ id: ids[0], staged: true });
  });

  it('lets commits come before preparations, also of somebody with more running uploads', async () => {
    const due = await queue(3);
    await taken();
    const ahead = await queue(1, { plannedAt: later(MINUTE) });
    expect((await taken(later(1))).userid).toBe(due.userid);
    expect((await taken(later(2))).userid).toBe(due.userid);
    expect((await taken(later(3))).userid).toBe(ahead.userid);
  });

  it('leaves alone until its moment what is to rest, and takes what stands behind it', async () => {
    const moments = [20, 25, 30].map((minutes) => later(minutes * MINUTE));
    const items = moments.map((plannedAt) => aNewUpload({ plannedAt }));
    const { batch, uploads: states } = await aBatch(opened.database, items);
    const ids = states.map(({ id }) => id);
    const { userid } = batch;
    const resting = await taken();
    await requeue(resting, { notBefore: later(10 * MINUTE) });
    const failing = await taken(later(1));
    await requeue(failing, { notBefore: later(40 * MINUTE) });
    expect(await take(later(2))).toMatchObject({ id: ids[2], userid });
    expect(await take(later(10 * MINUTE - 1))).toMatchObject({ id: ids[2] });
    await opened.database.change("UPDATE upload_requests SET leased_until = '2027-01-01' WHERE id = ?", [
      ids[2] ?? 0,
    ]);
    expect(await take(later(10 * MINUTE - 1))).toBeNull();
    expect(await take(later(10 * MINUTE))).toMatchObject({ id: resting.id });
    await opened.database.change("UPDATE upload_requests SET leased_until = '2027-01-01' WHERE id = ?", [
      resting.id,
    ]);
    expect(await take(later(40 * MINUTE - 1))).toBeNull();
    expect(await take(later(40 * MINUTE))).toMatchObject({ id: failing.id });
  });

  it('leaves out paused batches and paused people', async () => {
    const [a, b] = [await queue(1), await queue(1)];
    await new BatchRepository(opened.database).pause(a.batchid, null, NOW);
    await new UserRepository(opened.database).pause(b.userid, 'blocked');
    expect(await take()).toBeNull();
    expect(await uploads.findWakeUp(a.ids[0] ?? 0)).toMatchObject({ isPaused: true, status: 'queued' });
    expect(await uploads.findWakeUp(b.ids[0] ?? 0)).toMatchObject({ isPaused: true });
    await new BatchRepository(opened.database).resume(a.batchid, NOW);
    expect(await take()).toMatchObject({ id: a.ids[0] });
  });

  it('gives each upload to one of many takers at once, and to each taker one', async () => {
    const people = [await queue(30), await queue(20), await queue(10)];
    const [first] = people;
    await new UserRepository(opened.database).saveSignIn({
      userid: first?.userid ?? '',
      username: 'Alice',
      encryptedToken: 'k1.again',
    });
    const all = people.flatMap(({ ids }) => ids);
    const got: number[] = [];
    const takeAll = async (owner: string): Promise<void> => {
      for (let upload = await take(NOW, owner); upload; upload = await take(NOW, owner)) got.push(upload.id);
    };
    await Promise.all(Array.from({ length: 15 }, (_, index) => takeAll(`taker-${index}`)));
    expect(got.sort((a, b) => a - b)).toEqual(all.sort((a, b) => a - b));
  });

  describe('closeBatches', () => {
    const isOpen = async (batchid: number): Promise<boolean> => {
      const [row] = await opened.database.rows<{ open: number }>('SELECT open FROM batches WHERE id = ?', [
        batchid,
      ]);
      return row?.open === 1;
    };
    /** What a batch is not closed before. */
    const tellOwners = () =>
      tellFinished(opened.database, {
        quietSince: new Date(Date.now() + MINUTE),
        limit: 1_000,
        linkTo: String,
      });
    const closeAll = (): Promise<number> => turns.closeBatches(new Date(Date.now() + MINUTE), 1_000);

    it('closes those in which nothing is queued or running, and no younger ones', async () => {
      const [done, waiting, running] = [await queue(1), await queue(1), await queue(1)];
      await opened.database.change('UPDATE upload_requests SET status = ? WHERE id = ?', [
        'completed',
        done.ids[0] ?? 0,
      ]);
      await uploads.claim(running.ids[0] ?? 0, 'w1', NOW, later(MINUTE));
      expect(await turns.closeBatches(new Date(Date.now() - MINUTE), 1_000)).toBe(0);
      expect(await closeAll()).toBe(0);
      await tellOwners();
      expect(await closeAll()).toBeGreaterThan(0);
      const states = await Promise.all([done, waiting, running].map(({ batchid }) => isOpen(batchid)));
      expect(states).toEqual([false, true, true]);
    });

    it('and a slice at the same moment lose no upload', async () => {
      const { batchid, userid, ids } = await queue(1);
      await opened.database.change('UPDATE upload_requests SET status = ? WHERE id = ?', [
        'failed',
        ids[0] ?? 0,
      ]);
      await tellOwners();
      for (let sliceid = 1; sliceid <= 15; sliceid += 1) {
        const items = [aNewUpload({ plannedAt: NOW })];
        const slice = { batchid, userid, sliceid, itemsHash: 'hash', uploads: items };
        await Promise.all([closeAll(), uploads.acceptSlice(slice), closeAll()]);
        expect(await isOpen(batchid)).toBe(true);
        const upload = await taken(later(sliceid));
        expect(upload).toMatchObject({ batchid, key: items[0]?.key });
        await uploads.finish(upload.id, upload.leaseOwner ?? '', { status: 'completed' });
        if (sliceid % 2) await closeAll();
      }
    });
  });

  it('tells when there is something to do for an upload', async () => {
    const { ids } = await queue(1, { plannedAt: later(3 * PREPARE_AHEAD_MS) });
    const [id = 0] = ids;
    const dueForWorkAt = later(2 * PREPARE_AHEAD_MS);
    expect(await uploads.findWakeUp(id)).toEqual({ status: 'queued', dueForWorkAt, isPaused: false });
    const upload = await taken(dueForWorkAt);
    await requeue(upload, { notBefore: null, staged: true });
    expect(await uploads.findWakeUp(id)).toMatchObject({ dueForWorkAt: later(3 * PREPARE_AHEAD_MS) });
    expect(await uploads.findWakeUp(999_999)).toBeNull();
  });
});
