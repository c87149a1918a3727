import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveClient } from './support/live-client.js';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { waitUntil } from './support/wait-until.js';
import { createBatch, listUploads, watchToTheEnd } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import type { CommonsWiki } from './upstreams/index.js';

const TEMPLATE_REASON =
  'Its page has no link to the category: a template puts the file there, or it has been moved already.';

describe('moving files from one category to another', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let client: LiveClient;
  let turn = 0;
  let source: string;
  let target: string;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1', UPLOAD_LEASE_SECONDS: '2' },
    });
    commons = stack.upstreams.commons;
    client = await stack.connect();
  }, 60_000);

  beforeEach(() => {
    turn += 1;
    source = `Old town ${turn}`;
    target = `New town ${turn}`;
    commons.addPage(`Category:${target}`, 'A town');
  });

  afterEach(() => {
    commons.faults.clear();
    commons.setLimits('Uploader', null);
    commons.latencyMs = 0;
  });

  afterAll(async () => {
    await stack.stop();
  });

  const titleOf = (name: string): string => `File:${name} of ${turn}.jpg`;
  const addFile = (name: string, text = `[[Category:${source}]]`): string => {
    commons.addPage(titleOf(name), text);
    return titleOf(name);
  };
  const addFiles = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => addFile(`Street ${index}`));
  const revisionsOf = (title: string) => commons.pages.get(title)?.revisions ?? [];
  const textOf = (title: string): string | undefined => revisionsOf(title)[0]?.text;
  const start = (as = client): void => as.send({ type: 'RECATEGORIZE_FILES', data: { source, target } });
  const isOurs = (frame: { data: { source: string } }): boolean => frame.data.source === source;
  const finish = async (): Promise<number> =>
    (await client.next('RECATEGORIZE_FILES_RESPONSE', { where: isOurs })).data.count;
  const move = async (): Promise<number> => {
    start();
    return finish();
  };
  /** What those are told who come now. */
  const progress = async (as = client) => {
    const known = as.framesOf('RECATEGORIZE_PROGRESS').length;
    as.send({ type: 'SUBSCRIBE_RECATEGORIZE', data: { source, target } });
    await waitUntil('the state', () => as.framesOf('RECATEGORIZE_PROGRESS').length > known);
    return as.framesOf('RECATEGORIZE_PROGRESS').at(-1)?.data;
  };
  const expectEditedOnce = (titles: readonly string[]): void => {
    expect(titles.filter((title) => revisionsOf(title).length !== 2)).toEqual([]);
  };

  it('moves every file with one edit, whatever the spelling, and keeps the rest of the page', async () => {
    const titles = [
      addFile('A', `Text\n[[Category:${source}|key]]\n[[Category:Other]]`),
      addFile('B', `[[ category : ${source.toLowerCase().replaceAll(' ', '_')} ]]`),
      addFile('C', `[[Kategorie:${source}]]\n[[Category:${target}]]\n`),
    ];
    commons.addPage(`Category:Sub ${turn}`, `[[Category:${source}]]`);
    expect(await move()).toBe(3);
    expect(titles.map(textOf)).toEqual([
      `Text\n[[Category:${target}|key]]\n[[Category:Other]]`,
      `[[Category:${target}]]`,
      `[[Category:${target}]]\n`,
    ]);
    expectEditedOnce(titles);
    expect(revisionsOf(titles[0] ?? '')[0]).toMatchObject({ user: 'Uploader' });
    expect(revisionsOf(titles[0] ?? '')[0]?.comment).toMatch(
      new RegExp(
        `^Moving from \\[\\[:Category:${source}\\]\\] to \\[\\[:Category:${target}\\]\\] via Curator \\(\\[\\[:toolforge:editgroups-commons/b/curator/[0-9a-f]{12}\\|details\\]\\]\\)$`,
      ),
    );
    const edits = commons.log.filter(
      ({ action, params }) => action === 'edit' && titles.includes(params['title'] ?? ''),
    );
    expect(edits.every(({ params }) => params['nocreate'] === '1' && Number(params['baserevid']) > 0)).toBe(
      true,
    );
    expect(await progress()).toEqual({ source, done: 3, total: 3, untouched: [] });
    const forgotten = 'SELECT title FROM forgotten_categories WHERE title = ?';
    const key = [source.replaceAll(' ', '_')];
    expect(await queryRows(stack.stores.databaseUrl, forgotten, key)).toEqual([]);
  });

  it('takes a category that is empty now from the wanted ones', async () => {
    addFiles(2);
    expect(await move()).toBe(2);
    const forgotten = 'SELECT title FROM forgotten_categories WHERE title = ?';
    const key = [source.replaceAll(' ', '_')];
    expect(await queryRows(stack.stores.databaseUrl, forgotten, key)).toHaveLength(1);
  });

  it('tells which files it left untouched and why', async () => {
    commons.addPage(`Template:City ${turn}`, `[[Category:${source}]]`);
    const byTemplate = addFile('A', `{{City ${turn}}}`);
    const isProtected = addFile('B');
    const page = commons.pages.get(isProtected);
    if (page) page.isProtected = true;
    const good = addFile('C');
    const filtered = addFile('D');
    commons.faults.add({
      match: { action: 'edit', params: { title: filtered } },
      error: { code: 'abusefilter-disallowed', info: 'No towns.' },
    });
    expect(await move()).toBe(1);
    expect(await progress()).toEqual({
      source,
      done: 4,
      total: 4,
      untouched: [
        { title: byTemplate, reason: TEMPLATE_REASON },
        { title: isProtected, reason: 'Its page is protected.' },
        {
          title: filtered,
          reason: 'A filter of the wiki does not let its page be saved (abusefilter-disallowed: No towns.)',
        },
      ],
    });
    expectEditedOnce([good]);
  });

  it('reads a page again that others have changed meanwhile, and keeps what they wrote', async () => {
    const title = addFile('A');
    commons.faults.add({ match: { action: 'edit', params: { title } }, delayMs: 400 });
    start();
    await waitUntil('the edit', () => commons.faults.used.length > 0);
    commons.addPage(title, `[[Category:${source}]] and more`, 'Admin');
    expect(await finish()).toBe(1);
    expect(textOf(title)).toBe(`[[Category:${target}]] and more`);
    expect(revisionsOf(title)).toHaveLength(3);
  });

  it('gives up a page that others change again and again', async () => {
    const title = addFile('A');
    const error = { code: 'editconflict', info: 'Edit conflict.' };
    commons.faults.add({ match: { action: 'edit', params: { title } }, times: 3, error });
    expect(await move()).toBe(0);
    expect((await progress())?.untouched).toEqual([
      { title, reason: 'Others changed its page each time this was tried.' },
    ]);
  });

  it('makes no edit twice whose answer is lost', async () => {
    const titles = addFiles(12);
    const lost = { match: { action: 'edit', params: { title: titles[3] ?? '' } }, close: 'after' as const };
    const broken = {
      match: { action: 'edit', params: { title: titles[7] ?? '' } },
      applied: true,
      error: { code: 'internal_api_error_DBQueryError', info: 'Lost.' },
    };
    commons.faults.add(lost, broken);
    expect(await move()).toBe(12);
    expect(commons.faults.used).toHaveLength(2);
    expectEditedOnce(titles);
  });

  it('waits as long as the wiki takes no edits', async () => {
    const titles = addFiles(3);
    const error = { code: 'readonly', info: 'Maintenance.' };
    commons.faults.add({ match: { action: 'edit' }, times: 8, error });
    expect(await move()).toBe(3);
    expectEditedOnce(titles);
  });

  it('keeps the window of edits', async () => {
    commons.setLimits('Second uploader', { edit: { user: { hits: 10, seconds: 2 } } });
    const second = await stack.connect('Second uploader');
    const titles = addFiles(24);
    const before = commons.log.length;
    start(second);
    expect((await second.next('RECATEGORIZE_FILES_RESPONSE')).data.count).toBe(24);
    expectEditedOnce(titles);
    const refused = commons.log.slice(before).filter(({ errorCode }) => errorCode === 'ratelimited');
    expect(refused).toEqual([]);
  });

  it('goes on beside uploads in the same window, and after a refusal', async () => {
    const limits = { edit: { user: { hits: 10, seconds: 2 } }, upload: { user: { hits: 50, seconds: 1 } } };
    commons.setLimits('Uploader', limits);
    const titles = addFiles(14);
    const error = { code: 'ratelimited', info: 'Too many.' };
    commons.faults.add({ match: { action: 'edit' }, skip: 5, times: 2, error });
    start();
    const uploads = new UploadsInTurn(stack, client);
    const batchid = await createBatch(client, uploads.newItems(3));
    await watchToTheEnd(client, batchid);
    expect((await listUploads(client, batchid)).batch.stats.completed).toBe(3);
    expect(await finish()).toBe(14);
    expectEditedOnce(titles);
  });

  it('never sends more than three requests at once for one person', async () => {
    commons.latencyMs = 20;
    addFiles(8);
    const before = commons.log.length;
    expect(await move()).toBe(8);
    const own = commons.log.slice(before).filter(({ user }) => user === 'Uploader');
    expect(Math.max(...own.map(({ concurrent }) => concurrent))).toBeLessThanOrEqual(3);
  });

  it('joins a move that is under way, and tells everybody who asked', async () => {
    commons.latencyMs = 30;
    const titles = addFiles(10);
    const second = await stack.connect();
    start();
    start(second);
    expect(await finish()).toBe(10);
    expect((await second.next('RECATEGORIZE_FILES_RESPONSE')).data).toEqual({ source, count: 10 });
    expectEditedOnce(titles);
  });

  it('tells how far it is to those who come later, also after a lost connection', async () => {
    commons.latencyMs = 40;
    addFiles(30);
    const first = await stack.connect();
    start(first);
    await waitUntil('the first', () =>
      commons.edits.some(({ comment }) => comment.includes(`:Category:${target}`)),
    );
    first.terminate();
    const again = await stack.connect();
    const state = await progress(again);
    expect(state).toMatchObject({ source, total: 30 });
    expect(state?.done).toBeLessThan(30);
    await again.next('RECATEGORIZE_PROGRESS', { where: ({ data }) => data.done === 30 });
    const seen = again.framesOf('RECATEGORIZE_PROGRESS').map(({ data }) => data.done);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const other = await stack.connect('Second uploader');
    other.send({ type: 'SUBSCRIBE_RECATEGORIZE', data: { source, target } });
    expect((await other.next('ERROR')).data).toContain('You are not moving files');
  });

  it('stops when it is cancelled, and says so', async () => {
    commons.latencyMs = 30;
    const titles = addFiles(40);
    start();
    await waitUntil('the first', () => titles.some((title) => revisionsOf(title).length > 1));
    await queryRows(
      stack.stores.databaseUrl,
      `UPDATE jobs SET cancel_requested_at = UTC_TIMESTAMP(3) WHERE kind = 'recategorize' AND status = 'running'`,
    );
    expect((await client.next('ERROR')).data).toMatch(
      /^Moving the files of Old town \d+ was cancelled after \d+ files/,
    );
    const moved = titles.filter((title) => revisionsOf(title).length > 1);
    expect(moved.length).toBeLessThan(40);
    expect(await move()).toBe(40 - moved.length);
    expectEditedOnce(titles);
  });

  it('fails when the person may not edit any more', async () => {
    addFiles(2);
    const error = { code: 'blocked', info: 'You have been blocked from editing.' };
    commons.faults.add({ match: { action: 'edit' }, times: 2, error });
    start();
    expect((await client.next('ERROR')).data).toContain(
      'The wiki does not let you edit (blocked: You have been blocked',
    );
  });
});
