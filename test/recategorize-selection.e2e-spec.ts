import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { waitUntil } from './support/wait-until.js';
import type { CommonsWiki } from './upstreams/index.js';

interface Move {
  job_id: number;
  status: string;
  done: number;
  total?: number;
  moved: number;
  untouched: number;
  source: string;
  target: string;
  import_id?: number;
  cancel_requested: boolean;
  error?: { error_code: string };
}

interface Answer<T> {
  status: number;
  location: string | null;
  body: T & { error_code?: string; details?: Record<string, string[]> };
}

const NO_LINK =
  'Its page has no link to the category: a template puts the file there, or it has been moved already.';

describe('moving files that were chosen from an import', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let turn = 0;
  let source: string;
  let target: string;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1', UPLOAD_LEASE_SECONDS: '2' },
    });
    commons = stack.upstreams.commons;
    commons.setLimits('Uploader', { edit: { user: { hits: 100_000, seconds: 180 } } });
  }, 60_000);

  beforeEach(() => {
    turn += 1;
    source = `Old town ${turn}`;
    target = `New town ${turn}`;
    commons.addPage(`Category:${source}`, 'A town');
    commons.addPage(`Category:${target}`, 'A town');
  });

  afterEach(() => {
    commons.faults.clear();
    commons.latencyMs = 0;
  });

  afterAll(async () => {
    await stack.stop();
  });

  async function call<T = object>(
    path: string,
    { method = 'GET', body, user = 'Uploader' }: { method?: string; body?: object; user?: string } = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${stack.api.url}/api/${path}`, {
      method,
      headers: { cookie: await stack.cookieOf(user), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      body: (await response.json()) as Answer<T>['body'],
    };
  }

  /** A file of the old town. @returns its page */
  const addFile = (name: string, text = `Text\n[[Category:${source}]]`): number => {
    commons.addFile(`${name} ${turn}.jpg`, text, { user: 'Uploader', timestamp: new Date('2026-01-02') });
    return pageOf(name).id;
  };
  const addFiles = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => addFile(`Street ${String(index).padStart(3, '0')}`));
  const pageOf = (name: string) => {
    const page = commons.pages.get(`File:${name} ${turn}.jpg`);
    if (page === undefined) throw new Error(`There is no ${name}`);
    return page;
  };
  /** The files whose pages were edited, and the texts that these have now. */
  const edited = (): Record<string, string | undefined> =>
    Object.fromEntries(
      [...commons.pages.values()]
        .filter(({ title, revisions }) => title.text.endsWith(` ${turn}.jpg`) && revisions.length > 1)
        .map(({ title, revisions }) => [title.text, revisions[0]?.text]),
    );
  const editedOnce = (): boolean =>
    [...commons.pages.values()]
      .filter(({ title }) => title.text.endsWith(` ${turn}.jpg`))
      .every(({ revisions }) => revisions.length <= 2);

  const importCategory = async (category = source, depth = 0): Promise<number> => {
    const body = { import_method: 'category', category, depth };
    const { job_id: id } = (await call<{ job_id: number }>('imports', { method: 'POST', body })).body;
    await waitUntil(`import ${id}`, async () => {
      const { status } = (await call<{ status: string }>(`imports/${id}`)).body;
      if (status === 'failed') throw new Error('The import has failed');
      return status === 'complete';
    });
    return id;
  };
  const expire = (id: number): Promise<object[]> =>
    queryRows(
      stack.stores.databaseUrl,
      'UPDATE import_runs SET expires_at = UTC_TIMESTAMP(3) WHERE id = (SELECT run_id FROM imports WHERE id = ?)',
      [id],
    );
  const ask = (id: number, body: object = {}, user?: string): Promise<Answer<{ job_id: number }>> =>
    call(`imports/${id}/recategorize`, { method: 'POST', body: { target, ...body }, ...(user && { user }) });
  const start = async (id: number, body: object = {}): Promise<number> => {
    const { status, location, body: answer } = await ask(id, body);
    expect([status, location]).toEqual([202, `/api/recategorizations/${answer.job_id}`]);
    return answer.job_id;
  };
  const read = async (id: number): Promise<Move> => (await call<Move>(`recategorizations/${id}`)).body;
  const ended = (id: number): Promise<Move> =>
    waitUntil(`move ${id}`, async () => {
      const found = await read(id);
      return ['queued', 'running'].includes(found.status) ? null : found;
    });
  const untouchedOf = async (id: number, query = ''): Promise<{ items: object[]; total: number }> =>
    (await call<{ items: object[]; total: number }>(`recategorizations/${id}/untouched${query}`)).body;

  it('moves the pages that are named, and touches nothing else', async () => {
    const pages = addFiles(4);
    const id = await importCategory();
    const move = await start(id, { page_ids: [pages[2], pages[0], pages[2]] });
    expect(await ended(move)).toMatchObject({
      job_id: move,
      status: 'complete',
      source: `Category:${source}`,
      target: `Category:${target}`,
      import_id: id,
      done: 2,
      total: 2,
      moved: 2,
      untouched: 0,
      cancel_requested: false,
    });
    expect(edited()).toEqual({
      [`File:Street 000 ${turn}.jpg`]: `Text\n[[Category:${target}]]`,
      [`File:Street 002 ${turn}.jpg`]: `Text\n[[Category:${target}]]`,
    });
    expect(editedOnce()).toBe(true);
    const forgotten = 'SELECT title FROM forgotten_categories WHERE title = ?';
    const key = [source.replaceAll(' ', '_')];
    expect(await queryRows(stack.stores.databaseUrl, forgotten, key)).toEqual([]);
  });

  it('moves what the filter lets through', async () => {
    addFiles(2);
    addFile('Square');
    const id = await importCategory();
    const move = await start(id, { name: 'STREET', mime: 'image/', uploaded_to: '2026-01-02', min_side: 30 });
    expect(await ended(move)).toMatchObject({ status: 'complete', moved: 2, total: 2 });
    expect(Object.keys(edited())).toEqual([`File:Street 000 ${turn}.jpg`, `File:Street 001 ${turn}.jpg`]);
  });

  it('moves all files out of the category that a redirect leads to, in several parts', async () => {
    addFiles(501);
    commons.addPage(`Category:Alias ${turn}`, `#REDIRECT [[:Category:${source}]]`);
    const move = await start(await importCategory(`Alias ${turn}`));
    expect(await ended(move)).toMatchObject({ source: `Category:${source}`, moved: 501, total: 501 });
    expect(Object.keys(edited())).toHaveLength(501);
    expect(editedOnce()).toBe(true);
  }, 120_000);

  it('survives a killed worker, and edits no page twice', async () => {
    const pages = addFiles(600);
    const move = await start(await importCategory(), { page_ids: pages.slice(0, 550) });
    await waitUntil('some edits', () => Object.keys(edited()).length > 100);
    await stack.workers.at(-1)?.kill();
    await stack.startWorker();
    expect(await ended(move)).toMatchObject({ status: 'complete', moved: 550, total: 550, untouched: 0 });
    expect(Object.keys(edited())).toHaveLength(550);
    expect(editedOnce()).toBe(true);
  }, 120_000);

  it('leaves what is only in subcategories, what has gone and what a template puts there, and says so', async () => {
    addFile('A');
    commons.addPage(`Category:Sub ${turn}`, `[[Category:${source}]]`);
    addFile('B', `[[Category:Sub ${turn}]]`);
    addFile('C');
    commons.addPage(`Template:City ${turn}`, `[[Category:${source}]]`);
    addFile('D', `{{City ${turn}}}`);
    const id = await importCategory(source, 1);
    commons.addPage(`File:C ${turn}.jpg`, 'Moved by others');
    const move = await start(id);
    expect(await ended(move)).toMatchObject({
      status: 'complete',
      done: 4,
      total: 4,
      moved: 1,
      untouched: 3,
    });
    const items = [
      {
        title: `File:B ${turn}.jpg`,
        reason: `It is not in the category itself but below it, in Category:Sub ${turn}.`,
      },
      { title: `File:C ${turn}.jpg`, reason: NO_LINK },
      { title: `File:D ${turn}.jpg`, reason: NO_LINK },
    ];
    expect(await untouchedOf(move)).toEqual({ items, total: 3, page: 0, size: 20 });
    expect(await untouchedOf(move, '?page=1&size=1&asc=false')).toMatchObject({
      items: [items[1]],
      total: 3,
    });
    expect(pageOf('A').revisions[0]?.text).toBe(`Text\n[[Category:${target}]]`);
    expect(pageOf('B').revisions).toHaveLength(1);
    const below = await start(id, { category: `Sub ${turn}` });
    expect(await ended(below)).toMatchObject({ status: 'complete', done: 1, moved: 0, untouched: 1 });
  });

  it('joins the same selection while it is moved, and no other', async () => {
    const pages = addFiles(30);
    const id = await importCategory();
    commons.latencyMs = 40;
    const first = await start(id, { page_ids: pages });
    await waitUntil('an edit', () => Object.keys(edited()).length > 0);
    const asked = [
      start(id, { page_ids: pages.toReversed() }),
      start(id, { page_ids: pages }),
      start(id, { page_ids: pages.slice(1) }),
      start(id, { name: 'Street' }),
      start(id),
    ];
    const [same, again, ...others] = await Promise.all(asked);
    expect([same, again]).toEqual([first, first]);
    expect(new Set([first, ...others]).size).toBe(4);
    const moves = await Promise.all([first, ...others].map(ended));
    expect(moves.map(({ status, done }) => [status, done])).toEqual(
      [30, 29, 30, 30].map((files) => ['complete', files]),
    );
    expect(editedOnce()).toBe(true);
    expect(Object.keys(edited())).toHaveLength(30);
  });

  it('ends with the files under way when it is cancelled; the rest can be moved then', async () => {
    addFiles(60);
    const id = await importCategory();
    commons.latencyMs = 40;
    const move = await start(id);
    await waitUntil('an edit', () => Object.keys(edited()).length > 0);
    const cancelled = await call<Move>(`recategorizations/${move}`, { method: 'DELETE' });
    expect([cancelled.status, cancelled.body.cancel_requested]).toEqual([200, true]);
    const next = await start(id);
    expect(next).not.toBe(move);
    const end = await ended(move);
    expect(end.status).toBe('cancelled');
    expect(end.moved - cancelled.body.moved).toBeLessThanOrEqual(3);
    expect((await call(`recategorizations/${move}`, { method: 'DELETE' })).status).toBe(200);
    commons.latencyMs = 0;
    const rest = await ended(next);
    expect([end.moved + rest.moved, rest.status]).toEqual([60, 'complete']);
    expect(editedOnce()).toBe(true);
    const late = await call(`recategorizations/${next}`, { method: 'DELETE' });
    expect([late.status, late.body.error_code]).toEqual([409, 'STATE_CONFLICT']);
  });

  it('lists and cancels what was begun on the WebSocket too', async () => {
    const client = await stack.connect();
    addFiles(60);
    commons.latencyMs = 40;
    client.send({ type: 'RECATEGORIZE_FILES', data: { source, target } });
    await waitUntil('an edit', () => Object.keys(edited()).length > 0);
    const { items } = (await call<{ items: Move[] }>('recategorizations?size=1')).body;
    const [{ job_id: id = 0, ...newest } = {}] = items as Partial<Move>[];
    expect(newest).toMatchObject({ status: 'running', source: `Category:${source}`, total: 60 });
    expect(newest).not.toHaveProperty('import_id');
    await call(`recategorizations/${id}`, { method: 'DELETE' });
    expect((await client.next('ERROR')).data).toContain(`Moving the files of ${source} was cancelled`);
    const { moved, status } = await ended(id);
    expect(status).toBe('cancelled');
    expect(Object.keys(edited())).toHaveLength(moved);
  });

  it("is the person's own", async () => {
    const [page] = addFiles(1);
    const id = await importCategory();
    const refused = await ask(id, { page_ids: [page] }, 'Second uploader');
    expect([refused.status, refused.body.error_code]).toEqual([404, 'IMPORT_NOT_FOUND']);
    const move = await start(id);
    await ended(move);
    for (const [path, method] of [
      ['', 'GET'],
      ['/untouched', 'GET'],
      ['', 'DELETE'],
    ] as const) {
      const answer = await call(`recategorizations/${move}${path}`, { method, user: 'Second uploader' });
      expect([answer.status, answer.body.error_code]).toEqual([404, 'RECATEGORIZATION_NOT_FOUND']);
    }
    // The job of an import is no move, though it is the person's own.
    const [row] = await queryRows(
      stack.stores.databaseUrl,
      "SELECT id FROM jobs WHERE kind = 'import' ORDER BY id DESC LIMIT 1",
    );
    expect((await call(`recategorizations/${String(row?.['id'])}`)).status).toBe(404);
    const list = await call<{ items: Move[] }>('recategorizations', { user: 'Second uploader' });
    expect(list.body).toMatchObject({ items: [], total: 0 });
    expect((await fetch(`${stack.api.url}/api/recategorizations`)).status).toBe(401);
  });

  it('moves nothing of an import that is too old when its turn comes', async () => {
    addFiles(3);
    const id = await importCategory();
    await stack.workers.at(-1)?.stop();
    const move = await start(id);
    await expire(id);
    await stack.startWorker();
    expect(await ended(move)).toMatchObject({ status: 'failed', error: { error_code: 'IMPORT_EXPIRED' } });
    expect(edited()).toEqual({});
  });

  it('refuses what makes no sense', async () => {
    const [page] = addFiles(1);
    const id = await importCategory();
    const codes = await Promise.all(
      [
        { page_ids: [] },
        { page_ids: [page, 999_999_999] },
        { page_ids: [String(page)] },
        { page_ids: [0] },
        { page_ids: Array.from({ length: 5_001 }, (_, index) => index + 1) },
        { page_ids: null },
        { page_ids: [page], name: 'Street' },
        { name: 'no such file' },
        { name: ' ' },
        { uploaded_from: '2026-02-31' },
        { uploaded_from: '2026-02-02', uploaded_to: '2026-02-01' },
        { min_side: '7' },
        { sha1: 'x' },
        { target: source },
        { target: 'Never made' },
        { target: '[x]' },
        { target: undefined },
      ].map(async (body) => (await ask(id, body)).status),
    );
    expect(codes).toEqual(codes.map(() => 400));
    const unknown = await ask(id, { page_ids: [page, 999_999_999] });
    expect(unknown.body.details?.['page_ids']?.[0]).toContain('999999999');
    expect((await ask(9_999_999)).body.error_code).toBe('IMPORT_NOT_FOUND');
    const { databaseUrl } = stack.stores;
    const cancel =
      'UPDATE imports SET cancelled_at = IF(cancelled_at IS NULL, created_at, NULL) WHERE id = ?';
    await queryRows(databaseUrl, cancel, [id]);
    const unfinished = await ask(id);
    expect([unfinished.status, unfinished.body.error_code]).toEqual([409, 'STATE_CONFLICT']);
    await queryRows(databaseUrl, cancel, [id]);
    await expire(id);
    const expired = await ask(id);
    expect([expired.status, expired.body.error_code]).toEqual([404, 'IMPORT_EXPIRED']);
    expect(edited()).toEqual({});
  });
});
