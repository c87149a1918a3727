import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StructuredError, UploadStatus } from '#app/protocol';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { BatchRepository } from '../batches/batch.repository.js';
import { JobRepository } from '../jobs/job.repository.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { UploadRepository } from '../uploads/upload.repository.js';
import { ChoreLog } from './chore-log.js';
import { QueueFigureCounter } from './queue-figures.js';
import { WorkerHeartbeats, type WorkerHeartbeat } from './worker-heartbeats.js';

const MINUTE = 60_000;
const fromNow = (ms: number): Date => new Date(Date.now() + ms);

describe('what tells how the service does', () => {
  let opened: OpenTestDatabase;
  let redis: RedisConnections;

  beforeAll(async () => {
    opened = await openTestDatabase();
    redis = new RedisConnections(process.env['TEST_REDIS_URL'] ?? '');
  });

  beforeEach(() => redis.shared.flushdb());

  afterAll(async () => {
    await redis.close();
    await opened.drop();
  });

  it('counts what has not ended, once for all processes', async () => {
    const { database } = opened;
    const uploads = new UploadRepository(database);
    const due = await aBatch(database, [
      aNewUpload({ plannedAt: fromNow(-10 * MINUTE) }),
      aNewUpload({ plannedAt: fromNow(-MINUTE) }),
      aNewUpload({ plannedAt: fromNow(-MINUTE) }),
      aNewUpload({ plannedAt: fromNow(30 * MINUTE) }),
      aNewUpload({ status: 'failed', error: { type: 'error', message: 'No.' } }),
    ]);
    const paused = await aBatch(database, [aNewUpload({ plannedAt: fromNow(-60 * MINUTE) })]);
    await new BatchRepository(database).pause(paused.batch.id, 'later', new Date());
    const [, second, third] = due.uploads;
    await uploads.claim(second?.id ?? 0, 'alive', new Date(), fromNow(MINUTE));
    await uploads.claim(third?.id ?? 0, 'dead', new Date(), fromNow(-1));
    const { userid } = await aUser(database);
    await new JobRepository(database).createOrJoin({ kind: 'export', userid, subject: 'x', params: {} });

    const counter = new QueueFigureCounter(database, redis.shared, MINUTE);
    const figures = await counter.find();
    expect(figures).toMatchObject({
      uploads: { planned: 1, due: 1, paused: 1, inProgress: 2, lapsed: 1 },
      people: 1,
    });
    expect(Math.round((Date.now() - (figures.oldestDueAt ?? 0)) / MINUTE)).toBe(10);
    expect(Math.round(((figures.lastPlannedAt ?? 0) - Date.now()) / MINUTE)).toBe(30);
    expect(figures.jobs.find(({ kind }) => kind === 'export')).toMatchObject({
      due: 1,
      waiting: 0,
      running: 0,
    });
    expect(figures.jobs.find(({ kind }) => kind === 'import')).toMatchObject({ due: 0, oldestDueAt: null });

    await aBatch(database, [aNewUpload()]);
    const other = new QueueFigureCounter(database, redis.shared, MINUTE);
    expect(await other.find()).toEqual(figures);
    await redis.shared.flushdb();
    const later = await new QueueFigureCounter(database, redis.shared, MINUTE).find();
    expect(later.uploads.due).toBe(2);
    expect(await counter.find()).toEqual(figures);
  });

  it('leaves the database in peace where counting takes long', async () => {
    const { database } = opened;
    const counter = (): QueueFigureCounter => new QueueFigureCounter(database, redis.shared, 1);
    const first = counter();
    const counted = await database.transaction(async (sql) => {
      await sql.rows('LOCK TABLES jobs WRITE');
      const found = first.find();
      await sleep(600);
      await sql.rows('UNLOCK TABLES');
      return found;
    });
    expect(counted.tookMs).toBeGreaterThan(500);
    await aBatch(database, [aNewUpload()]);
    expect(await first.find()).toEqual(counted);
    expect(await counter().find()).toEqual(counted);
  });

  it('counts without Redis as well', async () => {
    const away = new RedisConnections('redis+unix:///nowhere.sock');
    away.shared.disconnect();
    const figures = await new QueueFigureCounter(opened.database, away.shared, MINUTE).find();
    expect(figures.uploads.inProgress).toBeGreaterThan(0);
    await away.close();
  });

  it('tells how the connections to the stores are used', async () => {
    const { database } = opened;
    await database.ping();
    const { used, idle, waiting } = database.poolUse;
    expect([used, waiting]).toEqual([0, 0]);
    expect(idle).toBeGreaterThan(0);
    const asked = Promise.all(Array.from({ length: 13 }, () => database.rows('SELECT SLEEP(0.2)')));
    expect(await waitUntil('statements', () => database.poolUse.used === 10 && database.poolUse)).toEqual({
      used: 10,
      idle: 0,
      waiting: 3,
    });
    await asked;
    expect(redis.states).toEqual(['ready']);
  });

  it('tells an observer of each upload that ends, once', async () => {
    const told: (readonly [UploadStatus, string | undefined])[] = [];
    const ended = (status: UploadStatus, error: StructuredError | null): void =>
      void told.push([status, error?.message]);
    const uploads = new UploadRepository(opened.database, { ended });
    const { userid } = await aUser(opened.database);
    const batch = await new BatchRepository(opened.database).create(userid);
    const slice = {
      batchid: batch.id,
      userid,
      sliceid: 0,
      itemsHash: 'hash',
      uploads: [
        ...Array.from({ length: 5 }, () => aNewUpload()),
        aNewUpload({ status: 'failed', error: { type: 'error', message: 'No.' } }),
      ],
    };
    const { uploads: states } = await uploads.acceptSlice(slice);
    await uploads.acceptSlice(slice);
    expect(told.splice(0)).toEqual([['failed', 'No.']]);

    const claim = async (index: number): Promise<number> => {
      const id = states[index]?.id ?? 0;
      expect(await uploads.claim(id, `owner ${id}`, new Date(), fromNow(MINUTE))).not.toBeNull();
      return id;
    };
    const done = await claim(0);
    await uploads.finish(done, `owner ${done}`, { status: 'completed' });
    await uploads.finish(done, `owner ${done}`, { status: 'completed' });
    const wrong = await claim(1);
    await uploads.finish(wrong, `owner ${wrong}`, {
      status: 'failed',
      error: { type: 'error', message: 'ratelimited: Wait.' },
    });
    const again = await claim(2);
    await uploads.requeue(again, `owner ${again}`, { notBefore: null });
    expect(told.splice(0)).toEqual([
      ['completed', undefined],
      ['failed', 'ratelimited: Wait.'],
    ]);
    const stopped = await claim(3);
    await uploads.cancelBatch(batch.id, new Date());
    await uploads.cancelBatch(batch.id, new Date());
    expect(told.splice(0)).toEqual([
      ['cancelled', undefined],
      ['cancelled', undefined],
    ]);
    await uploads.requeue(stopped, `owner ${stopped}`, { notBefore: null });
    expect(told).toEqual([['cancelled', undefined]]);
  });

  describe('heartbeats of workers', () => {
    const aWorker = (members: Partial<WorkerHeartbeat> = {}): WorkerHeartbeat => ({
      id: 'worker-1',
      version: '1.0.0',
      startedAt: 1,
      beatAt: Date.now(),
      everyMs: 1_000,
      state: 'live',
      uploads: 2,
      uploadPlaces: 4,
      jobs: 0,
      ...members,
    });

    it('shows who lives, who went away without a word, and nobody who left or is long gone', async () => {
      const heartbeats = new WorkerHeartbeats(redis.shared);
      const now = Date.now();
      await heartbeats.beat(aWorker({ beatAt: now - 2_000 }));
      await heartbeats.beat(aWorker({ id: 'worker-2', beatAt: now - 3_001, startedAt: 2 }));
      await heartbeats.beat(aWorker({ id: 'worker-3', startedAt: 3 }));
      await heartbeats.beat(aWorker({ id: 'worker-4', beatAt: now - 3_600_001 }));
      await heartbeats.beat(aWorker({ id: 'worker-5', state: 'stalled', reason: 'why', startedAt: 5 }));
      await heartbeats.leave('worker-3');
      expect((await heartbeats.list(now)).map(({ id, state }) => [id, state])).toEqual([
        ['worker-1', 'live'],
        ['worker-2', 'stale'],
        ['worker-5', 'stalled'],
      ]);
      expect(await redis.shared.hexists('curator:workers', 'worker-4')).toBe(0);
    });
  });

  describe('the log of chores', () => {
    it('tells what was done when, and what has not been done for too long', async () => {
      const chores = new ChoreLog(redis.shared);
      const times = { everyMs: 1_000, limitMs: 10_000 };
      await chores.announce('never', times);
      await chores.note('good', 'done', times);
      await chores.note('bad', 'done', times);
      await chores.note('bad', 'failed', times);
      const now = Date.now();
      const soon = await chores.list(now + 12_000);
      expect(soon).toMatchObject([
        { name: 'bad', failedAt: expect.any(Number), succeededAt: expect.any(Number), isStale: false },
        { name: 'good', everyMs: 1_000, limitMs: 10_000, failedAt: null, isStale: false },
        { name: 'never', succeededAt: null, isStale: false },
      ]);
      await chores.note('bad', 'done', times);
      await chores.announce('good', times);
      expect((await chores.list(now)).find(({ name }) => name === 'bad')?.failedAt).toBeNull();
      const late = await chores.list(now + 14_000);
      expect(late.map(({ isStale }) => isStale)).toEqual([true, true, true]);
      expect(late.find(({ name }) => name === 'good')?.succeededAt).not.toBeNull();
    });

    it('forgets a chore that there is no more, while others go on', async () => {
      const chores = new ChoreLog(redis.shared);
      const times = { everyMs: 1_000, limitMs: 10_000 };
      await chores.note('done away with', 'done', times);
      await redis.shared.hset('curator:chores', 'heardAt done away with', Date.now() - 8 * 86_400_000);
      await chores.note('goes on', 'done', times);
      expect((await chores.list()).map(({ name }) => name)).toEqual(['goes on']);
      const kept = Object.keys(await redis.shared.hgetall('curator:chores'));
      expect(kept.filter((name) => name.endsWith('done away with'))).toEqual([]);
    });
  });
});
