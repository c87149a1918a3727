import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fillCategory } from './replica/fill-files.js';
import { openTestReplica, type TestReplica } from './replica/test-replica.js';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { anItem, createBatch, watchToTheEnd } from './support/upload-collection.js';
import { waitUntil } from './support/wait-until.js';
import { idOf, SAMPLE_SEQUENCES } from './upstreams/index.js';

const LARGE = { title: 'Large', titleId: 900, firstPage: 1, count: 50_000 };
const SMALL = { title: 'Small', titleId: 901, firstPage: 100_001, count: 20 };
const CHUNK = 500;

interface Import {
  job_id: number;
  status: string;
  files_imported: number;
  total?: number;
  chunk: number;
  resolved_category?: string;
  redirects: { from: string; to: string; template?: string }[];
}

describe('imports of categories', () => {
  let replica: TestReplica;
  let stack: Stack;

  beforeAll(async () => {
    replica = await openTestReplica();
    await fillCategory(replica, LARGE);
    await fillCategory(replica, SMALL);
    const { links } = replica;
    await links.run("INSERT INTO linktarget VALUES (902, 10, 'Category_redirect')");
    await links.run("INSERT INTO page (page_id, page_namespace, page_title) VALUES (51, 14, 'Little')");
    await links.run('INSERT INTO templatelinks (tl_from, tl_target_id) VALUES (51, 902)');
    await links.run('INSERT INTO pagelinks (pl_from, pl_target_id) VALUES (51, 901)');
    stack = await Stack.start({
      environment: {
        COMMONS_REPLICA_URL: replica.core.url,
        COMMONS_LINKS_REPLICA_URL: links.url,
        UPLOAD_LEASE_SECONDS: '2',
        RECONCILE_INTERVAL_SECONDS: '1',
      },
    });
  }, 120_000);

  afterAll(async () => {
    await replica.drop();
    await stack.stop();
  });

  const call = async (path: string, init: RequestInit = {}, user = 'Uploader'): Promise<Response> =>
    fetch(`${stack.api.url}/api/imports${path}`, {
      ...init,
      headers: { cookie: await stack.cookieOf(user), 'content-type': 'application/json' },
    });
  const read = async <T>(path: string, user?: string): Promise<T> => {
    const response = await call(path, {}, user);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const start = async (category: string, user?: string, depth?: number): Promise<number> => {
    const body = JSON.stringify({ import_method: 'category', category, depth });
    const response = await call('', { method: 'POST', body }, user);
    const { job_id: id } = (await response.json()) as { job_id: number };
    expect([response.status, response.headers.get('location')]).toEqual([202, `/api/imports/${id}`]);
    return id;
  };
  const ended = (id: number, user?: string): Promise<Import> =>
    waitUntil(
      `import ${id}`,
      async () => {
        const found = await read<Import>(`/${id}`, user);
        return ['queued', 'running'].includes(found.status) ? null : found;
      },
      90_000,
    );
  const rows = async (sql: string, id: number): Promise<number[]> =>
    (await queryRows(stack.stores.databaseUrl, sql, [id])).flatMap((row) => Object.values(row).map(Number));
  const OF_IMPORT = 'JOIN imports i ON i.run_id = f.run_id WHERE i.id = ?';

  it('survives the death of its worker, repeating no chunk and keeping no file twice', async () => {
    const id = await start('Category:Large');
    const client = await stack.connect();
    client.send({ type: 'SUBSCRIBE_IMPORT', data: id });
    const other = await start('Large', 'Second uploader');
    await waitUntil('some chunks', async () => (await read<Import>(`/${id}/status`)).chunk >= 5);
    await stack.worker.kill();
    const before = await read<Import>(`/${id}/status`);
    expect(before.files_imported).toBe(before.chunk * CHUNK);
    expect(before.files_imported).toBeLessThan(LARGE.count);
    const seen = await rows(`SELECT MAX(f.position) + 1 FROM import_files f ${OF_IMPORT}`, id);
    expect(seen).toEqual([before.files_imported]);
    await stack.startWorker();
    expect(await ended(id)).toMatchObject({
      status: 'complete',
      files_imported: LARGE.count,
      total: LARGE.count,
      chunk: LARGE.count / CHUNK,
      redirects: [],
    });
    const counts = `SELECT COUNT(*), COUNT(DISTINCT f.page_id), COUNT(DISTINCT f.name), MAX(f.position) FROM import_files f ${OF_IMPORT}`;
    expect(await rows(counts, id)).toEqual([LARGE.count, LARGE.count, LARGE.count, LARGE.count - 1]);
    const last = await client.next('IMPORT_PROGRESS', { where: ({ data }) => data.status === 'complete' });
    expect(last.data).toEqual({ job_id: id, status: 'complete', done: LARGE.count, total: LARGE.count });
    const frames = client.framesOf('IMPORT_PROGRESS').map(({ data }) => data.done);
    expect(frames).toEqual(frames.toSorted((a, b) => a - b));
    expect(frames.length).toBeGreaterThan(2);

    expect(await read<Import>(`/${other}`, 'Second uploader')).toMatchObject({ status: 'complete' });
    const [runs] = await rows('SELECT COUNT(*) FROM import_runs WHERE id > ?', 0);
    expect(runs).toBe(1);
    const again = await start('Large', 'Patroller');
    expect(await read<Import>(`/${again}`, 'Patroller')).toMatchObject({
      status: 'complete',
      files_imported: LARGE.count,
    });
  }, 120_000);

  it('tells both names of a redirected category', async () => {
    const found = await ended(await start('little'));
    expect(found).toMatchObject({
      status: 'complete',
      category: 'Little',
      resolved_category: 'Small',
      redirects: [{ from: 'Little', to: 'Small', template: 'Category redirect' }],
      files_imported: SMALL.count,
    });
  });

  it('ends within one chunk when it is cancelled', async () => {
    const id = await start('Large', 'Uploader', 1);
    await waitUntil('a chunk', async () => (await read<Import>(`/${id}/status`)).chunk > 0);
    const answer = await call(`/${id}`, { method: 'DELETE' });
    const cancelled = (await answer.json()) as Import;
    expect([answer.status, cancelled.status]).toEqual([200, 'cancelled']);
    const job = 'SELECT r.job_id FROM import_runs r JOIN imports i ON i.run_id = r.id WHERE i.id = ?';
    const [jobId = 0] = await rows(job, id);
    await waitUntil('the job to end', async () => {
      const [isOver] = await rows("SELECT status = 'cancelled' FROM jobs WHERE id = ?", jobId);
      return isOver === 1;
    });
    const { chunk } = await read<Import>(`/${id}`);
    expect(chunk).toBeLessThanOrEqual(cancelled.chunk + 1);
    expect((await call(`/${id}`, { method: 'DELETE' })).status).toBe(200);
    // What it has not found may be in the category all the same.
    const refused = await call(`/${id}/compare?handler=mapillary&collection=x`);
    expect([refused.status, await refused.json()]).toMatchObject([409, { error_code: 'STATE_CONFLICT' }]);
  });

  it("is the person's own", async () => {
    const id = await start('Small');
    await ended(id);
    for (const path of ['', '/status', '/files', '/compare?handler=mapillary&collection=x']) {
      const refused = await call(`/${id}${path}`, {}, 'Second uploader');
      expect([refused.status, ((await refused.json()) as { error_code: string }).error_code]).toEqual([
        404,
        'IMPORT_NOT_FOUND',
      ]);
    }
    expect((await call(`/${id}`, { method: 'DELETE' }, 'Second uploader')).status).toBe(404);
    expect((await call(`/${id}`, { method: 'DELETE' })).status).toBe(409);
    const stranger = await stack.connect('Second uploader');
    stranger.send({ type: 'SUBSCRIBE_IMPORT', data: id });
    expect((await stranger.next('ERROR')).data).toContain('no import');
    const { items } = await read<{ items: Import[] }>('', 'Second uploader');
    expect(items.map(({ job_id }) => job_id)).not.toContain(id);
    expect((await fetch(`${stack.api.url}/api/imports/${id}`)).status).toBe(401);
  });

  it('refuses what makes no sense, field by field', async () => {
    const post = async (body: object): Promise<number> =>
      (await call('', { method: 'POST', body: JSON.stringify(body) })).status;
    const good = { import_method: 'category', category: 'Small' };
    expect(
      await Promise.all([
        post({ ...good, import_method: 'magic' }),
        post({ ...good, category: '[x]' }),
        post({ ...good, category: 'é'.repeat(200) }),
        post({ ...good, depth: 99 }),
        post({ ...good, more: 1 }),
        post({}),
      ]),
    ).toEqual([400, 400, 400, 400, 400, 400]);
    const id = await start('Small');
    for (const query of [
      'sortby=sha1',
      'size=1000',
      'uploaded_from=2026-02-31',
      'uploaded_from=2026-02-02&uploaded_to=2026-02-01',
    ]) {
      expect((await call(`/${id}/files?${query}`)).status).toBe(400);
    }
    expect((await call(`/${id}/compare?handler=mapillary`)).status).toBe(400);
    expect((await call('/12x')).status).toBe(400);
  });

  /** A category with files of these names. */
  const addCategory = async (title: string, titleId: number, names: readonly string[]): Promise<void> => {
    const { core, links } = replica;
    await links.run('INSERT INTO linktarget VALUES (?, 14, ?)', [titleId, title]);
    for (const [index, name] of names.entries()) {
      const [pageId, column] = [titleId * 100 + index, name.replaceAll(' ', '_')];
      await links.run('INSERT INTO page (page_id, page_namespace, page_title) VALUES (?, 6, ?)', [
        pageId,
        column,
      ]);
      await links.run(
        "INSERT INTO categorylinks (cl_from, cl_type, cl_sortkey, cl_target_id) VALUES (?, 'file', ?, ?)",
        [pageId, column, titleId],
      );
      await core.run('INSERT INTO file VALUES (?, ?, 2, 3, 0)', [900_000 + pageId, column]);
    }
  };

  it('shows files by pages, as they are asked for', async () => {
    await addCategory('Paged', 903, ['B street.jpg', 'A street.jpg', 'C square.jpg']);
    const id = await start('Paged');
    await ended(id);
    const list = (query: string): Promise<{ items: { name: string }[]; total: number }> =>
      read(`/${id}/files?${query}`);
    const whole = await list('');
    expect(whole).toMatchObject({ total: 3, page: 0, size: 20 });
    expect(whole.items[0]).toMatchObject({
      name: 'A street.jpg',
      page_id: 90_301,
      category: 'Paged',
      mime: 'image/jpeg',
      first_uploader: 'Uploader_2',
      first_uploaded_at: '2026-01-02T03:04:05.000Z',
    });
    const some = await list('name=STREET&sortby=name&asc=false&size=1&uploaded_to=2026-01-02');
    expect(some).toMatchObject({ total: 2, items: [{ name: 'B street.jpg' }] });
  });

  it('tells which images of a sequence are among them, however that is known', async () => {
    const sequence = SAMPLE_SEQUENCES.thousand;
    const [uploaded = '', named = '', missing = ''] = [0, 1, 2].map((index) => idOf(sequence, index));
    const [title, name] = ['Uploaded here.jpg', `Street (Mapillary ${named}).jpg`];
    const client = await stack.connect();
    await watchToTheEnd(
      client,
      await createBatch(client, [anItem({ id: uploaded }, sequence.id, { title })]),
    );
    await addCategory('Compared', 904, [title, name, `Longer ${missing}0.jpg`]);
    const id = await start('Compared');
    await ended(id);
    const compare = (): Promise<object> =>
      read(`/${id}/compare?handler=mapillary&collection=${sequence.id}&size=3`);
    const rest = [
      { id: named, files: [{ title: `File:${name}`, found_by: ['file_name'] }] },
      { id: missing, files: [] },
    ];
    expect(await compare()).toEqual({
      ...{ page: 0, size: 3, total: 1_000, present: 2, unchecked: [] },
      items: [
        { id: uploaded, files: [{ title: `File:${title}`, found_by: ['uploads', 'structured_data'] }] },
        ...rest,
      ],
    });
    stack.upstreams.wcqs.limitRate(60, 10);
    expect(await compare()).toEqual({
      ...{ page: 0, size: 3, total: 1_000, present: 2, unchecked: ['structured_data'] },
      items: [{ id: uploaded, files: [{ title: `File:${title}`, found_by: ['uploads'] }] }, ...rest],
    });
    expect((await call(`/${id}/compare?handler=flickr&collection=x`)).status).toBeGreaterThanOrEqual(400);
  });
});
