import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AdvisoryLock,
  BatchRepository,
  Database,
  ImportRepository,
  JobQueue,
  JobRepository,
  LiveUpdates,
  NotificationRepository,
  QuotaRepository,
  ScheduleRepository,
} from '#app/persistence';
import { aSchedule } from '../../../../test/support/a-schedule.js';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { loadWorkerConfig } from '../worker.config.js';
import { RunDispatcher } from './dispatch-runs.js';
import { ScheduleTurns } from './schedule-turns.js';
import { StartRun } from './start-run.js';

const START = new Date('2026-05-01T12:00:30Z');
const at = (time: string): Date => new Date(`2026-05-01T${time}Z`);

describe('schedules', () => {
  let stores: OpenStores;
  let database: Database;
  let schedules: ScheduleRepository;
  let jobs: JobRepository;
  let turns: ScheduleTurns;
  let dispatcher: RunDispatcher;
  let userid: string;

  beforeAll(async () => {
    stores = await openStores();
    const { nest, environment } = stores;
    const { config } = loadWorkerConfig({
      ...environment,
      ADMIN_USERNAMES: 'Ada',
      PUBLIC_URL: 'https://curator.example.org',
    });
    database = nest.get(Database);
    schedules = nest.get(ScheduleRepository);
    jobs = nest.get(JobRepository);
    const live = nest.get(LiveUpdates);
    turns = new ScheduleTurns(
      schedules,
      nest.get(NotificationRepository),
      database,
      nest.get(AdvisoryLock),
      live,
      config,
    );
    const starter = new StartRun(jobs, nest.get(ImportRepository), nest.get(JobQueue));
    dispatcher = new RunDispatcher(schedules, starter, live, config);
  });

  afterAll(() => stores.close());

  beforeEach(async () => {
    for (const table of ['schedules', 'jobs', 'notifications', 'quotas'])
      await database.change(`DELETE FROM ${table}`);
    ({ userid } = await aUser(database));
  });

  const listRuns = async (scheduleId: number) =>
    (await schedules.listRuns({ scheduleId, sortby: 'slot_at', page: 0, size: 100, asc: true })).items;
  const listTold = async (of = userid) => {
    const query = { userid: of, unread: true, page: 0, size: 100, asc: true };
    return (await stores.nest.get(NotificationRepository).list(query)).items;
  };

  it('come from their slot to a background job and to their end', async () => {
    const { id } = await schedules.create(userid, aSchedule(), START);
    expect(await turns.scan(at('13:00:00'))).toBe(1);
    expect(await dispatcher.dispatch(at('13:00:00'))).toBe(1);
    const [run] = await listRuns(id);
    const job = await jobs.find(run?.jobId ?? 0);
    expect(job).toMatchObject({
      kind: 'watch-collection',
      userid,
      params: { handler: 'mapillary', collection: 'abc', schedule_id: id, run_id: run?.id },
    });
    await database.change("UPDATE jobs SET status = 'complete', open_key = NULL");
    await turns.settle(at('13:01:00'));
    expect(await listRuns(id)).toMatchObject([{ status: 'complete', slotAt: at('13:00:00') }]);
  });

  it('go through more than one turn takes, each of them once', async () => {
    const people = await Promise.all([aUser(database), aUser(database), aUser(database)]);
    for (const person of people) {
      for (let made = 0; made < 40; made += 1) await schedules.create(person.userid, aSchedule(), START);
    }
    const scanned = await Promise.all([1, 2, 3].map(() => turns.scan(at('13:00:00'))));
    expect(scanned.reduce((sum, runs) => sum + runs, 0)).toBe(120);
    const begun = await Promise.all([1, 2, 3].map(() => dispatcher.dispatch(at('13:00:00'))));
    expect(begun.reduce((sum, runs) => sum + runs, 0)).toBe(120);
    const [count] = await database.rows<{ jobs: number }>('SELECT COUNT(*) AS jobs FROM jobs');
    expect(count?.jobs).toBe(120);
  });

  it('find the job of a picker that died after making it', async () => {
    const { id } = await schedules.create(userid, aSchedule(), START);
    await turns.scan(at('13:00:00'));
    const [run] = await schedules.pick({ now: at('13:00:00'), limit: 1 });
    if (!run) throw new Error('Nothing was picked');
    const starter = new StartRun(jobs, stores.nest.get(ImportRepository), stores.nest.get(JobQueue));
    const jobId = await starter.execute(run);
    await database.change("UPDATE jobs SET status = 'complete', open_key = NULL");
    expect(await dispatcher.dispatch(at('13:00:30'))).toBe(0);
    expect(await dispatcher.dispatch(at('13:02:00'))).toBe(1);
    expect(await listRuns(id)).toMatchObject([{ jobId }]);
  });

  it('share the import of a category', async () => {
    const params = { title: 'Old town', depth: 1 };
    const other = (await aUser(database)).userid;
    for (const owner of [userid, other]) {
      await schedules.create(owner, aSchedule({ kind: 'import-category', params }), START);
    }
    await turns.scan(at('13:00:00'));
    expect(await dispatcher.dispatch(at('13:00:00'))).toBe(2);
    const rows = await database.rows<{ kind: string }>('SELECT kind FROM jobs');
    expect(rows).toEqual([{ kind: 'import' }]);
  });

  it('end with the rights of their person, who is told at once', async () => {
    const kind = 'refresh-wanted-categories';
    const ada = (await aUser(database, 'Ada')).userid;
    const allowed = await schedules.create(ada, aSchedule({ kind, params: {} }), START);
    const refused = await schedules.create(userid, aSchedule({ kind, params: {} }), START);
    const told: string[] = [];
    const live = stores.nest.get(LiveUpdates);
    await live.subscribe({ onNotification: (person) => void told.push(person) });
    await live.watchNotifications(userid);
    await turns.scan(at('13:00:00'));
    expect(await dispatcher.dispatch(at('13:00:00'))).toBe(1);
    expect(await listRuns(allowed.id)).toMatchObject([{ status: 'running' }]);
    expect(await listRuns(refused.id)).toMatchObject([{ status: 'cancelled', error: { code: 'FORBIDDEN' } }]);
    expect(await schedules.find(refused.id, userid)).toMatchObject({ enabled: false });
    expect(await listTold()).toMatchObject([{ message: expect.stringContaining('administrators') }]);
    await waitUntil('the person to be told', () => told.includes(userid));
  });

  it('tell of batches that are finished, once they are quiet', async () => {
    const { batch } = await aBatch(database, [aNewUpload()], userid);
    await database.change("UPDATE upload_requests SET status = 'completed' WHERE batchid = ?", [batch.id]);
    await turns.tellFinished();
    expect(await listTold()).toEqual([]);
    await turns.tellFinished(new Date(Date.now() + 60_000));
    expect(await listTold()).toMatchObject([
      { kind: 'batch-finished', link: `https://curator.example.org/#/batches/${batch.id}` },
    ]);
  });

  it('tell the person alone of a quota that is nearly spent, at once', async () => {
    const draft = { name: 'All', description: '', enable: true, value: 1, isDefault: true } as const;
    await stores.nest
      .get(QuotaRepository)
      .create(
        { ...draft, type: 'max_batches', expire: { period: 'day' } },
        { userid: '1', username: 'Admin', requestId: null },
      );
    const told: string[] = [];
    const live = stores.nest.get(LiveUpdates);
    await live.subscribe({ onNotification: (person) => void told.push(person) });
    await live.watchNotifications(userid);
    await stores.nest.get(BatchRepository).create(userid);
    await turns.tellNearQuotas();
    expect(await listTold()).toMatchObject([{ kind: 'quota-near' }]);
    await waitUntil('the person to be told', () => told.includes(userid));
  });
});
