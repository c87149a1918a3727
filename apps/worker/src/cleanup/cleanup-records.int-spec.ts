import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Database,
  exportLockKey,
  ImportRepository,
  ImportRunRepository,
  JobQueue,
  JobRepository,
  RedisConnections,
  type RedisLocks,
  type StorageRepository,
  UploadQueue,
  workerQueueOptions,
} from '#app/persistence';
import { JOB_QUEUE, UPLOAD_QUEUE } from '#app/protocol';
import { Queue, Worker } from 'bullmq';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { type WorkerConfig } from '../worker.config.js';
import { CleanImports, CleanJobs, CleanQueues } from './clean-records.js';
import { CleanSpools, CleanTemporaryFiles, CleanWorkFiles } from './clean-temporary-files.js';
import { type ExportStorages } from './export-storages.js';
import { CleanupSetting, LONG_AGO, later } from '../../../../test/support/cleanup-setting.js';

const ADMIN = { userid: '1', username: 'Admin', requestId: null };

describe('the clean-up', () => {
  let setting: CleanupSetting;
  let stores: OpenStores;
  let database: Database;
  let repository: StorageRepository;
  let locks: RedisLocks;
  let directory: string;
  let config: WorkerConfig;
  let shared: ExportStorages;
  let userid: string;

  beforeAll(async () => {
    setting = await CleanupSetting.open();
  });

  beforeEach(async () => {
    await setting.begin();
    ({ stores, database, repository, locks, directory, config, shared, userid } = setting);
  });

  afterEach(() => setting.end());
  afterAll(() => setting.stores.close());

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
      const turn = await setting.clean(new CleanTemporaryFiles(shared, config));
      await lock?.release();
      expect(turn).toMatchObject({ removed: 2, failed: 0 });
      expect(await setting.listFiles()).toEqual([
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
      expect(await setting.clean(new CleanSpools(config))).toMatchObject({ removed: 1 });
      expect(await readdir(join(directory, '.spool'))).toEqual(['2-1.spool']);
    });

    it('removes what dead processes had downloaded', async () => {
      const folder = (pid: number): string => join(tmpdir(), `curator-worker-${pid}-cleanup-spec`);
      const dead = 4_190_000; // above the highest process id of Linux by default
      for (const pid of [dead, process.ppid]) {
        await mkdir(folder(pid), { recursive: true });
        await utimes(folder(pid), LONG_AGO, LONG_AGO);
      }
      const turn = await setting.clean(new CleanWorkFiles(config));
      expect(turn.removed).toBeGreaterThanOrEqual(1);
      const left = (await readdir(tmpdir())).filter((name) => name.endsWith('-cleanup-spec'));
      expect(left).toEqual([`curator-worker-${process.ppid}-cleanup-spec`]);
      await mkdir(folder(dead));
      await setting.clean(new CleanWorkFiles(config));
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
      expect(await setting.clean(new CleanImports(runs, config))).toMatchObject({ removed: 1, failed: 0 });
      expect(await imports.findOwn(old.id, userid)).toBeNull();
      expect(await imports.findOwn(young.id, userid)).not.toBeNull();
    });

    it('removes jobs that ended long ago, unless their export can still be had', async () => {
      const jobs = stores.nest.get(JobRepository);
      let subjects = 0;
      const aJob = async (endedAt: Date | null): Promise<number> => {
        subjects += 1;
        const subject = String(subjects);
        const { job } = await jobs.createOrJoin({ kind: 'export', userid, subject, params: {} });
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
      const file = await setting.anExport(later());
      await database.change(
        `INSERT INTO exports (userid, kind, format, job_id, file_id, created_at) VALUES (?, 'my_uploads', 'csv', ?, ?, NOW())`,
        [userid, kept, file.id],
      );
      expect(await setting.clean(new CleanJobs(jobs, config))).toMatchObject({ removed: 1, failed: 0 });
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
      expect(await setting.clean(cleaner)).toMatchObject({ removed: 0 });
      const now = new CleanQueues(
        stores.nest.get(UploadQueue),
        stores.nest.get(JobQueue),
        setting.configure({ QUEUE_RECORDS_TTL_HOURS: '0' }),
      );
      expect(await setting.clean(now)).toMatchObject({ removed: 4, failed: 0 });
      for (const queue of queues) {
        expect(await queue.getJobCountByTypes('waiting')).toBe(1);
        await queue.close();
      }
    });
  });
});
