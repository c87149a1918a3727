import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { fillCategories, wantedAmong } from '../../../../test/replica/fill-replica.js';
import { openTestReplica, type TestReplica } from '../../../../test/replica/test-replica.js';
import { AdvisoryLock } from '../database/advisory-lock.js';
import { CommonsReplica } from '../replica/commons-replica.js';
import { SshRoute } from '../replica/ssh-route.js';
import { WantedCategoryRefresher } from './wanted-category-refresher.js';
import { WantedCategoryRepository } from './wanted-category.repository.js';

const CATEGORIES = 50_000;
const WANTED = wantedAmong(CATEGORIES);
const FIRST = { filter: '', offset: 0, limit: 100 };
const never = new AbortController().signal;

describe('wanted categories', () => {
  let replica: TestReplica;
  let opened: OpenTestDatabase;
  let wiki: CommonsReplica;
  let lists: WantedCategoryRepository;
  let lock: AdvisoryLock;

  beforeAll(async () => {
    [replica, opened] = await Promise.all([openTestReplica(), openTestDatabase()]);
    for (const statement of fillCategories(CATEGORIES)) await replica.core.run(statement);
    wiki = new CommonsReplica({ coreUrl: replica.core.url, linksUrl: null, ssh: new SshRoute('') });
    lists = new WantedCategoryRepository(opened.database);
    lock = new AdvisoryLock(opened.database.dataSource);
  });

  afterAll(async () => {
    await wiki.close();
    await Promise.all([replica.drop(), opened.drop()]);
  });

  const refresher = (exclude: readonly string[] = [], maxAgeMs = 0, chunk = 7_000) =>
    new WantedCategoryRefresher(wiki, lists, lock, { exclude, maxAgeMs, chunk });
  const countRows = async (table: string): Promise<number> => {
    const [row] = await opened.database.rows<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table}`);
    return row?.count ?? -1;
  };
  const allTitles = async (filter = ''): Promise<string[]> => {
    const titles: string[] = [];
    for (let offset = 0; ; offset += 1_000) {
      const page = await lists.findPage({ filter, offset, limit: 1_000 });
      if (page === null || page.items.length === 0) return titles;
      titles.push(...page.items.map(({ title }) => title));
    }
  };

  it('are none before the first refresh', async () => {
    expect(await lists.findPage(FIRST)).toBeNull();
    expect(await refresher([], 3_600_000).isDue()).toBe(true);
  });

  it('are found whole and kept in order', async () => {
    expect(await refresher().refreshIfDue(never)).toBe(WANTED);
    const page = await lists.findPage(FIRST);
    expect(page?.total).toBe(WANTED);
    expect(page?.items).toEqual(await wiki.listTopMissing(100));
    const [first] = page?.items ?? [];
    expect(first).toEqual({
      title: expect.stringMatching(/^[^:\s]+_\d+$/),
      subcats: expect.any(Number),
      files: expect.any(Number),
      pages: (first?.total ?? 0) - (first?.subcats ?? 0) - (first?.files ?? 0),
      total: expect.any(Number),
    });
    const titles = await allTitles();
    expect(new Set(titles).size).toBe(WANTED);
    expect(titles).toEqual((await wiki.listTopMissing(WANTED + 1)).map(({ title }) => title));
    expect(await countRows('wanted_category_finds')).toBe(0);
  });

  it('are filtered by text in any case, with the total of the filter', async () => {
    const islands = (await allTitles()).filter((title) => title.startsWith('Views_of_Île-'));
    expect(islands.length).toBeGreaterThan(200);
    const page = await lists.findPage({ filter: 'views OF île', offset: 100, limit: 100 });
    expect(page?.items.map(({ title }) => title)).toEqual(islands.slice(100, 200));
    expect(page?.total).toBe(islands.length);
    expect(await lists.findPage({ filter: 'no such text', offset: 0, limit: 100 })).toEqual({
      items: [],
      total: 0,
    });
    expect(await lists.findPage({ filter: '%', offset: 0, limit: 100 })).toEqual({ items: [], total: 0 });
  });

  it('leave the list at once when they are forgotten, and stay away', async () => {
    const before = await allTitles();
    const [first, second] = before;
    await lists.forgetWantedCategory(`Category:${first?.replaceAll('_', ' ') ?? ''}`);
    expect(await lists.findPage({ ...FIRST, limit: 1 })).toMatchObject({
      items: [{ title: second }],
      total: WANTED - 1,
    });
    expect(await lists.findPage({ ...FIRST, filter: first ?? '' })).toEqual({ items: [], total: 0 });
    expect(await allTitles()).toEqual(before.slice(1));
    expect([...(await lists.listForgotten([first ?? '', second ?? '']))]).toEqual([first]);

    await refresher().refreshIfDue(never);
    expect(await allTitles()).toEqual(before.slice(1));
  });

  it('come back when they are still wanted after a day', async () => {
    await opened.database.change('UPDATE forgotten_categories SET forgotten_at = NOW(3) - INTERVAL 25 HOUR');
    await refresher().refreshIfDue(never);
    expect((await lists.findPage(FIRST))?.total).toBe(WANTED);
    expect(await countRows('forgotten_categories')).toBe(0);
  });

  it('are left as they are while they are young enough, and while another process is at it', async () => {
    expect(await refresher([], 3_600_000).refreshIfDue(never)).toBeNull();
    const both = await Promise.all([refresher().refreshIfDue(never), refresher().refreshIfDue(never)]);
    expect(both.filter((count) => count !== null)).toEqual([WANTED]);
  });

  it('are not made anew when another process has just done so', async () => {
    const age = 'UPDATE wanted_category_lists SET completed_at = completed_at - INTERVAL 2 HOUR';
    await opened.database.change(age);
    const counts: (number | null)[] = [];
    class Overtaken extends WantedCategoryRepository {
      override async findAge(): Promise<Date | null> {
        const found = await super.findAge();
        if (counts.length === 0) counts.push(await refresher([], 3_600_000).refreshIfDue(never));
        return found;
      }
    }
    const options = { exclude: [], maxAgeMs: 3_600_000 };
    const late = new WantedCategoryRefresher(wiki, new Overtaken(opened.database), lock, options);
    counts.push(await late.refreshIfDue(never));
    expect(counts).toEqual([WANTED, null]);
  });

  it('are shown as before while a refresh is under way or fails', async () => {
    const before = await lists.findPage(FIRST);
    const stop = new AbortController();
    const pages: unknown[] = [];
    const chunks = lists.add.bind(lists);
    class Watched extends WantedCategoryRepository {
      override async add(...added: Parameters<WantedCategoryRepository['add']>): Promise<void> {
        await chunks(...added);
        pages.push(await lists.findPage(FIRST));
        if (pages.length === 3) stop.abort(new Error('stopped'));
      }
    }
    const options = { exclude: ['e'], maxAgeMs: 0, chunk: 5_000 };
    const watched = new WantedCategoryRefresher(wiki, new Watched(opened.database), lock, options);
    await expect(watched.refreshIfDue(stop.signal)).rejects.toThrow('stopped');
    expect(pages).toEqual([before, before, before]);
    expect(await lists.findPage(FIRST)).toEqual(before);
  });

  it('never show a list that another process has removed', async () => {
    const id = await lists.begin();
    await lists.add(id, [{ title: 'A', subcats: 0, files: 1, pages: 0, total: 1 }]);
    await lists.begin();
    await expect(lists.publish(id, never)).rejects.toThrow('removed');
    expect((await lists.findPage(FIRST))?.total).toBe(WANTED);
  });

  it('leave out maintenance categories', async () => {
    const kept = (await allTitles()).filter((title) => !/^(Maps_showing|Files_by)_/.test(title));
    expect(kept.length).toBeLessThan(WANTED);
    expect(await refresher(['maps SHOWING', 'files_by_']).refreshIfDue(never)).toBe(kept.length);
    expect(await allTitles()).toEqual(kept);
    expect(await countRows('wanted_category_lists')).toBe(2);
  });
});
