import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import {
  emptyRedis,
  openTestDatabase,
  openTestRedis,
  type OpenTestDatabase,
} from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { BatchRepository } from '../batches/batch.repository.js';
import { RatePlan } from '../rate-plan/rate-plan.js';
import { LiveUpdates, type BatchChange } from '../redis/live-updates.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import { RedisLocks } from '../redis/redis-locks.js';
import { loadCountedTimes, Replanner } from './replanner.js';
import { UploadRepository } from './upload.repository.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const ONE_A_MINUTE = [{ hits: 1, seconds: 60 }];
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000);

describe('Replanner', () => {
  let opened: OpenTestDatabase;
  let redis: RedisConnections;
  let live: LiveUpdates;
  let plan: RatePlan;
  let replanner: Replanner;
  let uploads: UploadRepository;
  let batches: BatchRepository;
  let userid: string;
  const told: BatchChange[] = [];

  beforeAll(async () => {
    opened = await openTestDatabase();
    redis = openTestRedis();
    live = new LiveUpdates(redis.shared, () => redis.openSubscriber());
    await live.subscribe({ onBatches: (change) => told.push(change) });
    const { database } = opened;
    uploads = new UploadRepository(database);
    batches = new BatchRepository(database);
    plan = new RatePlan(redis.shared, (user, since) => loadCountedTimes(database, user, since));
    replanner = new Replanner(database, plan, redis.shared, new RedisLocks(redis.shared), live);
  });

  beforeEach(async () => {
    ({ userid } = await aUser(opened.database));
    told.length = 0;
  });

  afterAll(async () => {
    await redis.close();
    await opened.drop();
  });

  const reserve = (count: number, windows = ONE_A_MINUTE): Promise<Date[]> =>
    plan.reserve({ userid, count, windows, now: NOW });

  const planned = async (
    count: number,
    windows = ONE_A_MINUTE,
  ): Promise<{ batchid: number; ids: number[] }> => {
    const moments = await reserve(count, windows);
    const items = moments.map((plannedAt) => aNewUpload({ plannedAt }));
    const { batch, uploads: states } = await aBatch(opened.database, items, userid);
    return { batchid: batch.id, ids: states.map(({ id }) => id) };
  };

  const timesOf = async (batchid: number): Promise<Date[]> =>
    (await uploads.listBatchUploads(batchid)).map(({ plannedAt }) => plannedAt);

  it('lets those behind move up in their order when places came free, and tells their batches', async () => {
    const first = await planned(2);
    const second = await planned(3);
    const { freedTimes } = await uploads.cancelBatch(first.batchid, NOW);
    await plan.giveBack(userid, freedTimes);
    expect(await replanner.replan(userid, NOW)).toEqual({ moved: 3, batchids: [second.batchid] });
    expect(await timesOf(second.batchid)).toEqual([minutes(0), minutes(1), minutes(2)]);
    expect(await reserve(1)).toEqual([minutes(3)]);
    await waitUntil('the news', () => told.some(({ batchid }) => batchid === second.batchid));
    expect(told).toEqual([{ batchid: second.batchid, userid }]);
    expect(await replanner.replan(userid, NOW)).toEqual({ moved: 0, batchids: [] });
  });

  it('plans nothing for what is paused and gives it places behind the others afterwards', async () => {
    const first = await planned(2);
    const second = await planned(2);
    await batches.pause(first.batchid, null, NOW);
    await replanner.replan(userid, NOW);
    expect(await timesOf(second.batchid)).toEqual([minutes(0), minutes(1)]);
    await batches.resume(first.batchid, NOW);
    await opened.database.change('UPDATE users SET paused_at = ? WHERE userid = ?', [NOW, userid]);
    expect(await replanner.replan(userid, NOW)).toEqual({ moved: 0, batchids: [] });
    expect(await reserve(1)).toEqual([minutes(0)]);
    await plan.giveBack(userid, [minutes(0)]);
    await opened.database.change('UPDATE users SET paused_at = NULL WHERE userid = ?', [userid]);
    await replanner.replan(userid, minutes(10));
    const all = [...(await timesOf(first.batchid)), ...(await timesOf(second.batchid))];
    expect(all.sort((a, b) => +a - +b)).toEqual([10, 11, 12, 13].map(minutes));
  });

  it('is due when it was to be tried again, where that is later', async () => {
    const { batchid, ids } = await planned(2);
    const [, waiting = 0] = ids;
    await opened.database.change('UPDATE upload_requests SET not_before = ? WHERE id = ?', [
      minutes(30),
      waiting,
    ]);
    await replanner.replan(userid, minutes(5));
    const rows = await opened.database.rows<{ planned_at: Date; due_at: Date }>(
      'SELECT planned_at, due_at FROM upload_requests WHERE batchid = ? ORDER BY id',
      [batchid],
    );
    expect(rows).toEqual([
      { planned_at: minutes(5), due_at: minutes(5) },
      { planned_at: minutes(6), due_at: minutes(30) },
    ]);
  });

  it('runs once more when it was asked for meanwhile, and gives back what a claimed upload did not take', async () => {
    const first = await planned(1);
    const second = await planned(3);
    const [claimed = 0] = second.ids;
    const { freedTimes } = await uploads.cancelBatch(first.batchid, NOW);
    await plan.giveBack(userid, freedTimes);
    let running: ReturnType<Replanner['replan']> | undefined;
    await opened.database.transaction(async (sql) => {
      await sql.change("UPDATE upload_requests SET status = 'in_progress' WHERE id = ?", [claimed]);
      running = replanner.replan(userid, NOW);
      await waitUntil('the first run', isWaitingForRow);
      expect(await replanner.replan(userid, NOW)).toEqual({ moved: 0, batchids: [] });
    });
    // First minute 1 and 2 behind the 0 that the claimed one did not take, then around the 1 that it has kept.
    expect(await running).toEqual({ moved: 3, batchids: [second.batchid] });
    expect(await timesOf(second.batchid)).toEqual([1, 0, 2].map(minutes));
    expect(await reserve(1)).toEqual([minutes(3)]);
  });

  const isWaitingForRow = async (): Promise<boolean> => {
    const statement = "SELECT id FROM information_schema.processlist WHERE info LIKE 'UPDATE JSON_TABLE%'";
    return (await opened.database.rows(statement)).length > 0;
  };

  it('loses nothing by a run that was cut short, or by a slice that never got its rows', async () => {
    const { batchid, ids } = await planned(5);
    const [running = 0, committing = 0] = ids;
    for (const id of [running, committing]) await uploads.claim(id, 'w', NOW, minutes(10));
    await uploads.checkpoint(committing, 'w', { commitAttemptedAt: NOW.toISOString() });
    await plan.takeCommit({ userid, plannedAt: minutes(1), now: minutes(1) });
    const queued = [2, 3, 4].map(minutes);
    for (let cut = 0; cut < 3; cut += 1) {
      const rows = { running: [{ uploadId: running, plannedAt: minutes(0), isUsed: false }], queued };
      await plan.replan({ userid, ...rows, count: 3, now: minutes(1 + cut / 2) });
    }
    await plan.reserve({ userid, count: 50, windows: ONE_A_MINUTE, now: minutes(2.5) });
    await plan.settleCommit({ userid, takenAt: minutes(1), at: minutes(3), accepted: false });
    await replanner.replan(userid, minutes(3.5));
    expect((await timesOf(batchid)).slice(2)).toEqual([4.5, 5.5, 6.5].map(minutes));
    expect(await redis.shared.zcard(`curator:rate-plan:{${userid}}:reserved`)).toBe(4);
  });

  it('leaves the places of a slice whose rows are about to be written', async () => {
    const { batchid } = await planned(2);
    await reserve(2);
    await replanner.replan(userid, NOW);
    expect(await timesOf(batchid)).toEqual([0, 1].map(minutes));
    expect(await reserve(1)).toEqual([minutes(4)]);
  });

  it('plans who has no limits any more for now', async () => {
    const { batchid } = await planned(3);
    expect(await plan.setWindows(userid, [], NOW)).toBe(true);
    expect((await replanner.replan(userid, minutes(1))).moved).toBe(1);
    expect(await timesOf(batchid)).toEqual([minutes(0), minutes(1), minutes(1)]);
  });

  it('changes nothing while the windows are lost; what counts is then known from the rows', async () => {
    const { batchid, ids } = await planned(4);
    const [done = 0, running = 0] = ids;
    for (const id of [done, running]) await uploads.claim(id, `w${id}`, minutes(9), minutes(10));
    await uploads.markCommitted(done, `w${done}`, minutes(9));
    const paused = await planned(1);
    await batches.pause(paused.batchid, null, NOW);
    await emptyRedis(redis);
    expect(await replanner.replan(userid, minutes(10))).toEqual({ moved: 0, batchids: [] });
    expect(await timesOf(batchid)).toEqual([0, 1, 2, 3].map(minutes));

    const counted = await loadCountedTimes(opened.database, userid, minutes(9));
    const reserved = [...counted.reserved].sort((a, b) => +a - +b);
    expect({ ...counted, reserved }).toEqual({
      reserved: [1, 2, 3].map(minutes),
      hits: [minutes(9)],
      edits: [],
    });
    expect((await loadCountedTimes(opened.database, userid, minutes(9.5))).hits).toEqual([]);
    await plan.setWindows(userid, ONE_A_MINUTE, minutes(9.5));
    await replanner.replan(userid, minutes(9.5));
    expect((await timesOf(batchid)).slice(2)).toEqual([10.5, 11.5].map(minutes));
  });

  it('moves ten thousand', async () => {
    const windows = [{ hits: 380, seconds: 4_320 }];
    for (let slice = 0; slice < 10; slice += 1) await planned(1_000, windows);
    const { moved, batchids } = await replanner.replan(userid, minutes(1));
    expect([moved, batchids.length]).toEqual([10_000, 10]);
    const rows = await opened.database.rows<{ planned_at: Date }>(
      'SELECT planned_at FROM upload_requests WHERE userid = ? ORDER BY id',
      [userid],
    );
    expect(rows.map(({ planned_at }) => planned_at)).toEqual(
      Array.from({ length: 10_000 }, (_, index) => minutes(1 + 72 * Math.floor(index / 380))),
    );
  });
});
