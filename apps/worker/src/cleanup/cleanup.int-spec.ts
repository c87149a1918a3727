import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import {
  AdvisoryLock,
  Database,
  ExportFileRepository,
  exportLockKey,
  ImportRepository,
  ImportRunRepository,
  JobQueue,
  JobRepository,
  RedisConnections,
  RedisLocks,
  StorageRepository,
  Storages,
  UploadQueue,
  workerQueueOptions,
  type ExportFile,
} from '#app/persistence';
import { JOB_QUEUE, UPLOAD_QUEUE } from '#app/protocol';
import { Queue, Worker } from 'bullmq';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aUser } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { loadWorkerConfig, type WorkerConfig } from '../worker.config.js';
import { CleanExportFiles, CleanExportRows } from './clean-export-files.js';
import { CleanImports, CleanJobs, CleanQueues } from './clean-records.js';
import { CleanSpools, CleanTemporaryFiles, CleanWorkFiles } from './clean-temporary-files.js';
import { CleanUp } from './clean-up.js';
import { CleaningTurn, type Cleaner } from './cleaning-turn.js';
import { ExportStorages } from './export-storages.js';

const HOUR_MS = 3_600_000;
const ADMIN = { userid: '1', username: 'Admin', requestId: null };
const LONG_AGO = new Date('2026-01-01T00:00:00Z');
const SHA = 'a'.repeat(64);

const later = (): Date => new Date(Date.now() + HOUR_MS);

async function* contentOf(text: string): AsyncGenerator<string> {
  yield text;
}

describe('the clean-up', () => {
  let stores: OpenStores;
  let database: Database;
  let files: ExportFileRepository;
  let repository: StorageRepository;
  let locks: RedisLocks;
  let directory: string;
  let config: WorkerConfig;
  let storages: Storages;
  let shared: ExportStorages;
  let userid: string;
  let made = 0;

  beforeAll(async () => {
    stores = await openStores();
    database = stores.nest.get(Database);
    files = stores.nest.get(ExportFileRepository);
    repository = stores.nest.get(StorageRepository);
    locks = stores.nest.get(RedisLocks);
    ({ userid } = await aUser(database, 'Alice'));
  });

  afterAll(() => stores.close());

  const configure = (more: Record<string, string> = {}): WorkerConfig =>
    loadWorkerConfig({ ...stores.environment, EXPORT_DIR: directory, ...more }).config;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'curator-cleanup-'));
    for (const table of ['exports', 'export_files', 'storages', 'jobs'])
      await database.change(`DELETE FROM ${table}`);
    config = configure();
    storages = new Storages({ exportDir: directory }, repository);
    shared = new ExportStorages(storages, repository, locks, config);
  });

  afterEach(() => rm(directory, { recursive: true }));

  /** A file that is there, with its row. */
  const anExport = async (expiresAt: Date, storageId: number | null = null): Promise<ExportFile> => {
    made += 1;
    const key = {
      subject: { kind: 'batch', batchid: made } as const,
      dataAt: LONG_AGO,
      format: 'csv' as const,
    };
    const { id, name } = await files.reserve({ ...key, storageId }, expiresAt);
    const { size } = await (
      await storages.open(storageId)
    ).write(name, contentOf(`file ${made}`), {
      contentType: 'text/csv',
    });
    await files.complete(id, { size, rows: 1, sha256: SHA, readAt: LONG_AGO }, expiresAt);
    const file = await files.find(id);
    if (file === null) throw new Error('The row is gone');
    return file;
  };

  const clean = async (cleaner: Cleaner, signal = new AbortController().signal): Promise<CleaningTurn> => {
    const turn = new CleaningTurn(cleaner.what, signal);
    await cleaner.clean(turn);
    return turn;
  };

  const listFiles = async (): Promise<string[]> => (await readdir(directory)).sort();

  describe('of exports', () => {
    it('removes those past their lifetime, the file and its row, and nothing else', async () => {
      const over = [await anExport(LONG_AGO), await anExport(LONG_AGO)];
      const alive = await anExport(later());
      expect(await clean(new CleanExportFiles(files, shared))).toMatchObject({ removed: 2, failed: 0 });
      expect(await listFiles()).toEqual([alive.name]);
      for (const { id } of over) expect(await files.find(id)).toBeNull();
      expect(await files.find(alive.id)).not.toBeNull();
    });

    it('counts the lifetime from the last download', async () => {
      const file = await anExport(LONG_AGO);
      const before = new Date(LONG_AGO.getTime() - 1);
      expect(await files.noteDownload(file.id, before, later())).toBe(true);
      expect(await files.noteDownload((await anExport(LONG_AGO)).id, new Date(), later())).toBe(false);
      expect(await clean(new CleanExportFiles(files, shared))).toMatchObject({ removed: 1, failed: 0 });
      expect(await listFiles()).toEqual([file.name]);
    });

    it('leaves alone what somebody holds the lock of, and what was asked for again meanwhile', async () => {
      const held = await anExport(LONG_AGO);
      const lock = await locks.acquire(exportLockKey(null, held.name), 60_000);
      const again = await anExport(LONG_AGO);
      class AskedMeanwhile extends ExportFileRepository {
        override async listExpired(...values: Parameters<ExportFileRepository['listExpired']>) {
          const found = await super.listExpired(...values);
          await database.change('UPDATE export_files SET expires_at = ? WHERE id = ?', [later(), again.id]);
          return found;
        }
      }
      const asked = new AskedMeanwhile(database);
      expect(await clean(new CleanExportFiles(asked, shared))).toMatchObject({ removed: 0, failed: 0 });
      expect(await listFiles()).toEqual([held.name, again.name].sort());
      await lock?.release();
      expect(await clean(new CleanExportFiles(files, shared))).toMatchObject({ removed: 1 });
      expect(await listFiles()).toEqual([again.name]);
    });

    it('goes on after what cannot be removed, and asks a storage that is away only once', async () => {
      const { id } = await repository.create(
        {
          name: 'Away',
          description: '',
          resource: { kind: 'local', directory: 'away' },
          active: true,
          credentials: null,
        },
        ADMIN,
      );
      const stuck = [await anExport(LONG_AGO, id), await anExport(LONG_AGO, id)];
      await rm(join(directory, 'away'), { recursive: true });
      await symlink(tmpdir(), join(directory, 'away'));
      const last = await anExport(LONG_AGO);
      const turn = await clean(new CleanExportFiles(files, shared));
      expect(turn).toMatchObject({ removed: 1, failed: 1 });
      expect(await files.find(last.id)).toBeNull();
      for (const file of stuck) expect(await files.find(file.id)).not.toBeNull();
    });

    it('stops when its time is over, and goes on the next time', async () => {
      for (let index = 0; index < 5; index += 1) await anExport(LONG_AGO);
      const time = new AbortController();
      class UntilTwo extends ExportFileRepository {
        private count = 0;
        override async removeExpired(...values: Parameters<ExportFileRepository['removeExpired']>) {
          this.count += 1;
          if (this.count === 2) time.abort(new Error('The time is over'));
          return super.removeExpired(...values);
        }
      }
      const first = await clean(new CleanExportFiles(new UntilTwo(database), shared), time.signal);
      expect(first).toMatchObject({ removed: 2, failed: 0, isOver: true });
      expect(await listFiles()).toHaveLength(3);
      expect(await clean(new CleanExportFiles(files, shared))).toMatchObject({ removed: 3 });
      expect(await listFiles()).toEqual([]);
    });

    it('removes nothing outside of the directory, whatever a name says', async () => {
      const outside = join(directory, '..', `outside-${made}.csv`);
      await writeFile(outside, 'not ours');
      const file = await anExport(LONG_AGO);
      await database.change('UPDATE export_files SET name = ? WHERE id = ?', [
        `../outside-${made - 1}.csv`,
        file.id,
      ]);
      const turn = await clean(new CleanExportFiles(files, shared));
      expect(turn).toMatchObject({ removed: 0, failed: 1 });
      expect(await readdir(join(directory, '..'))).toContain(`outside-${made - 1}.csv`);
      await rm(outside);
    });

    it('removes rows whose file is gone', async () => {
      const [gone, there] = [await anExport(later()), await anExport(later())];
      const subject = { kind: 'batch', batchid: 99_999 } as const;
      const unwritten = await files.reserve(
        { subject, dataAt: LONG_AGO, format: 'csv', storageId: null },
        later(),
      );
      await rm(join(directory, gone.name));
      const cleaner = new CleanExportRows(files, shared);
      expect(await clean(cleaner)).toMatchObject({ removed: 1, failed: 0 });
      expect(await files.find(gone.id)).toBeNull();
      expect(await files.find(there.id)).not.toBeNull();
      expect(await files.find(unwritten.id)).not.toBeNull();
      await rm(join(directory, there.name));
      const lock = await locks.acquire(exportLockKey(null, there.name), 60_000);
      expect(await clean(cleaner)).toMatchObject({ removed: 0 });
      await lock?.release();
      expect(await clean(cleaner)).toMatchObject({ removed: 1 });
    });
  });

  describe('of temporary files', () => {
    const aPart = async (folder: string, name: string, modifiedAt = LONG_AGO): Promise<void> => {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, name), 'x');
      await utimes(join(folder, name), modifiedAt, modifiedAt);
    };

    it('removes old ones of every storage, not those that are young or being written', async () => {
      await repository.create(
        {
          name: 'Inactive',
          description: '',
          resource: { kind: 'local', directory: 'other' },
          active: false,
          credentials: null,
        },
        ADMIN,
      );
      await aPart(directory, '.old.csv.0123456789abcdef.part');
      await aPart(directory, '.young.csv.0123456789abcdef.part', new Date());
      await aPart(directory, '.held.csv.0123456789abcdef.part');
      await aPart(directory, '.unknown');
      await aPart(directory, 'finished.csv');
      await aPart(join(directory, 'other'), '.old.csv.0123456789abcdef.part');
      const lock = await locks.acquire(exportLockKey(null, 'held.csv'), 60_000);
      const turn = await clean(new CleanTemporaryFiles(shared, config));
      await lock?.release();
      expect(turn).toMatchObject({ removed: 2, failed: 0 });
      expect(await listFiles()).toEqual([
        '.held.csv.0123456789abcdef.part',
        '.unknown',
        '.young.csv.0123456789abcdef.part',
        'finished.csv',
        'other',
      ]);
      expect(await readdir(join(directory, 'other'))).toEqual([]);
    });

    it('removes gathered rows that nobody goes on with', async () => {
      await aPart(join(directory, '.spool'), '1-1.spool');
      await aPart(join(directory, '.spool'), '2-1.spool', new Date());
      expect(await clean(new CleanSpools(config))).toMatchObject({ removed: 1 });
      expect(await readdir(join(directory, '.spool'))).toEqual(['2-1.spool']);
    });

    it('removes what dead processes had downloaded', async () => {
      const folder = (pid: number): string => join(tmpdir(), `curator-worker-${pid}-cleanup-spec`);
      const dead = 4_190_000; // above the highest process id of Linux by default
      for (const pid of [dead, process.ppid]) {
        await mkdir(folder(pid), { recursive: true });
        await utimes(folder(pid), LONG_AGO, LONG_AGO);
      }
      const turn = await clean(new CleanWorkFiles(config));
      expect(turn.removed).toBeGreaterThanOrEqual(1);
      const left = (await readdir(tmpdir())).filter((name) => name.endsWith('-cleanup-spec'));
      expect(left).toEqual([`curator-worker-${process.ppid}-cleanup-spec`]);
      await mkdir(folder(dead));
      await clean(new CleanWorkFiles(config));
      expect(await readdir(tmpdir())).toContain(`curator-worker-${dead}-cleanup-spec`); // too young
      for (const pid of [dead, process.ppid]) await rm(folder(pid), { recursive: true });
    });
  });

  describe('of records', () => {
    it('removes imports past their lifetime', async () => {
      const imports = stores.nest.get(ImportRepository);
      const runs = stores.nest.get(ImportRunRepository);
      const { import: old } = await imports.request({ userid, title: 'Old', depth: 0 });
      const { import: young } = await imports.request({ userid, title: 'Young', depth: 0 });
      await runs.begin(database, old.runId, 'Old', []);
      await runs.complete(database, old.runId, LONG_AGO);
      expect(await clean(new CleanImports(runs, config))).toMatchObject({ removed: 1, failed: 0 });
      expect(await imports.findOwn(old.id, userid)).toBeNull();
      expect(await imports.findOwn(young.id, userid)).not.toBeNull();
    });

    it('removes jobs that ended long ago, unless their export can still be had', async () => {
      const jobs = stores.nest.get(JobRepository);
      const aJob = async (endedAt: Date | null): Promise<number> => {
        made += 1;
        const { job } = await jobs.createOrJoin({ kind: 'export', userid, subject: `${made}`, params: {} });
        const status = endedAt === null ? 'running' : 'complete';
        await database.change('UPDATE jobs SET status = ?, ended_at = ? WHERE id = ?', [
          status,
          endedAt,
          job.id,
        ]);
        return job.id;
      };
      const [old, young, open, kept] = [
        await aJob(LONG_AGO),
        await aJob(new Date()),
        await aJob(null),
        await aJob(LONG_AGO),
      ];
      const file = await anExport(later());
      await database.change(
        `INSERT INTO exports (userid, kind, format, job_id, file_id, created_at) VALUES (?, 'my_uploads', 'csv', ?, ?, NOW())`,
        [userid, kept, file.id],
      );
      expect(await clean(new CleanJobs(jobs, config))).toMatchObject({ removed: 1, failed: 0 });
      expect(await jobs.find(old)).toBeNull();
      for (const id of [young, open, kept]) expect(await jobs.find(id)).not.toBeNull();
    });

    it('removes what ended jobs have left in the queues', async () => {
      const options = workerQueueOptions(stores.nest.get(RedisConnections));
      const queues = [UPLOAD_QUEUE, JOB_QUEUE].map((name) => new Queue(name, options));
      for (const queue of queues) {
        const kept = { removeOnComplete: false, removeOnFail: false };
        await queue.addBulk([
          { name: 'done', data: {}, opts: kept },
          { name: 'broken', data: {}, opts: kept },
        ]);
        const worker = new Worker(
          queue.name,
          async ({ name }) => {
            if (name === 'broken') throw new Error('Broken');
          },
          options,
        );
        await waitUntil(
          'the ends of the jobs',
          async () => (await queue.getJobCountByTypes('completed', 'failed')) === 2,
        );
        await worker.close();
        await queue.add('waiting', {});
      }
      const cleaner = new CleanQueues(stores.nest.get(UploadQueue), stores.nest.get(JobQueue), config);
      expect(await clean(cleaner)).toMatchObject({ removed: 0 });
      const now = new CleanQueues(
        stores.nest.get(UploadQueue),
        stores.nest.get(JobQueue),
        configure({ QUEUE_RECORDS_TTL_HOURS: '0' }),
      );
      expect(await clean(now)).toMatchObject({ removed: 4, failed: 0 });
      for (const queue of queues) {
        expect(await queue.getJobCountByTypes('waiting')).toBe(1);
        await queue.close();
      }
    });
  });

  describe('as a whole', () => {
    const cleanUpWith = (cleaners: Cleaner[], more: Record<string, string> = {}): CleanUp =>
      new CleanUp(configure(more), new SchedulerRegistry(), stores.nest.get(AdvisoryLock), cleaners);

    it('has one process at a time at it', async () => {
      let isBegun = false;
      let end = (): void => undefined;
      const slow: Cleaner = {
        what: 'nothing',
        clean: () =>
          new Promise((resolve) => {
            isBegun = true;
            end = resolve;
          }),
      };
      const first = cleanUpWith([slow]).run();
      await waitUntil('its begin', async () => isBegun);
      expect(await cleanUpWith([slow]).run()).toBe(false);
      end();
      expect(await first).toBe(true);
    });

    it('goes on with the others when one fails or takes its time', async () => {
      const done: string[] = [];
      const cleaners: Cleaner[] = [
        { what: 'broken', clean: () => Promise.reject(new Error('Broken')) },
        {
          what: 'slow',
          clean: (turn) =>
            new Promise((resolve) => {
              turn.signal.addEventListener('abort', () => {
                done.push('slow');
                resolve();
              });
            }),
        },
        { what: 'last', clean: async (turn) => void done.push(turn.isOver ? 'too late' : 'last') },
      ];
      expect(await cleanUpWith(cleaners, { CLEANUP_TIME_LIMIT_SECONDS: '1' }).run()).toBe(true);
      expect(done).toEqual(['slow', 'last']);
    });

    it('ends with its process', async () => {
      const seen: string[] = [];
      const waiting: Cleaner = {
        what: 'nothing',
        clean: (turn) =>
          new Promise((resolve) => {
            seen.push('begun');
            turn.signal.addEventListener('abort', () => {
              seen.push('ended');
              resolve();
            });
          }),
      };
      const cleanUp = cleanUpWith([waiting, waiting]);
      cleanUp.onApplicationBootstrap();
      await waitUntil('its begin', async () => seen.length > 0);
      cleanUp.onModuleDestroy();
      await cleanUp.beforeApplicationShutdown();
      expect(seen).toEqual(['begun', 'ended']);
    });
  });
});
