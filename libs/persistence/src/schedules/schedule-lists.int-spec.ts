import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aSchedule } from '../../../../test/support/a-schedule.js';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { JobRepository } from '../jobs/job.repository.js';
import { NotificationRepository } from '../notifications/notification.repository.js';
import type { NotificationOrder } from '../notifications/notification.js';
import { QuotaRepository } from '../quotas/quota.repository.js';
import { ScheduleRepository } from './schedule.repository.js';

describe('lists, sorted', () => {
  let opened: OpenTestDatabase;
  let schedules: ScheduleRepository;
  let userid: string;

  beforeAll(async () => {
    opened = await openTestDatabase();
    schedules = new ScheduleRepository(opened.database);
    ({ userid } = await aUser(opened.database));
  });

  afterAll(() => opened.drop());

  const every = (hours: string) => ({
    ...aSchedule().timing,
    recurrence: { kind: 'cron' as const, expression: `0 ${hours} * * *` },
  });

  it('tells schedules by creation, name and next slot, on pages that neither miss nor repeat one', async () => {
    const now = new Date('2026-05-01T12:00:00Z');
    const made = [
      { name: 'b', timing: every('20') },
      { name: 'a', timing: every('14') },
      { name: 'b', timing: every('14') },
      { name: 'c', enabled: false },
    ];
    for (const members of made) await schedules.create(userid, aSchedule(members), now);
    const all = await schedules.list({ userid, sortby: 'created_at', page: 0, size: 20, asc: true });
    const numberOf = (id: number): number => all.items.findIndex((item) => item.id === id);
    const list = async (sortby: 'created_at' | 'name' | 'next_slot_at', asc: boolean): Promise<number[]> => {
      const pages = [0, 1, 2, 3].map((page) => schedules.list({ userid, sortby, page, size: 1, asc }));
      return (await Promise.all(pages)).flatMap(({ items }) => items.map(({ id }) => numberOf(id)));
    };
    expect(await list('created_at', false)).toEqual([3, 2, 1, 0]);
    expect(await list('name', true)).toEqual([1, 0, 2, 3]);
    expect(await list('name', false)).toEqual([3, 2, 0, 1]);
    expect(await list('next_slot_at', true)).toEqual([3, 1, 2, 0]);
  });

  it('tells runs by slot and by creation, and how far each has come', async () => {
    const created = new Date('2026-05-01T12:00:00Z');
    const { id: scheduleId } = await schedules.create(userid, aSchedule(), created);
    const [late, early] = [new Date('2026-05-01T18:00:00Z'), new Date('2026-05-01T13:00:00Z')];
    const first = await schedules.runNow(scheduleId, late);
    const jobs = new JobRepository(opened.database);
    const { job } = await jobs.createOrJoin({ kind: 'watch-collection', userid, subject: 'x', params: {} });
    await schedules.pick({ now: late, limit: 1 });
    await schedules.begin(first?.id ?? 0, () => Promise.resolve(job.id));
    const second = await schedules.runNow(scheduleId, early);
    const list = async (sortby: 'slot_at' | 'created_at'): Promise<(number | undefined)[]> =>
      (await schedules.listRuns({ scheduleId, sortby, page: 0, size: 9, asc: true })).items.map(
        ({ id }) => id,
      );
    expect(await list('slot_at')).toEqual([second?.id, first?.id]);
    expect(await list('created_at')).toEqual([first?.id, second?.id]);

    const progress = async () => {
      const run = await schedules.findRun(first?.id ?? 0, scheduleId);
      return run && { status: run.status, done: run.done, total: run.total };
    };
    expect(await progress()).toEqual({ status: 'running', done: 0, total: null });
    await opened.database.change('UPDATE jobs SET done = 3, total = 7 WHERE id = ?', [job.id]);
    expect(await progress()).toEqual({ status: 'running', done: 3, total: 7 });
    await opened.database.change("UPDATE jobs SET done = 7, status = 'complete' WHERE id = ?", [job.id]);
    await schedules.settle({ now: late, limit: 10 });
    await opened.database.change('DELETE FROM jobs');
    expect(await progress()).toEqual({ status: 'complete', done: 7, total: 7 });
  });

  it('tells notifications by creation and kind, read or not', async () => {
    const notifications = new NotificationRepository(opened.database);
    for (const kind of ['quota-near', 'batch-finished', 'quota-near', 'new-images'] as const) {
      await notifications.add({ userid, kind, message: kind, link: null });
    }
    const list = async (sortby: NotificationOrder, unread: boolean): Promise<string[]> => {
      const page = { userid, unread, sortby, page: 0, size: 9, asc: true };
      return (await notifications.list(page)).items.map(({ kind }) => kind);
    };
    const [first] = (await notifications.list({ userid, unread: true, page: 0, size: 1, asc: true })).items;
    await notifications.markRead(first?.id ?? 0, userid);
    expect(await list('created_at', false)).toEqual([
      'quota-near',
      'batch-finished',
      'quota-near',
      'new-images',
    ]);
    expect(await list('kind', false)).toEqual(['batch-finished', 'new-images', 'quota-near', 'quota-near']);
    expect(await list('kind', true)).toEqual(['batch-finished', 'new-images', 'quota-near']);
  });

  it('tells quotas by creation and name', async () => {
    const quotas = new QuotaRepository(opened.database);
    for (const name of ['b', 'c', 'a']) {
      const draft = {
        description: '',
        enable: true,
        type: 'max_uploads',
        value: 1,
        isDefault: false,
      } as const;
      const actor = { userid: '1', username: 'Admin', requestId: 'a-request' };
      await quotas.create({ ...draft, name, expire: { period: 'never' } }, actor);
    }
    const list = async (sortby: 'created_at' | 'name'): Promise<string[]> =>
      (await quotas.list({ sortby, page: 0, size: 9, asc: true })).items.map(({ name }) => name);
    expect(await list('created_at')).toEqual(['b', 'c', 'a']);
    expect(await list('name')).toEqual(['a', 'b', 'c']);
  });
});
