import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CategoryFile } from '#app/protocol';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { JobRepository } from '../jobs/job.repository.js';
import type { CategoryImport, FilesQuery } from './category-import.js';
import { ImportRunClosed, ImportRunRepository } from './import-run.repository.js';
import { ImportRepository } from './import.repository.js';

const HOUR_MS = 3_600_000;
const signal = new AbortController().signal;
const DEFAULTS: FilesQuery = { page: 0, size: 20, sortby: 'position', asc: true };

const aFile = (number: number, members: Partial<CategoryFile> = {}): CategoryFile => ({
  pageId: 1_000 + number,
  name: `Street ${number}.jpg`,
  width: 4_000,
  height: 3_000,
  size: 1_000_000 - number,
  mime: 'image/jpeg',
  sha1: 'a'.repeat(40),
  firstUploader: 'Alice',
  firstUploadedAt: new Date('2026-01-02T03:04:05Z'),
  latestUploader: 'Bob',
  latestUploadedAt: new Date('2026-02-02T03:04:05Z'),
  ...members,
});

describe('imports', () => {
  let opened: OpenTestDatabase;
  let imports: ImportRepository;
  let runs: ImportRunRepository;
  let userid: string;

  beforeAll(async () => {
    opened = await openTestDatabase();
    imports = new ImportRepository(opened.database, new JobRepository(opened.database));
    runs = new ImportRunRepository(opened.database);
  });

  afterAll(() => opened.drop());

  beforeEach(async () => {
    await opened.database.change('UPDATE import_runs SET current_key = NULL');
    ({ userid } = await aUser(opened.database));
  });

  const request = (title = 'Streets', person = userid): Promise<{ import: CategoryImport; isNew: boolean }> =>
    imports.request({ userid: person, title, depth: 0 });
  const add = async ({ runId }: CategoryImport, files: readonly CategoryFile[]): Promise<void> => {
    const { database } = opened;
    const category = await runs.findCategory(runId, 0);
    if (category === null) await database.transaction((sql) => runs.begin(sql, runId, 'Streets', []));
    const known = { number: 0, level: 0, title: 'Streets' };
    const unknown = await runs.listUnknownFiles(runId, files);
    await database.transaction((sql) =>
      runs.addFiles(sql, runId, { category: known, files: unknown, others: 0 }),
    );
  };
  const complete = ({ runId }: CategoryImport, expiresAt: Date): Promise<void> =>
    opened.database.transaction((sql) => runs.complete(sql, runId, expiresAt));
  const later = (): Date => new Date(Date.now() + HOUR_MS);

  it('are shared by those who ask at the same moment, in one run with one job', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => aUser(opened.database)));
    const asked = await Promise.all([
      ...people.map((person) => request('Streets', person.userid)),
      ...people.map((person) => request('Streets', person.userid)),
    ]);
    expect(new Set(asked.map((one) => one.import.runId)).size).toBe(1);
    expect(new Set(asked.map((one) => one.import.jobId)).size).toBe(1);
    expect(asked[0]?.import.jobId).not.toBeNull();
    expect((await request('Squares')).import.runId).not.toBe(asked[0]?.import.runId);
    const { import: other } = await imports.request({ userid, title: 'Streets', depth: 1 });
    expect(other.runId).not.toBe(asked[0]?.import.runId);
  });

  it('are one for each person, who sees their own only', async () => {
    const first = await request();
    const second = await request();
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second.import.id).toBe(first.import.id);
    const stranger = (await aUser(opened.database)).userid;
    expect(await imports.findOwn(first.import.id, stranger)).toBeNull();
    expect(await imports.list({ userid: stranger, page: 0, size: 20, asc: true })).toEqual({
      items: [],
      total: 0,
    });
    await request('Squares');
    const { items, total } = await imports.list({ userid, page: 0, size: 1, asc: false });
    expect([items.map(({ title }) => title), total]).toEqual([['Squares'], 2]);
  });

  it('use what was found lately, and begin anew when that is old, cancelled or failed', async () => {
    const { import: found } = await request();
    await add(found, [aFile(1)]);
    await complete(found, later());
    const other = (await aUser(opened.database)).userid;
    const { import: same, isNew } = await request('Streets', other);
    expect([same.runId, same.status, same.files, isNew]).toEqual([found.runId, 'complete', 1, true]);
    await opened.database.change(
      'UPDATE import_runs SET expires_at = NOW(3) - INTERVAL 1 SECOND WHERE id = ?',
      [found.runId],
    );
    const { import: anew } = await request();
    expect(anew.runId).not.toBe(found.runId);
    expect(await imports.cancel(anew)).toMatchObject({ status: 'cancelled' });
    expect(await imports.cancel(anew)).toBeNull();
    const { import: third } = await request();
    expect(third.runId).not.toBe(anew.runId);
    await opened.database.change("UPDATE jobs SET status = 'failed' WHERE id = ?", [third.jobId]);
    expect((await imports.findOwn(third.id, userid))?.status).toBe('failed');
    expect((await request()).import.runId).not.toBe(third.runId);
  });

  it('get their job even when the process ended before it was made', async () => {
    const { import: found } = await request();
    await opened.database.change('UPDATE import_runs SET job_id = NULL WHERE id = ?', [found.runId]);
    expect((await imports.findOwn(found.id, userid))?.status).toBe('queued');
    expect((await request()).import.jobId).toBe(found.jobId);
  });

  it('take nothing once nobody waits, or they are complete', async () => {
    const { import: found } = await request();
    await add(found, [aFile(1)]);
    await imports.cancel(found);
    await expect(add(found, [aFile(2)])).rejects.toThrow(ImportRunClosed);
    await expect(complete(found, later())).rejects.toThrow(ImportRunClosed);
    const { import: other } = await request();
    await add(other, [aFile(1)]);
    await complete(other, later());
    await expect(add(other, [aFile(2)])).rejects.toThrow(ImportRunClosed);
    expect(await imports.cancel(other)).toBeNull();
    expect(await imports.readNames(other, 0, 10)).toEqual(['Street 1.jpg']);
  });

  it('keep no file twice', async () => {
    const { import: found } = await request();
    await add(found, [aFile(1), aFile(2), aFile(1)]);
    await add(found, [aFile(2), aFile(3)]);
    const names = await imports.readNames(found, 0, 10);
    expect(names).toEqual(['Street 1.jpg', 'Street 2.jpg', 'Street 3.jpg']);
    expect(await imports.findOwn(found.id, userid)).toMatchObject({ files: 3, chunks: 2 });
    expect(await imports.listNamesAmong(found, ['Street 2.jpg', 'street 2.jpg', 'X.jpg'])).toEqual(
      new Set(['Street 2.jpg']),
    );
  });

  it('are listed by pages, orders and filters', async () => {
    const { import: asked } = await request();
    await add(asked, [
      ...Array.from({ length: 25 }, (_, index) => aFile(index)),
      aFile(100, {
        name: 'Île_100%.svg'.replace('_', ' '),
        mime: 'image/svg+xml',
        width: 10,
        height: 20,
        firstUploader: 'Carol',
        latestUploader: null,
        firstUploadedAt: new Date('2026-03-01T00:00:00Z'),
      }),
    ]);
    const found = (await imports.findOwn(asked.id, userid)) ?? asked;
    const positions = async (query: Partial<FilesQuery>): Promise<[number[], number]> => {
      const { items, total } = await imports.listFiles(found, { ...DEFAULTS, ...query });
      return [items.map(({ position }) => position), total];
    };
    const range = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, index) => from + index);
    expect(await positions({})).toEqual([range(0, 20), 26]);
    expect(await positions({ page: 1 })).toEqual([range(20, 26), 26]);
    expect(await positions({ page: 2 })).toEqual([[], 26]);
    expect(await positions({ asc: false, size: 3 })).toEqual([[25, 24, 23], 26]);
    expect(await positions({ asc: false, page: 9 })).toEqual([[], 26]);
    expect(await positions({ sortby: 'size', size: 2 })).toEqual([[25, 24], 26]);
    expect(await positions({ sortby: 'first_uploaded_at', asc: false, size: 1 })).toEqual([[25], 26]);
    for (const filter of [
      { name: 'île 100%' },
      { mime: 'image/svg+xml' },
      { firstUploader: 'Carol' },
      { uploadedFrom: new Date('2026-02-01T00:00:00Z') },
    ]) {
      expect(await positions(filter)).toEqual([[25], 1]);
    }
    expect(await positions({ name: '100_' })).toEqual([[], 0]);
    expect(await positions({ mime: 'image/', size: 1 })).toEqual([[0], 26]);
    expect(await positions({ uploadedBefore: new Date('2026-02-01T00:00:00Z'), page: 1 })).toEqual([
      range(20, 25),
      25,
    ]);
    expect(await positions({ minSide: 11, size: 1 })).toEqual([[0], 25]);
    expect(await positions({ category: 'Streets', latestUploader: 'Bob', size: 1 })).toEqual([[0], 25]);
    expect(await positions({ category: 'Squares' })).toEqual([[], 0]);
    expect((await imports.readFiles(found, 24, 10, {})).map(({ name }) => name)).toEqual([
      'Street 24.jpg',
      'Île 100%.svg',
    ]);
  });

  it('are forgotten when they are old, those that came to nothing as well, and no others', async () => {
    const ended = async (title: string): Promise<CategoryImport> => {
      const { import: found } = await request(title);
      await add(found, [aFile(1), aFile(2)]);
      return found;
    };
    const [old, fresh, failed, running] = [
      await ended('Old'),
      await ended('Fresh'),
      await ended('Failed'),
      await ended('Running'),
    ];
    await complete(old, new Date(Date.now() - HOUR_MS));
    await complete(fresh, later());
    await opened.database.change("UPDATE jobs SET status = 'failed' WHERE id = ?", [failed.jobId]);
    await runs.deleteForgettable({ expiredBefore: new Date(), begunBefore: new Date() }, 100, signal);
    const kept = await Promise.all(
      [old, fresh, failed, running].map(({ id }) => imports.findOwn(id, userid)),
    );
    expect(kept.map((found) => found?.title)).toEqual([undefined, 'Fresh', undefined, 'Running']);
    const [left] = await opened.database.rows<{ files: number }>(
      'SELECT COUNT(*) AS files FROM import_files WHERE run_id IN (?)',
      [[old.runId, failed.runId]],
    );
    expect(left?.files).toBe(0);
  });
});
