import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Database,
  exportLockKey,
  ExportRepository,
  JobRepository,
  RedisLocks,
  Storages,
  type Export,
  type ExportRequest,
  type Job,
} from '#app/persistence';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { Shutdown } from '../uploads/shutdown.js';
import { runExports } from '../../../../test/support/run-exports.js';

const LONG_AGO = new Date('2026-01-01T00:00:00.000Z');
const ROWS = 2_500;

describe('ExportJob', () => {
  let stores: OpenStores;
  let database: Database;
  let jobs: JobRepository;
  let exports: ExportRepository;
  let locks: RedisLocks;
  let directory: string;
  let userid: string;
  let batchid: number;

  beforeAll(async () => {
    stores = await openStores();
    database = stores.nest.get(Database);
    jobs = stores.nest.get(JobRepository);
    exports = stores.nest.get(ExportRepository);
    locks = stores.nest.get(RedisLocks);
    userid = (await aUser(database)).userid;
    const { batch } = await aBatch(
      database,
      Array.from({ length: ROWS }, (_, index) => aNewUpload({ key: `${index}` })),
      userid,
    );
    batchid = batch.id;
  }, 60_000);

  afterAll(() => stores.close());

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'exports-'));
    for (const table of ['exports', 'export_files', 'jobs']) await database.change(`DELETE FROM ${table}`);
    await database.change('UPDATE upload_requests SET updated_at = ?', [LONG_AGO]);
  });

  afterEach(() => rm(directory, { recursive: true }));

  const ask = async (members: Partial<ExportRequest> = {}): Promise<Job> => {
    const request: ExportRequest = {
      kind: 'batch',
      refId: batchid,
      format: 'csv',
      storageId: null,
      ...members,
    };
    const subject = JSON.stringify(request);
    const { job } = await jobs.createOrJoin({ kind: 'export', userid, subject, params: { ...request } });
    await exports.keep(userid, job.id, request);
    return job;
  };

  const runAll = (environment: Record<string, string> = {}, shutdown = new Shutdown()): Promise<void> =>
    runExports(stores, { directory, environment, shutdown });

  const find = async (job: Job): Promise<Export> => {
    const { items } = await exports.list({ userid, page: 0, size: 100, asc: true });
    const found = items.find(({ jobId }) => jobId === job.id);
    if (!found) throw new Error(`Job ${job.id} has no export`);
    return found;
  };
  const listFiles = async (): Promise<string[]> =>
    (await readdir(directory)).filter((name) => name !== '.spool');
  const listSpools = (): Promise<string[]> => readdir(join(directory, '.spool'));

  it('writes all rows into one file under its name, and leaves nothing else', async () => {
    const job = await ask();
    await runAll();
    const found = await find(job);
    const name = `batch-${batchid}-20260101T000000000Z.csv`;
    expect(found).toMatchObject({ status: 'complete', done: ROWS, total: ROWS, file: { name, rows: ROWS } });
    expect(await listFiles()).toEqual([name]);
    expect(await listSpools()).toEqual([]);
    const text = await readFile(join(directory, name), 'utf8');
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(ROWS + 1);
    expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(
      Array.from({ length: ROWS }, (_, index) => `${index}`),
    );
    expect(text).not.toMatch(/sealed/);
    expect(found.file?.size).toBe(Buffer.byteLength(text));
  });

  it('serves the same file while the data is unchanged, and a new one once it has changed', async () => {
    const first = await ask();
    await runAll();
    const { file } = await find(first);
    const [stored = ''] = await listFiles();
    await writeFile(join(directory, stored), 'x'.repeat(file?.size ?? 0));
    const second = await ask();
    await runAll();
    expect((await find(second)).file).toMatchObject({ id: file?.id, name: stored });
    expect((await find(second)).file?.expiresAt.getTime()).toBeGreaterThan(file?.expiresAt.getTime() ?? 0);
    expect(await readFile(join(directory, stored), 'utf8')).toMatch(/^x+$/);

    await database.change("UPDATE upload_requests SET updated_at = ? WHERE batchid = ? AND `key` = '7'", [
      new Date(LONG_AGO.getTime() + 1),
      batchid,
    ]);
    const third = await ask();
    await runAll();
    expect((await find(third)).file?.id).not.toBe(file?.id);
    expect(await listFiles()).toHaveLength(2);
  });

  it('reads anew what had changed just before the file was read, and what is lost in its storage', async () => {
    await database.change('UPDATE upload_requests SET updated_at = ?', [new Date()]);
    const first = await ask();
    await runAll();
    const { file } = await find(first);
    const path = join(directory, file?.name ?? '');
    await writeFile(path, 'x'.repeat(file?.size ?? 0));
    await ask();
    await runAll();
    expect(await readFile(path, 'utf8')).toMatch(/^handler,/);

    await database.change('UPDATE upload_requests SET updated_at = ?', [LONG_AGO]);
    const settled = await ask();
    await runAll();
    const { name = '' } = (await find(settled)).file ?? {};
    await rm(join(directory, name));
    await ask();
    await runAll();
    expect(await readFile(join(directory, name), 'utf8')).toMatch(/^handler,/);
  });

  it('writes one file for many who ask at once', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => aUser(database)));
    for (const person of people) {
      const params = { kind: 'batch', refId: batchid, format: 'json', storageId: null };
      await jobs.createOrJoin({ kind: 'export', userid: person.userid, subject: 'same', params });
    }
    await Promise.all(people.map(() => runAll({ EXPORT_LOCK_TIMEOUT_SECONDS: '60' })));
    const rows = await database.rows<{ status: string; file_id: number }>(
      'SELECT j.status, e.file_id FROM jobs j JOIN exports e ON e.job_id = j.id',
    );
    expect(rows.map(({ status }) => status)).toEqual(Array(5).fill('complete'));
    expect(new Set(rows.map(({ file_id }) => file_id)).size).toBe(1);
    const [name = ''] = await listFiles();
    const text = await readFile(join(directory, name), 'utf8');
    expect(JSON.parse(text)).toHaveLength(ROWS);
  });

  it('goes on where a run before was interrupted, into the same file', async () => {
    const whole = await ask({ format: 'json' });
    await runAll();
    const expected = await readFile(join(directory, (await find(whole)).file?.name ?? ''), 'utf8');
    await rm(directory, { recursive: true });
    await database.change('DELETE FROM export_files');

    const job = await ask({ format: 'json' });
    const shutdown = new Shutdown();
    const stop = setInterval(() => {
      void jobs.find(job.id).then((found) => {
        if ((found?.done ?? 0) > 0) shutdown.onModuleDestroy();
      });
    }, 1);
    await runAll({}, shutdown);
    clearInterval(stop);
    const stopped = await jobs.find(job.id);
    expect(stopped).toMatchObject({ status: 'queued', total: ROWS });
    expect(stopped?.done).toBeLessThan(ROWS);
    expect(await listFiles()).toEqual([]);
    const [spool = ''] = await listSpools();
    // What is behind the kept part was not kept: another run must not build on it.
    await writeFile(join(directory, '.spool', spool), 'half a page', { flag: 'a' });
    const before = await readFile(join(directory, '.spool', spool), 'utf8');

    await runAll();
    const { name = '' } = (await find(job)).file ?? {};
    expect(await readFile(join(directory, name), 'utf8')).toBe(expected);
    expect(expected.startsWith(before.replace('half a page', ''))).toBe(true);
    expect(await listSpools()).toEqual([]);
  });

  it('starts over when what it had gathered is gone', async () => {
    const job = await ask();
    const shutdown = new Shutdown();
    const stop = setInterval(() => {
      void jobs.find(job.id).then((found) => {
        if ((found?.done ?? 0) > 0) shutdown.onModuleDestroy();
      });
    }, 1);
    await runAll({}, shutdown);
    clearInterval(stop);
    await rm(join(directory, '.spool'), { recursive: true });
    await runAll();
    const { name = '', rows } = (await find(job)).file ?? {};
    expect(rows).toBe(ROWS);
    const text = await readFile(join(directory, name), 'utf8');
    expect(text.trimEnd().split('\r\n')).toHaveLength(ROWS + 1);
  });

  it('leaves nothing when it is cancelled', async () => {
    const job = await ask();
    const stop = setInterval(() => {
      void jobs.find(job.id).then((found) => {
        if ((found?.done ?? 0) > 0) void jobs.requestCancel(job.id);
      });
    }, 1);
    await runAll();
    clearInterval(stop);
    expect(await find(job)).toMatchObject({ status: 'cancelled', file: null });
    expect(await listFiles()).toEqual([]);
    expect(await listSpools()).toEqual([]);
  });

  it('is put back into the queue while another has the lock, and fails in the end', async () => {
    const job = await ask();
    const key = exportLockKey(null, `batch-${batchid}-20260101T000000000Z.csv`);
    const lock = await locks.acquire(key, 60_000);
    await waitUntil('the end of its tries', async () => {
      await runAll();
      return (await jobs.find(job.id))?.status === 'failed';
    });
    expect(await find(job)).toMatchObject({
      error: { code: 'UPSTREAM_UNAVAILABLE', message: 'This file is being written for another export.' },
    });
    expect(await listFiles()).toEqual([]);
    const waiting = await ask();
    await runAll();
    expect((await jobs.find(waiting.id))?.status).toBe('queued');
    await lock?.release();
    await waitUntil('the file', async () => {
      await runAll();
      return (await find(waiting)).status === 'complete';
    });
    expect(await listFiles()).toHaveLength(1);
  });

  it('writes what there is of kinds without rows', async () => {
    const empty = await ask({ kind: 'failed_uploads', refId: null, format: 'json' });
    await runAll();
    const { name = '', rows } = (await find(empty)).file ?? {};
    expect(rows).toBe(0);
    expect(JSON.parse(await readFile(join(directory, name), 'utf8'))).toEqual([]);
  });

  it('tells when the storage cannot be written to', async () => {
    await writeFile(join(directory, 'file'), '');
    const job = await ask();
    await runExports(stores, { directory, storages: new Storages({ exportDir: join(directory, 'file') }) });
    expect(await find(job)).toMatchObject({ status: 'failed', error: { code: 'STORAGE_UNREACHABLE' } });
  });
});
