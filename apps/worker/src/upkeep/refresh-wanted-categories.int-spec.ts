import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import {
  AdvisoryLock,
  CommonsReplica,
  SshRoute,
  WantedCategoryRefresher,
  WantedCategoryRepository,
} from '#app/persistence';
import { fillCategories, wantedAmong } from '../../../../test/replica/fill-replica.js';
import { openTestReplica, type TestReplica } from '../../../../test/replica/test-replica.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { WantedCategoriesUpkeep } from './refresh-wanted-categories.js';

const FIRST = { filter: '', offset: 0, limit: 1 };
const CATEGORIES = 1_000;

describe('WantedCategoriesUpkeep', () => {
  let databases: TestReplica;
  let opened: OpenTestDatabase;
  let lists: WantedCategoryRepository;
  const running: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    [databases, opened] = await Promise.all([openTestReplica(), openTestDatabase()]);
    for (const statement of fillCategories(CATEGORIES)) await databases.core.run(statement);
    lists = new WantedCategoryRepository(opened.database);
  });

  afterEach(async () => {
    for (const stop of running.splice(0)) await stop();
  });

  afterAll(async () => {
    await Promise.all([databases.drop(), opened.drop()]);
  });

  const startWith = (coreUrl: string | null, ssh = new SshRoute('')) => {
    const replica = new CommonsReplica({ coreUrl, linksUrl: null, ssh });
    const lock = new AdvisoryLock(opened.database.dataSource);
    const refresher = new WantedCategoryRefresher(replica, lists, lock, { exclude: [], maxAgeMs: 3_600_000 });
    const scheduler = new SchedulerRegistry();
    const upkeep = new WantedCategoriesUpkeep(scheduler, replica, lists, refresher);
    upkeep.onApplicationBootstrap();
    const stop = async (): Promise<void> => {
      await upkeep.onModuleDestroy();
      await replica.close();
    };
    running.push(stop);
    return { scheduler, stop };
  };

  it('does nothing where no replica is configured', async () => {
    const { scheduler, stop } = startWith(null);
    expect(scheduler.getIntervals()).toEqual([]);
    await stop();
  });

  it('signs in nowhere by ssh before anybody has asked for the list', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'no-ssh-'));
    const ssh = new SshRoute('nowhere', ['sh', '-c', `touch ${folder}/called`]);
    await startWith('mysql://127.0.0.1:1/wiki', ssh).stop();
    expect(await readdir(folder)).toEqual([]);
    expect(await lists.findPage(FIRST)).toBeNull();
  });

  it('makes the list at start, and ends with the process', async () => {
    const { scheduler, stop } = startWith(databases.core.url);
    expect(scheduler.getIntervals()).toHaveLength(1);
    const page = await waitUntil('the list', () => lists.findPage(FIRST));
    expect(page.total).toBe(wantedAmong(CATEGORIES));
    await stop();
    expect(scheduler.getIntervals()).toEqual([]);
  });

  it('leaves nothing half done when the process ends meanwhile', async () => {
    await opened.database.change(
      'UPDATE wanted_category_lists SET completed_at = completed_at - INTERVAL 2 HOUR',
    );
    const before = await lists.findAge();
    await startWith(databases.core.url).stop();
    expect(await lists.findAge()).toEqual(before);
    expect((await lists.findPage(FIRST))?.total).toBe(wantedAmong(CATEGORIES));
  });
});
