import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { JobRepository } from '../jobs/job.repository.js';
import { ManifestRepository } from '../manifests/manifest.repository.js';
import { ExportFileRepository } from './export-file.repository.js';
import { ExportRepository, finishExport } from './export.repository.js';
import { ExportRows, type RowCursor, type UploadSubject } from './export-rows.js';
import type { ExportedUpload } from './exported-rows.js';
import type { ExportRequest } from './export.js';
import type { ExportFileKey } from './export-subject.js';
import { READ_IMPORT } from './row-statements.js';

const HOUR_MS = 3_600_000;
const NOW = new Date('2026-03-01T12:00:00.000Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

let opened: OpenTestDatabase;
let rows: ExportRows;
let files: ExportFileRepository;
let exports: ExportRepository;
let alice: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  rows = new ExportRows(opened.database);
  files = new ExportFileRepository(opened.database);
  exports = new ExportRepository(opened.database);
});

afterAll(() => opened.drop());

beforeEach(async () => {
  alice = (await aUser(opened.database, 'Alice')).userid;
});

const uploadsOf = async (count: number, userid = alice) => {
  const { batch } = await aBatch(
    opened.database,
    Array.from({ length: count }, (_, index) => aNewUpload({ key: `${index}` })),
    userid,
  );
  return batch.id;
};
const change = (statement: string, values: (string | number | Date)[]): Promise<number> =>
  opened.database.change(`UPDATE upload_requests SET ${statement}`, values);

const readAll = async (subject: UploadSubject, limit: number, upTo?: number): Promise<ExportedUpload[]> => {
  const pin = await rows.pin(subject);
  const found: ExportedUpload[] = [];
  let after: RowCursor | null = null;
  do {
    const page = await rows.readUploads(subject, { after, upTo: upTo ?? pin.upTo, limit });
    found.push(...page.rows);
    after = page.after;
  } while (after !== null);
  return found;
};

describe('rows of exports', () => {
  it.each([1, 3, 7, 100])('reads a batch in pages of %i, each upload once, in their order', async (limit) => {
    const batchid = await uploadsOf(7);
    await uploadsOf(2);
    const found = await readAll({ kind: 'batch', batchid }, limit);
    expect(found.map(({ key }) => key)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(found[0]).toMatchObject({ batchid, handler: 'mapillary', labels: [{ value: 'A street' }] });
    expect(JSON.stringify(found)).not.toMatch(/sealed|token/i);
  });

  it('leaves out what comes after the pin', async () => {
    const batchid = await uploadsOf(3);
    const { total, upTo } = await rows.pin({ kind: 'batch', batchid });
    await opened.database.change(
      `INSERT INTO upload_requests (batchid, userid, status, \`key\`, handler, collection, filename, wikitext, copyright_override,
        created_at, updated_at, planned_at, due_at, attempts, checkpoint)
       SELECT batchid, userid, status, 'new', handler, collection, filename, wikitext, 0, created_at, updated_at, planned_at,
        due_at, attempts, checkpoint FROM upload_requests WHERE id = ?`,
      [upTo],
    );
    expect(total).toBe(3);
    expect(await readAll({ kind: 'batch', batchid }, 2, upTo)).toHaveLength(3);
    expect(await readAll({ kind: 'batch', batchid }, 2)).toHaveLength(4);
  });

  it.each([1, 2, 100])("reads a person's failures in pages of %i, of all batches or one", async (limit) => {
    const [one, two] = [await uploadsOf(3), await uploadsOf(3)];
    const others = await uploadsOf(2, (await aUser(opened.database, 'Bob')).userid);
    await change("status = 'failed' WHERE batchid IN (?, ?, ?) AND `key` <> '1'", [one, two, others]);
    await change("planned_at = '2025-01-01' WHERE batchid = ? AND `key` = '2'", [two]);
    const all = await readAll({ kind: 'failed_uploads', userid: alice, batchid: null }, limit);
    expect(all.map(({ batchid, key }) => [batchid, key])).toEqual([
      [two, '2'],
      [one, '0'],
      [one, '2'],
      [two, '0'],
    ]);
    const ofOne = await readAll({ kind: 'failed_uploads', userid: alice, batchid: one }, limit);
    expect(ofOne.map(({ key }) => key)).toEqual(['0', '2']);
    expect(await readAll({ kind: 'failed_uploads', userid: alice, batchid: others }, limit)).toEqual([]);
    expect(await readAll({ kind: 'my_uploads', userid: alice }, limit)).toHaveLength(6);
  });

  it('gives the cells of the manifest and what became of the file', async () => {
    const manifest = await new ManifestRepository(opened.database).create(alice, [
      { key: 'row 1', cells: { author: 'A. Photographer', license: 'CC0' } },
    ]);
    const upload = aNewUpload({ key: 'row 1', handler: 'manifest', collection: manifest });
    const { batch } = await aBatch(opened.database, [upload, aNewUpload({ key: '2' })], alice);
    await change("checkpoint = ? WHERE batchid = ? AND `key` = 'row 1'", [
      JSON.stringify({ pageId: 42, publishedTitle: 'File:A.jpg', fileKey: 'secret.key' }),
      batch.id,
    ]);
    const found = await readAll({ kind: 'batch', batchid: batch.id }, 10);
    expect(found).toMatchObject([
      { manifest: { author: 'A. Photographer', license: 'CC0' }, pageId: 42, publishedTitle: 'File:A.jpg' },
      { manifest: null, pageId: null, publishedTitle: null },
    ]);
    expect(JSON.stringify(found)).not.toContain('secret.key');
  });

  it('reads the files of an import in pages', async () => {
    const run = await opened.database.insert(
      `INSERT INTO import_runs (userid, title, depth, chunk_count, file_count, category_count, other_count, is_truncated, created_at, completed_at)
       VALUES (?, 'Old town', 0, 1, 5, 1, 0, 0, ?, ?)`,
      [alice, NOW, NOW],
    );
    const importId = await opened.database.insert(
      'INSERT INTO imports (userid, run_id, created_at) VALUES (?, ?, ?)',
      [alice, run, NOW],
    );
    await opened.database.change(
      `INSERT INTO import_files (run_id, position, page_id, category_number, name, width, height, size, mime, sha1)
       SELECT ?, seq, 100 + seq, 0, CONCAT('File ', seq, '.jpg'), 40, 30, 999, 'image/jpeg', REPEAT('a', 40) FROM seq_0_to_4`,
      [run],
    );
    const subject = { kind: 'import', importId } as const;
    expect(await rows.findDataAt(subject)).toEqual(NOW);
    const { total, upTo } = await rows.pin(subject);
    expect(total).toBe(5);
    const names: string[] = [];
    let after: RowCursor | null = null;
    do {
      const page = await rows.readFiles(subject, { after, upTo, limit: 2 });
      names.push(...page.rows.map(({ name }) => name));
      after = page.after;
    } while (after !== null);
    expect(names).toEqual(['File 0.jpg', 'File 1.jpg', 'File 2.jpg', 'File 3.jpg', 'File 4.jpg']);
    const plan = await opened.database.rows<{ table: string; key: string | null; Extra: string }>(
      `EXPLAIN ${READ_IMPORT}`,
      [importId, 2, upTo, 2],
    );
    expect(plan.map(({ table, key }) => [table, key])).toEqual([
      ['i', 'PRIMARY'],
      ['f', 'PRIMARY'],
    ]);
    expect(plan.map(({ Extra }) => Extra).join()).not.toMatch(/filesort|temporary/);
  });

  it('knows when the data last changed', async () => {
    const [one, two] = [await uploadsOf(2), await uploadsOf(2)];
    const bob = (await aUser(opened.database, 'Bob')).userid;
    await change('updated_at = ? WHERE batchid = ?', [NOW, one]);
    await change('updated_at = ? WHERE batchid = ?', [later(1), two]);
    await change("updated_at = ?, status = 'failed' WHERE batchid = ? AND `key` = '1'", [later(2), one]);
    expect(await rows.findDataAt({ kind: 'batch', batchid: one })).toEqual(later(2));
    expect(await rows.findDataAt({ kind: 'batch', batchid: two })).toEqual(later(1));
    expect(await rows.findDataAt({ kind: 'my_uploads', userid: alice })).toEqual(later(2));
    await change("updated_at = ?, status = 'completed' WHERE batchid = ? AND `key` = '0'", [later(3), two]);
    expect(await rows.findDataAt({ kind: 'my_uploads', userid: alice })).toEqual(later(3));
    for (const batchid of [one, null])
      expect(await rows.findDataAt({ kind: 'failed_uploads', userid: alice, batchid })).toEqual(later(2));
    expect(await rows.findDataAt({ kind: 'failed_uploads', userid: alice, batchid: two })).toBeNull();
    expect(await rows.findDataAt({ kind: 'my_uploads', userid: bob })).toBeNull();
    expect(await rows.findDataAt({ kind: 'failed_uploads', userid: bob, batchid: null })).toBeNull();
  });
});

let made = 0;
const aKey = (members: Partial<ExportFileKey> = {}): ExportFileKey => {
  made += 1;
  return {
    subject: { kind: 'batch', batchid: made },
    dataAt: NOW,
    format: 'csv',
    storageId: null,
    ...members,
  };
};
const WRITTEN = { size: 10, rows: 2, sha256: 'ab'.repeat(32), readAt: NOW };

describe('files of exports', () => {
  it('are one for the same data, however many write at once, and live as long as the latest says', async () => {
    const key = aKey();
    const reserved = await Promise.all([1, 3, 2].map((hours) => files.reserve(key, later(hours * HOUR_MS))));
    expect(new Set(reserved.map(({ id }) => id)).size).toBe(1);
    const [{ id, name } = { id: 0, name: '' }] = reserved;
    expect(name).toBe(`batch-${made}-20260301T120000000Z.csv`);
    expect(await files.find(id)).toMatchObject({ written: null, expiresAt: later(3 * HOUR_MS) });
    await files.complete(id, WRITTEN, later(HOUR_MS));
    expect(await files.findByName(null, name)).toMatchObject({
      id,
      written: WRITTEN,
      expiresAt: later(3 * HOUR_MS),
    });
    const storageId = await opened.database.insert(
      `INSERT INTO storages (name, description, resource, place_key, active, created_at, modified_at)
       VALUES ('Bucket', '', '{}', 'place', 1, ?, ?)`,
      [NOW, NOW],
    );
    for (const other of [{ dataAt: later(1) }, { format: 'json' }, { storageId }] as const)
      expect((await files.reserve({ ...key, ...other }, NOW)).id).not.toBe(id);
  });

  it('are prolonged by downloads until their life is over, and forgotten only then', async () => {
    const { id } = await files.reserve(aKey(), later(HOUR_MS));
    expect(await files.noteDownload(id, NOW, later(2 * HOUR_MS))).toBe(false);
    await files.complete(id, WRITTEN, NOW);
    expect(await files.noteDownload(id, later(1), later(2 * HOUR_MS))).toBe(true);
    expect(await files.find(id)).toMatchObject({
      lastDownloadedAt: later(1),
      expiresAt: later(2 * HOUR_MS),
    });
    expect(await files.removeExpired(id, later(HOUR_MS))).toBe(false);
    const over = later(2 * HOUR_MS);
    expect(await files.noteDownload(id, over, later(9 * HOUR_MS))).toBe(false);
    expect((await files.listExpired(over, 100)).map((file) => file.id)).toContain(id);
    expect(await files.removeExpired(id, over)).toBe(true);
    expect(await files.find(id)).toBeNull();
  });
});

describe('exports', () => {
  const request = (members: Partial<ExportRequest> = {}): ExportRequest => ({
    kind: 'my_uploads',
    refId: null,
    format: 'csv',
    storageId: null,
    ...members,
  });
  const aJob = async (subject: string, userid = alice): Promise<number> => {
    const jobs = new JobRepository(opened.database);
    return (await jobs.createOrJoin({ kind: 'export', userid, subject, params: {} })).job.id;
  };
  const finish = async (job: number, asked: ExportRequest, fileId: number, readAt = NOW): Promise<void> => {
    const subject = { kind: 'batch', batchid: asked.refId ?? 0 } as const;
    const finished = { userid: alice, jobId: job, request: asked, subject, fileId, readAt };
    await opened.database.transaction((sql) =>
      finishExport(sql, { ...finished, expiresAt: later(100 * HOUR_MS) }),
    );
  };

  it("are the person's own, one for each job, with how far it has come", async () => {
    const job = await aJob('one');
    const ids = await Promise.all([1, 2].map(() => exports.keep(alice, job, request())));
    const second = await exports.keep(alice, await aJob('two'), request({ format: 'json' }));
    expect(ids[0]).toBe(ids[1]);
    expect(await exports.findOwn(ids[0] ?? 0, alice)).toMatchObject({
      kind: 'my_uploads',
      jobId: job,
      status: 'queued',
      file: null,
    });
    expect(await exports.findOwn(second, 'another')).toBeNull();
    const { items, total } = await exports.list({ userid: alice, page: 0, size: 1, asc: false });
    expect([items.map(({ id }) => id), total]).toEqual([[second], 2]);
  });

  it('get their file also when the worker is faster than the one who asked', async () => {
    const batchid = await uploadsOf(1);
    const asked = request({ kind: 'batch', refId: batchid });
    const file = await files.reserve(aKey(), later(HOUR_MS));
    await files.complete(file.id, WRITTEN, later(HOUR_MS));
    const job = await aJob('fast');
    await finish(job, asked, file.id);
    const id = await exports.keep(alice, job, asked);
    expect(await exports.findOwn(id, alice)).toMatchObject({
      file: { id: file.id, size: 10, rows: 2, dataAt: NOW },
      lastExportedAt: NOW,
    });
  });

  it('keep a file that the last one who had it gave up while it was looked at', async () => {
    const { id: fileId } = await files.reserve(aKey(), later(HOUR_MS));
    const asked = request({ kind: 'batch', refId: await uploadsOf(1) });
    await opened.database.change('UPDATE export_files SET expires_at = ? WHERE id = ?', [NOW, fileId]);
    await finish(await aJob('late'), asked, fileId);
    expect(await files.find(fileId)).toMatchObject({ expiresAt: later(100 * HOUR_MS) });
  });

  it('note on the batch the one that read last, whichever ended last', async () => {
    const batchid = await uploadsOf(1);
    const { id: fileId } = await files.reserve(aKey(), later(HOUR_MS));
    const asked = request({ kind: 'batch', refId: batchid });
    const lastExported = async (): Promise<unknown> =>
      opened.database.rows('SELECT last_exported_at FROM batches WHERE id = ?', [batchid]);
    await finish(await aJob('a'), asked, fileId, later(5));
    await finish(await aJob('b'), asked, fileId, later(3));
    expect(await lastExported()).toEqual([{ last_exported_at: later(5) }]);
    await finish(await aJob('c'), asked, fileId, later(7));
    expect(await lastExported()).toEqual([{ last_exported_at: later(7) }]);
  });

  it('leave their file to others when they are removed, and nobody the last one', async () => {
    const { id: fileId } = await files.reserve(aKey(), later(100 * 365 * 24 * HOUR_MS));
    await files.complete(fileId, WRITTEN, NOW);
    const batchid = await uploadsOf(1);
    const asked = request({ kind: 'batch', refId: batchid });
    const all = [await aJob('x'), await aJob('y')];
    for (const job of all) await finish(job, asked, fileId);
    const { items } = await exports.list({ userid: alice, page: 0, size: 2, asc: true });
    const isOver = async (): Promise<boolean> =>
      ((await files.find(fileId))?.expiresAt.getTime() ?? 0) <= Date.now();
    for (const [index, item] of items.entries()) {
      expect(await exports.remove(item)).toBe(true);
      expect(await isOver()).toBe(index === 1);
    }
  });
});
