import {
  AdvisoryLock,
  CommonsReplica,
  type Database,
  openDatabase,
  SshRoute,
  type WantedCategoriesQuery,
  WantedCategoryRefresher,
  WantedCategoryRepository,
} from '#app/persistence';
import { setImmediate } from 'node:timers/promises';
import { fillCategories, fillLinks, wantedAmong } from '../test/replica/fill-replica.js';
import { openTestReplica, type TestReplica } from '../test/replica/test-replica.js';
import { createDatabase } from '../test/support/create-database.js';
import { type BenchCase, type Figure, quantile } from './figure.js';

const CATEGORIES = 1_000_000;
const LINKS = 5_000_000;
/** One in so many has no page: a list of 196,000. */
const ONE_IN_WANTED = 5;
const PAGE = 100;
const PAGES_READ = 400;
const SLOWEST_PAGE_MS = 50;
const MOST_MEGABYTES = 50;
const FILTERS = ['', '', 'old', 'a', 'Buildings in', 'île', 'улица_', 'ff00', 'no such text', '_1'];

/** A list of 200,000 wanted categories: what its pages cost, also while it is made anew from a million categories. */
export const wantedCategories: BenchCase = {
  name: 'wanted-categories',
  async run() {
    const [replica, created] = await Promise.all([openTestReplica(), createDatabase()]);
    const database = await openDatabase(created.url, 4);
    try {
      return await measure(replica, database);
    } finally {
      await database.close();
      await Promise.all([replica.drop(), created.drop()]);
    }
  },
};

async function measure(replica: TestReplica, database: Database): Promise<Figure[]> {
  const { core, links } = replica;
  const filling = performance.now();
  for (const statement of fillCategories(CATEGORIES, ONE_IN_WANTED)) await core.run(statement);
  for (const statement of fillLinks(CATEGORIES, LINKS)) await links.run(statement);
  await links.run(`INSERT IGNORE INTO pagelinks SELECT 2, 14, seq FROM seq_5_to_${CATEGORIES}_step_5000`);
  const filled = (performance.now() - filling) / 1_000;

  const wiki = new CommonsReplica({ coreUrl: core.url, linksUrl: links.url, ssh: new SshRoute('') });
  const lists = new WantedCategoryRepository(database);
  const lock = new AdvisoryLock(database.dataSource);
  const refresher = new WantedCategoryRefresher(wiki, lists, lock, { exclude: [], maxAgeMs: 0 });
  try {
    const top = await secondsOf(() => wiki.listTopMissing(1_000));
    const first = await refresh(refresher);
    const opening = await secondsOf(() => lists.findPage({ filter: 'x', offset: 0, limit: PAGE }));
    const alone = await readPages(lists, PAGES_READ);
    const reading = readWhile(lists);
    const second = await refresh(refresher);
    const meanwhile = await reading.stop();
    const redlinks = await secondsOf(() => wiki.listRedlinks(PAGE, new Date(Date.now() + 60_000)));
    return [
      told('filling in the replicas', filled, 's'),
      told('the top straight from the replica', top, 's'),
      told('refresh from 1,000,000 categories', first.seconds, 's'),
      held('memory of a refresh', first.megabytes, MOST_MEGABYTES, 'MB'),
      told('first filter of a new list', opening * 1_000, 'ms'),
      told('page of 200,000, median', quantile(alone, 0.5), 'ms'),
      held('page of 200,000, p95', quantile(alone, 0.95), SLOWEST_PAGE_MS, 'ms'),
      told('refresh while it is read', second.seconds, 's'),
      held('page during a refresh, p95', quantile(meanwhile, 0.95), SLOWEST_PAGE_MS, 'ms'),
      told('page during a refresh, longest', quantile(meanwhile, 1), 'ms'),
      told('100 redlinks', redlinks, 's'),
    ];
  } finally {
    await wiki.close();
  }
}

const told = (name: string, measured: number, unit: string): Figure => ({
  name,
  measured,
  unit,
  reference: null,
});
const held = (name: string, measured: number, atMost: number, unit: string): Figure => ({
  name,
  measured,
  unit,
  reference: { atMost },
});

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

/** What Node holds beyond what it held before: objects, and what lies outside its heap; at most, after each turn of the loop. */
async function refresh(refresher: WantedCategoryRefresher): Promise<{ seconds: number; megabytes: number }> {
  const before = heldBytes();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, heldBytes())), 5);
  try {
    const started = performance.now();
    const count = await refresher.refreshIfDue(new AbortController().signal);
    const seconds = (performance.now() - started) / 1_000;
    if (count !== wantedAmong(CATEGORIES, ONE_IN_WANTED)) throw new Error(`The list has ${count} categories`);
    return { seconds, megabytes: (most - before) / 1e6 };
  } finally {
    clearInterval(watch);
  }
}

const heldBytes = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Pages with and without a filter, near the beginning and far behind. */
const queryAt = (index: number): WantedCategoriesQuery => ({
  filter: FILTERS[index % FILTERS.length] ?? '',
  offset: PAGE * (index % 3 === 0 ? 0 : (index * 7_919) % 1_900),
  limit: PAGE,
});

async function millisecondsOfPage(lists: WantedCategoryRepository, index: number): Promise<number> {
  const page = lists.findPage.bind(lists, queryAt(index));
  return (await secondsOf(page)) * 1_000;
}

async function readPages(lists: WantedCategoryRepository, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) times.push(await millisecondsOfPage(lists, index));
  return times;
}

/** Reads pages until it is stopped. */
function readWhile(lists: WantedCategoryRepository): { stop(): Promise<number[]> } {
  let isOver = false;
  const times: number[] = [];
  const reading = (async () => {
    for (let index = 0; !isOver; index += 1) {
      times.push(await millisecondsOfPage(lists, index));
      await setImmediate();
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await reading;
      return times;
    },
  };
}
