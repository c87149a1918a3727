import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { aSchedule } from '../../../../test/support/a-schedule.js';
import { aUser } from '../../../../test/support/an-upload.js';
import { JobRepository } from '../jobs/job.repository.js';
import { NotificationRepository } from '../notifications/notification.repository.js';
import type { Schedule, ScheduleDraft } from './schedule.js';
import { MOST_SCHEDULES, ScheduleRepository } from './schedule.repository.js';
import { MAX_FAILURES } from './settle-runs.js';

const START = new Date('2026-05-01T12:00:30Z');
const at = (time: string): Date => new Date(`2026-05-01T${time}Z`);

describe('ScheduleRepository', () => {
  let opened: OpenTestDatabase;
  let schedules: ScheduleRepository;
  let jobs: JobRepository;
  let notifications: NotificationRepository;
  let userid: string;

  beforeAll(async () => {
    opened = await openTestDatabase(20);
    schedules = new ScheduleRepository(opened.database);
    jobs = new JobRepository(opened.database);
    notifications = new NotificationRepository(opened.database);
  });

  afterAll(() => opened.drop());

  beforeEach(async () => {
    for (const table of ['schedules', 'jobs', 'notifications']) {
      await opened.database.change(`DELETE FROM ${table}`);
    }
    ({ userid } = await aUser(opened.database));
  });

  const scan = (now: Date) => schedules.scan({ now, limit: 50 });
  const pick = (now: Date) => schedules.pick({ now, limit: 20 });
  const settle = (now: Date) => schedules.settle({ now, limit: 100 });
  const create = (members: Partial<ScheduleDraft> = {}): Promise<Schedule> =>
    schedules.create(userid, aSchedule(members), START);
  const listRuns = async ({ id }: Schedule) =>
    (await schedules.listRuns({ scheduleId: id, sortby: 'slot_at', page: 0, size: 100, asc: true })).items;
  const slotsOf = async (schedule: Schedule): Promise<string[]> =>
    (await listRuns(schedule)).map(({ slotAt }) => slotAt.toISOString().slice(11, 16));
  const listTold = async () =>
    (await notifications.list({ userid, unread: false, page: 0, size: 100, asc: true })).items;

  describe('keeps', () => {
    it('what people say, and when it comes next', async () => {
      const draft = aSchedule({
        timing: {
          recurrence: { kind: 'interval', everyMinutes: 90 },
          timeZone: 'Europe/Berlin',
          days: { from: '2026-05-02', until: '2026-06-01' },
          hours: { from: 22, until: 6 },
        },
      });
      const schedule = await schedules.create(userid, draft, START);
      expect(schedule).toMatchObject({ ...draft, userid, failures: 0, createdAt: START });
      expect(schedule.nextSlotAt).toEqual(at('22:30:30'));
      expect(await schedules.find(schedule.id, userid)).toEqual(schedule);
      expect(await schedules.find(schedule.id, 'another')).toBeNull();
      expect(await schedules.list({ userid, sortby: 'created_at', page: 0, size: 20, asc: true })).toEqual({
        items: [schedule],
        total: 1,
      });
    });

    it('no slot of one that is disabled, and begins anew when it is enabled', async () => {
      const { id, nextSlotAt } = await create({ enabled: false });
      expect(nextSlotAt).toBeNull();
      expect((await scan(at('20:00:00'))).due).toBe(0);
      await opened.database.change("UPDATE schedules SET failures = 4, disabled_reason = 'x' WHERE id = ?", [
        id,
      ]);
      expect(await schedules.replace(id, userid, aSchedule(), at('20:00:00'))).toMatchObject({
        enabled: true,
        failures: 0,
        disabledReason: null,
        nextSlotAt: at('21:00:00'),
      });
      expect(await schedules.replace(id, 'another', aSchedule())).toBeNull();
    });

    it('no more than a person may have, however many are made at once', async () => {
      for (let made = 0; made < MOST_SCHEDULES - 1; made += 1) await create();
      const outcomes = await Promise.allSettled([create(), create(), create()]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(
        await schedules.list({ userid, sortby: 'created_at', page: 0, size: 1, asc: true }),
      ).toMatchObject({
        total: MOST_SCHEDULES,
      });
    });
  });

  describe('scan', () => {
    it('makes one run of a slot, however many processes look', async () => {
      const all = await Promise.all([create(), create(), create()]);
      expect((await scan(at('12:59:59'))).due).toBe(0);
      const scans = await Promise.all(Array.from({ length: 12 }, () => scan(at('13:00:00'))));
      expect(scans.reduce((sum, { runs }) => sum + runs, 0)).toBe(3);
      expect(await Promise.all(all.map(slotsOf))).toEqual([['13:00'], ['13:00'], ['13:00']]);
      expect((await scan(at('13:59:59'))).due).toBe(0);
    });

    it('catches up on missed slots with one run', async () => {
      const schedule = await create();
      await scan(at('13:10:00'));
      await scan(at('18:20:00'));
      expect(await slotsOf(schedule)).toEqual(['13:00', '18:00']);
      await scan(at('19:00:00'));
      expect(await slotsOf(schedule)).toEqual(['13:00', '18:00', '19:00']);
    });

    it('makes nothing twice when clocks jump back', async () => {
      const schedule = await create();
      await scan(at('15:00:01'));
      for (const time of ['13:00:00', '14:30:00', '15:00:00', '15:59:00']) await scan(at(time));
      expect(await slotsOf(schedule)).toEqual(['15:00']);
      await scan(at('16:00:00'));
      expect(await slotsOf(schedule)).toEqual(['15:00', '16:00']);
    });

    it('takes no slot that has a run already, by hand or because another has begun anew', async () => {
      const schedule = await create();
      await schedules.runNow(schedule.id, at('13:00:00'));
      expect(await scan(at('13:00:00'))).toMatchObject({ due: 1, runs: 0 });
      expect(await slotsOf(schedule)).toEqual(['13:00']);
    });

    it('lets a later slot take the place of a run that was not begun', async () => {
      const schedule = await create();
      await scan(at('13:00:00'));
      await scan(at('14:00:00'));
      expect((await listRuns(schedule)).map(({ status }) => status)).toEqual(['cancelled', 'queued']);
    });

    it('looks at so many a turn, what was due first before the rest', async () => {
      await create();
      await create({
        timing: { ...aSchedule().timing, recurrence: { kind: 'cron', expression: '30 * * * *' } },
      });
      expect(await schedules.scan({ now: at('13:10:00'), limit: 1 })).toMatchObject({ due: 1, runs: 1 });
      const [first, second] = (
        await schedules.list({ userid, sortby: 'created_at', page: 0, size: 2, asc: true })
      ).items;
      expect([first?.nextSlotAt, second?.nextSlotAt]).toEqual([at('13:00:00'), at('13:30:00')]);
    });

    it('disables what has come to its end, and tells once', async () => {
      const schedule = await create({
        timing: { ...aSchedule().timing, days: { from: null, until: '2026-05-01' } },
      });
      const late = new Date('2026-05-03T12:00:00Z');
      const scans = await Promise.all([scan(late), scan(late), scan(late)]);
      expect(scans.flatMap((scanned) => scanned.notifications)).toHaveLength(1);
      expect(await slotsOf(schedule)).toEqual(['23:00']);
      expect(await schedules.find(schedule.id, userid)).toMatchObject({ enabled: false, nextSlotAt: null });
      expect(await listTold()).toMatchObject([
        { kind: 'schedule-disabled', message: expect.stringContaining('until 2026-05-01') },
      ]);
    });

    it('disables what is in a zone that is gone', async () => {
      const schedule = await create();
      await opened.database.change("UPDATE schedules SET time_zone = 'Europe/Atlantis'");
      expect((await scan(at('13:00:00'))).notifications).toHaveLength(1);
      expect(await schedules.find(schedule.id, userid)).toMatchObject({
        enabled: false,
        disabledReason: 'Its time zone, Europe/Atlantis, is not known any more.',
      });
    });

    it('disables what has no readable expression any more, and goes on with the rest', async () => {
      const broken = await create();
      await opened.database.change("UPDATE schedules SET cron = 'at noon'");
      const sound = await create();
      expect(await scan(at('13:00:00'))).toMatchObject({ due: 2, runs: 1 });
      expect(await slotsOf(sound)).toEqual(['13:00']);
      expect(await schedules.find(broken.id, userid)).toMatchObject({
        enabled: false,
        disabledReason: 'Its cron expression, at noon, cannot be read any more.',
      });
    });
  });

  it('is run by hand once, however often that is asked before it begins', async () => {
    const schedule = await create();
    const moments = Array.from({ length: 12 }, (_, index) => new Date(START.getTime() + index));
    const asked = await Promise.all(moments.map((moment) => schedules.runNow(schedule.id, moment)));
    expect(new Set(asked.map((run) => run?.id)).size).toBe(1);
    await pick(START);
    expect((await schedules.runNow(schedule.id, at('12:05:00')))?.id).not.toBe(asked[0]?.id);
    expect(await listRuns(schedule)).toMatchObject([{ status: 'running' }, { status: 'queued' }]);
  });

  describe('pick', () => {
    it('claims each run once, one of a schedule at a time', async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => create()));
      await scan(at('13:00:00'));
      for (const { id } of all) await schedules.runNow(id, at('13:00:01'));
      const picked = await Promise.all(Array.from({ length: 12 }, () => pick(at('13:00:02'))));
      const ids = picked.flat().map(({ scheduleId }) => scheduleId);
      expect(ids.sort((a, b) => a - b)).toEqual(all.map(({ id }) => id).sort((a, b) => a - b));
      expect(await pick(at('13:00:03'))).toEqual([]);
    });

    it('tells whose run it is, and what it is for', async () => {
      const schedule = await create();
      const run = await schedules.runNow(schedule.id, START);
      expect(await pick(START)).toEqual([
        {
          id: run?.id,
          scheduleId: schedule.id,
          userid,
          kind: 'watch-collection',
          params: schedule.params,
          username: 'Alice',
          accessToken: 'k1.sealed',
          isPaused: false,
        },
      ]);
      expect(await schedules.findRun(run?.id ?? 0, schedule.id)).toMatchObject({
        status: 'running',
        startedAt: START,
        isManual: true,
      });
    });

    it('claims so many a turn, the oldest first', async () => {
      for (let made = 0; made < 3; made += 1) await create();
      await scan(at('13:00:00'));
      const first = await schedules.pick({ now: at('13:00:00'), limit: 2 });
      const second = await schedules.pick({ now: at('13:00:00'), limit: 2 });
      expect([first.length, second.length]).toEqual([2, 1]);
      expect(first[0]?.id).toBeLessThan(second[0]?.id ?? 0);
    });

    it('gives back what a dead process had picked, and nothing that has its job', async () => {
      const [lost, named] = await Promise.all([create(), create()]);
      await scan(at('13:00:00'));
      const runs = await pick(at('13:00:00'));
      const { job } = await jobs.createOrJoin({ kind: 'watch-collection', userid, subject: 'x', params: {} });
      const ofNamed = runs.find(({ scheduleId }) => scheduleId === named.id);
      await schedules.begin(ofNamed?.id ?? 0, () => Promise.resolve(job.id));
      expect(await schedules.requeueLost(at('13:01:00'), 60_000)).toBe(0);
      expect(await schedules.requeueLost(at('13:01:01'), 60_000)).toBe(1);
      // It may have begun: the next slot does not take its place.
      await scan(at('14:00:00'));
      const ofLost = runs.find(({ scheduleId }) => scheduleId === lost.id);
      expect((await pick(at('14:00:00'))).map(({ id }) => id)).toEqual([ofLost?.id]);
    });

    it('begins a run once, though it was taken for lost meanwhile', async () => {
      const schedule = await create();
      await scan(at('13:00:00'));
      const [run] = await pick(at('13:00:00'));
      let begun = 0;
      const start = async (): Promise<number> => {
        begun += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return 7;
      };
      const outcomes = await Promise.all([1, 2, 3].map(() => schedules.begin(run?.id ?? 0, start)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(begun).toBe(1);
      expect(await listRuns(schedule)).toMatchObject([{ jobId: 7 }]);
    });

    it('refuses for whom nothing may be done', async () => {
      const schedule = await create();
      await scan(at('13:00:00'));
      const [run] = await pick(at('13:00:00'));
      if (!run) throw new Error('Nothing was picked');
      await schedules.refuse(run, 'Please sign in.', at('13:00:01'));
      expect(await schedules.refuse(run, 'Please sign in.', at('13:00:02'))).toBeNull();
      expect(await listRuns(schedule)).toMatchObject([
        { status: 'cancelled', error: { code: 'FORBIDDEN', message: 'Please sign in.' } },
      ]);
      expect(await listTold()).toMatchObject([
        { message: 'The schedule “Old town” was disabled. Please sign in.' },
      ]);
    });
  });

  describe('settle', () => {
    const begin = async (schedule: Schedule, now: Date) => {
      await schedules.runNow(schedule.id, now);
      const [run] = await pick(now);
      const subject = `run-${run?.id ?? 0}`;
      const { job } = await jobs.createOrJoin({ kind: 'watch-collection', userid, subject, params: {} });
      await schedules.begin(run?.id ?? 0, () => Promise.resolve(job.id));
      return { runId: run?.id ?? 0, jobId: job.id };
    };
    const end = (jobId: number, status: string, error: object | null = null): Promise<number> =>
      opened.database.change('UPDATE jobs SET status = ?, error = ?, open_key = NULL WHERE id = ?', [
        status,
        error && JSON.stringify(error),
        jobId,
      ]);
    const away = { code: 'UPSTREAM_UNAVAILABLE', message: 'Mapillary is away' };
    const runOf = async (schedule: Schedule, runId: number) => schedules.findRun(runId, schedule.id);

    it('ends a run with its job, not before', async () => {
      const schedule = await create();
      const { runId, jobId } = await begin(schedule, START);
      await settle(START);
      expect(await runOf(schedule, runId)).toMatchObject({ status: 'running' });
      await end(jobId, 'complete');
      await Promise.all([settle(at('12:01:00')), settle(at('12:01:00'))]);
      expect(await runOf(schedule, runId)).toMatchObject({
        status: 'complete',
        endedAt: at('12:01:00'),
        error: null,
      });
    });

    it('fails a run whose job is gone', async () => {
      const schedule = await create();
      const { runId, jobId } = await begin(schedule, START);
      await opened.database.change('DELETE FROM jobs WHERE id = ?', [jobId]);
      await settle(START);
      expect(await runOf(schedule, runId)).toMatchObject({ status: 'failed', error: { code: 'INTERNAL' } });
      expect(await schedules.find(schedule.id, userid)).toMatchObject({ failures: 1, enabled: true });
    });

    const failOften = async (schedule: Schedule, times: number): Promise<void> => {
      for (let time = 0; time < times; time += 1) {
        const { jobId } = await begin(schedule, new Date(Date.now() + time));
        await end(jobId, 'failed', away);
        await Promise.all([settle(START), settle(START)]);
      }
    };

    it('disables what fails so often in a row, and tells once', async () => {
      const schedule = await create();
      await failOften(schedule, MAX_FAILURES - 1);
      const { jobId } = await begin(schedule, START);
      await end(jobId, 'complete');
      await settle(START);
      await failOften(schedule, MAX_FAILURES - 1);
      expect(await schedules.find(schedule.id, userid)).toMatchObject({ enabled: true, failures: 4 });
      await failOften(schedule, 1);
      expect(await schedules.find(schedule.id, userid)).toMatchObject({ enabled: false, nextSlotAt: null });
      expect(await listTold()).toMatchObject([
        {
          message:
            'The schedule “Old town” was disabled. It failed 5 times in a row. The last time: Mapillary is away',
        },
      ]);
    });

    it('disables at once what the person has no right to, and counts no cancelled run', async () => {
      const schedule = await create();
      const cancelled = await begin(schedule, START);
      await end(cancelled.jobId, 'cancelled');
      await settle(START);
      expect(await schedules.find(schedule.id, userid)).toMatchObject({ failures: 0, enabled: true });
      const { jobId } = await begin(schedule, at('12:02:00'));
      await end(jobId, 'failed', { code: 'FORBIDDEN', message: 'You are blocked.' });
      expect(await settle(START)).toMatchObject([{ userid, kind: 'schedule-disabled' }]);
      expect(await schedules.find(schedule.id, userid)).toMatchObject({
        enabled: false,
        disabledReason: 'You are blocked.',
      });
    });

    it('keeps of a long reason what there is room for', async () => {
      const schedule = await create();
      const { jobId } = await begin(schedule, START);
      await end(jobId, 'failed', { code: 'FORBIDDEN', message: '🚫'.repeat(1_200) });
      expect(await settle(START)).toHaveLength(1);
      const found = await schedules.find(schedule.id, userid);
      expect(found?.disabledReason).toBe('🚫'.repeat(1_000));
    });

    it('is deleted with its runs, and tells which jobs are left', async () => {
      const schedule = await create();
      const { jobId, runId } = await begin(schedule, START);
      expect(await schedules.delete(schedule.id, 'another')).toBeNull();
      expect(await schedules.delete(schedule.id, userid)).toEqual([jobId]);
      expect(await runOf(schedule, runId)).toBeNull();
      expect(await schedules.delete(schedule.id, userid)).toBeNull();
    });

    it('forgets old runs', async () => {
      const schedule = await create();
      const { runId, jobId } = await begin(schedule, START);
      expect(await schedules.deleteEndedRuns(at('23:00:00'), 10)).toBe(0);
      await end(jobId, 'complete');
      await settle(START);
      expect(await schedules.deleteEndedRuns(START, 10)).toBe(0);
      expect(await schedules.deleteEndedRuns(at('12:00:31'), 10)).toBe(1);
      expect(await runOf(schedule, runId)).toBeNull();
    });
  });
});
