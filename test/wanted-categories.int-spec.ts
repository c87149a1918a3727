import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WantedCategoryRepository } from '#app/persistence';
import type { ServerMessageOf } from '#app/protocol';
import { LiveApi } from './live/live-api.js';
import { fillCategories, wantedAmong } from './replica/fill-replica.js';
import { openTestReplica, type TestReplica } from './replica/test-replica.js';
import { waitUntil } from './support/wait-until.js';

type Page = ServerMessageOf<'WANTED_CATEGORIES_RESPONSE'>['data'];

const CATEGORIES = 5_000;
const WANTED = wantedAmong(CATEGORIES);

describe('wanted categories and redlinks on the WebSocket', () => {
  let replica: TestReplica;
  let api: LiveApi;
  let beside: LiveApi;

  beforeAll(async () => {
    replica = await openTestReplica();
    for (const statement of fillCategories(CATEGORIES)) await replica.core.run(statement);
    const more = {
      COMMONS_REPLICA_URL: replica.core.url,
      COMMONS_LINKS_REPLICA_URL: replica.links.url,
      WANTED_CATEGORIES_EXCLUDE: 'maps showing',
    };
    api = await LiveApi.start(more);
    beside = await LiveApi.startBeside(api, more);
  });

  afterEach(async () => {
    await api.closeClients();
    await beside.closeClients();
  });

  afterAll(async () => {
    await beside.stop();
    await api.stop();
    await replica.drop();
  });

  const fetchPage = async (data?: { offset?: number; filter?: string }, from = api): Promise<Page> => {
    const client = await from.connect();
    client.sendText(JSON.stringify({ type: 'FETCH_WANTED_CATEGORIES', data }));
    return (await client.next('WANTED_CATEGORIES_RESPONSE')).data;
  };

  it('come straight from the replica at first, and from the list as soon as it is made', async () => {
    const [first, filtered, behind] = await Promise.all([
      fetchPage(),
      fetchPage({ filter: 'VIEWS of île' }),
      fetchPage({ offset: 100 }),
    ]);
    const whole = await waitUntil('the list', async () => {
      const page = await fetchPage();
      return page.total > 100 ? page : null;
    });
    expect([first?.items.length, first?.total]).toEqual([100, 100]);
    expect(filtered?.items.every(({ title }) => title.startsWith('Views_of_Île-'))).toBe(true);
    expect(behind).toEqual({ items: [], total: 100 });
    expect(whole.items).toEqual(first?.items);
    expect(whole.total).toBeLessThan(WANTED);
    expect(whole.items.some(({ title }) => title.startsWith('Maps_showing'))).toBe(false);
  });

  it('come in pages of 100, with the total of the filter', async () => {
    const { total, items } = await fetchPage({});
    const next = await fetchPage({ offset: 100 });
    expect([items.length, next.items.length, next.total]).toEqual([100, 100, total]);
    expect(items.at(-1)?.total).toBeGreaterThanOrEqual(next.items[0]?.total ?? Infinity);
    expect((await fetchPage({ offset: total })).items).toEqual([]);
    expect((await fetchPage({ offset: total - 1 })).items).toHaveLength(1);
    const some = await fetchPage({ filter: ' улица ' });
    expect(some.total).toBeGreaterThan(0);
    expect(some.total).toBeLessThan(total);
    expect(await fetchPage({ filter: '' })).toEqual(await fetchPage());
  });

  it('leave every list at once when they are forgotten', async () => {
    const [gone, next] = (await fetchPage()).items;
    await api.running.app.get(WantedCategoryRepository).forgetWantedCategory(gone?.title ?? '');
    for (const one of [api, beside]) {
      expect((await fetchPage({}, one)).items[0]).toEqual(next);
      expect(await fetchPage({ filter: gone?.title ?? '' }, one)).toEqual({ items: [], total: 0 });
    }
  });

  it('tells of redlinks, without those whose category was created since', async () => {
    const { links } = replica;
    await links.run("INSERT INTO page (page_id, page_namespace, page_title) VALUES (1, 14, 'Old_town')");
    await links.run(
      "INSERT INTO linktarget VALUES (1, 14, 'New_town'), (2, 14, 'Old_town'), (3, 14, 'Made')",
    );
    await links.run('INSERT INTO pagelinks VALUES (1, 14, 1), (1, 14, 2), (1, 14, 3)');
    await api.running.app.get(WantedCategoryRepository).forgetWantedCategory('Category:Made');
    const client = await api.connect();
    const { data } = await client.ask({ type: 'FETCH_REDLINKS' }, 'REDLINKS_RESPONSE');
    expect(data).toEqual({ items: [{ title: 'New_town', linked_from: 'Category:Old_town' }] });
  });

  it('are told to be unavailable where no replica is configured', async () => {
    const without = await LiveApi.start();
    const client = await without.connect();
    client.sendText('{"type":"FETCH_WANTED_CATEGORIES"}');
    expect((await client.next('ERROR')).data).toBe('Wanted categories are not available on this server.');
    await without.closeClients();
    await without.stop();
  });
});
