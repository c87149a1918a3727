import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CommonsReplica,
  Database,
  ImportRepository,
  ImportRunRepository,
  JobQueue,
  JobRepository,
  LiveUpdates,
  SshRoute,
  TokenVault,
  UserRepository,
  type CategoryImport,
} from '#app/persistence';
import { fileName, fillCategory } from '../../../../test/replica/fill-files.js';
import { openTestReplica, type TestReplica } from '../../../../test/replica/test-replica.js';
import { aUser } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { JobRunner } from '../jobs/job-runner.js';
import { Shutdown } from '../uploads/shutdown.js';
import { loadWorkerConfig } from '../worker.config.js';
import { CategorySources } from './category-sources.js';
import { ImportCategory } from './import-category.js';

const STREETS = { title: 'Streets', titleId: 900, firstPage: 1, count: 1_203 };
const SQUARES = { title: 'Squares', titleId: 901, firstPage: 2_001, count: 7 };
const ALL = { page: 0, size: 100, sortby: 'position', asc: true } as const;

describe('importing a category', () => {
  let stores: OpenStores;
  let wiki: TestReplica;
  let replica: CommonsReplica;
  let imports: ImportRepository;
  let jobs: JobRepository;
  let userid: string;
  let shutdown: Shutdown;

  beforeAll(async () => {
    [stores, wiki] = await Promise.all([openStores(), openTestReplica()]);
    imports = stores.nest.get(ImportRepository);
    jobs = stores.nest.get(JobRepository);
    replica = new CommonsReplica({
      coreUrl: wiki.core.url,
      linksUrl: wiki.links.url,
      ssh: new SshRoute(''),
    });
    await fillCategory(wiki, STREETS);
    await fillCategory(wiki, SQUARES);
    const { links } = wiki;
    await links.run(
      "INSERT INTO page (page_id, page_namespace, page_title, page_is_redirect) VALUES (51, 14, 'Roads', 1), (52, 14, 'Round', 1), (53, 14, 'About', 1), (54, 14, 'Below', 0)",
    );
    await links.run("INSERT INTO redirect VALUES (51, 14, 'Squares'), (52, 14, 'About'), (53, 14, 'Round')");
    // Squares → Below → Squares, and a file of Squares is in Below as well.
    await links.run("INSERT INTO linktarget VALUES (902, 14, 'Below')");
    await links.run(
      "INSERT INTO categorylinks (cl_from, cl_type, cl_target_id) VALUES (54, 'subcat', 901), (901, 'subcat', 902), (10002001, 'file', 902), (10000001, 'file', 902)",
    );
  });

  afterAll(async () => {
    await replica.close();
    await Promise.all([stores.close(), wiki.drop()]);
  });

  beforeEach(async () => {
    ({ userid } = await aUser(stores.nest.get(Database)));
    shutdown = new Shutdown();
    const database = stores.nest.get(Database);
    await database.change('UPDATE import_runs SET current_key = NULL');
    await database.change("UPDATE jobs SET status = 'cancelled', open_key = NULL WHERE status = 'queued'");
  });

  const runAll = (from = replica, more: Record<string, string> = {}): Promise<void> => {
    const { nest, commons } = stores;
    const { config } = loadWorkerConfig({ ...stores.environment, RETRY_DELAY_SCALE: '0.001', ...more });
    const sources = new CategorySources(
      from,
      commons,
      nest.get(UserRepository),
      nest.get(TokenVault),
      config,
    );
    const handler = new ImportCategory(nest.get(ImportRunRepository), jobs, sources, config);
    return new JobRunner(jobs, nest.get(JobQueue), nest.get(LiveUpdates), shutdown, config, [
      handler,
    ]).runAll();
  };
  const request = async (title: string, depth = 0, person = userid): Promise<CategoryImport> =>
    (await imports.request({ userid: person, title, depth })).import;
  const again = async (found: CategoryImport): Promise<CategoryImport> => {
    const now = await imports.findOwn(found.id, found.userid);
    if (now === null) throw new Error('gone');
    return now;
  };
  const namesOf = async (found: CategoryImport): Promise<string[]> => imports.readNames(found, 0, 10_000);

  it('keeps every file once, in the order of the category', async () => {
    const asked = await request('Streets');
    expect(asked).toMatchObject({ status: 'queued', files: 0, redirects: [] });
    await runAll();
    const found = await again(asked);
    expect(found).toMatchObject({
      status: 'complete',
      category: 'Streets',
      redirects: [],
      files: 1_203,
      total: 1_203,
      chunks: 3,
      categories: 1,
      error: null,
    });
    expect((found.expiresAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await namesOf(found)).toEqual(Array.from({ length: 1_203 }, (_, index) => fileName(index + 1)));
    const { items } = await imports.listFiles(found, { ...ALL, page: 12, size: 100 });
    expect(items.map(({ position }) => position)).toEqual([1_200, 1_201, 1_202]);
    expect(items[0]).toMatchObject({ name: fileName(1_201), category: 'Streets', mime: 'image/jpeg' });
  });

  it('goes on where it was, repeating nothing', async () => {
    const asked = await request('Streets');
    const stopping = runAll();
    await waitUntil('a chunk', async () => (await again(asked)).chunks > 0);
    shutdown.onModuleDestroy();
    await stopping;
    const between = await again(asked);
    shutdown = new Shutdown();
    await runAll();
    expect(await again(asked)).toMatchObject({ status: 'complete', files: 1_203, chunks: 3 });
    expect(between.chunks).toBeGreaterThan(0);
    expect(new Set(await namesOf(asked)).size).toBe(1_203);
  });

  it('follows redirects and tells of them', async () => {
    const asked = await request('Roads');
    await runAll();
    expect(await again(asked)).toMatchObject({
      status: 'complete',
      title: 'Roads',
      category: 'Squares',
      redirects: [{ title: 'Roads', template: null }],
      files: 7,
    });
  });

  it('fails, with the reason, when there is no category to read', async () => {
    const [round, missing] = [await request('Round'), await request('No such place')];
    await runAll();
    expect(await again(round)).toMatchObject({
      status: 'failed',
      error: {
        code: 'CATEGORY_REDIRECT_INVALID',
        message: 'The redirects go round in a circle: Round → About → Round.',
      },
    });
    expect(await again(missing)).toMatchObject({ status: 'failed', error: { code: 'CATEGORY_NOT_FOUND' } });
  });

  it('reads subcategories, each category and each file once, and no more than are allowed', async () => {
    const flat = await request('Squares');
    const deep = await request('Squares', 3);
    await runAll();
    expect(await again(flat)).toMatchObject({ files: 7, categories: 1 });
    const found = await again(deep);
    expect(found).toMatchObject({
      status: 'complete',
      files: 8,
      total: 8,
      categories: 2,
      isTruncated: false,
    });
    const { items } = await imports.listFiles(found, { ...ALL, category: 'Below' });
    expect(items.map(({ name }) => name)).toEqual([fileName(1)]);
    await stores.nest.get(Database).change('UPDATE import_runs SET current_key = NULL');
    const few = await request('Squares', 3);
    await runAll(replica, { IMPORT_MAX_CATEGORIES: '1' });
    expect(await again(few)).toMatchObject({
      status: 'complete',
      files: 7,
      categories: 1,
      isTruncated: true,
    });
  });

  it('goes on for those who still wait, and stops within a chunk without any', async () => {
    const other = (await aUser(stores.nest.get(Database))).userid;
    const [mine, theirs] = [await request('Streets'), await request('Streets', 0, other)];
    expect(theirs.runId).toBe(mine.runId);
    expect(theirs.id).not.toBe(mine.id);
    expect(await imports.cancel(mine)).toMatchObject({ status: 'cancelled' });
    await runAll();
    expect(await again(mine)).toMatchObject({ status: 'cancelled' });
    expect(await again(theirs)).toMatchObject({ status: 'complete', files: 1_203 });

    await stores.nest.get(Database).change('UPDATE import_runs SET current_key = NULL');
    const [first, second] = [await request('Streets'), await request('Streets', 0, other)];
    const running = runAll();
    await waitUntil('a chunk', async () => (await again(first)).chunks > 0);
    await imports.cancel(first);
    const cancelled = await imports.cancel(second);
    await running;
    expect(await again(second)).toMatchObject({ status: 'cancelled' });
    expect((await again(second)).chunks).toBeLessThanOrEqual((cancelled?.chunks ?? 0) + 1);
    expect((await jobs.find(first.jobId ?? 0))?.status).toBe('cancelled');
    expect((await request('Streets')).runId).not.toBe(first.runId);
  });

  it('stops by itself when the cancel did not reach the job', async () => {
    const asked = await request('Streets');
    await stores.nest
      .get(Database)
      .change('UPDATE import_runs SET abandoned_at = NOW(3) WHERE id = ?', [asked.runId]);
    await runAll();
    expect((await jobs.find(asked.jobId ?? 0))?.status).toBe('cancelled');
    expect(await again(asked)).toMatchObject({ status: 'cancelled', files: 0 });
  });

  it('is tried again while the replica is away', async () => {
    const away = new CommonsReplica({
      coreUrl: 'mysql://root@127.0.0.1:1/wiki',
      linksUrl: 'mysql://root@127.0.0.1:1/wiki',
      ssh: new SshRoute(''),
    });
    const asked = await request('Squares');
    await runAll(away);
    const job = await jobs.find(asked.jobId ?? 0);
    expect(job?.status).toBe('queued');
    expect(job?.attempts).toBeGreaterThan(0);
    await waitUntil('the replica to be there again', async () => {
      await runAll();
      return (await again(asked)).status === 'complete';
    });
    await away.close();
  });

  describe('without a replica', () => {
    const none = new CommonsReplica({ coreUrl: null, linksUrl: null, ssh: new SshRoute('') });

    beforeAll(() => {
      const { commons } = stores.upstreams;
      const timestamp = new Date('2026-01-02T03:04:05Z');
      for (let number = 1; number <= 620; number += 1) {
        commons.addFile(`Bridge ${number}.jpg`, '[[Category:Bridges]]', { user: 'Uploader', timestamp });
      }
      commons.addPage('Category:Spans', '{{Category redirect|Bridges}}');
    });

    it('asks the wiki in the name of somebody who waits', async () => {
      const { nest, upstreams } = stores;
      const person = { userid: 'of-the-wiki', username: 'Uploader' };
      const encryptedToken = nest
        .get(TokenVault)
        .seal(upstreams.commons.accessToken('Uploader'), person.userid);
      await nest.get(UserRepository).saveSignIn({ ...person, encryptedToken });
      const anonymous = await request('Spans');
      const asked = await request('Spans', 0, person.userid);
      await runAll(none);
      expect(await again(asked)).toMatchObject({
        status: 'complete',
        category: 'Bridges',
        redirects: [{ title: 'Spans', template: 'Category redirect' }],
        files: 620,
        chunks: 2,
      });
      expect((await again(anonymous)).status).toBe('complete');
    });

    it('fails when nobody is signed in', async () => {
      const asked = await request('Bridges');
      await runAll(none);
      expect(await again(asked)).toMatchObject({ status: 'failed', error: { code: 'FORBIDDEN' } });
    });
  });
});
