import { uploadJobId } from '#app/protocol';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Worker } from 'bullmq';
import { randomBytes } from 'node:crypto';
import { createDatabase, type TestDatabase } from '../../../test/support/create-database.js';
import { waitUntil } from '../../../test/support/wait-until.js';
import {
  AdvisoryLock,
  Database,
  PersistenceModule,
  RedisConnections,
  RequestSlots,
  SessionRepository,
  TokenVault,
  UploadQueue,
  workerQueueOptions,
} from './index.js';

describe('PersistenceModule', () => {
  let created: TestDatabase;
  let nest: TestingModule;

  beforeAll(async () => {
    created = await createDatabase();
    const persistence = PersistenceModule.forRoot({
      databaseUrl: created.url,
      redisUrl: process.env['TEST_REDIS_URL'] ?? '',
      tokenEncryptionKeys: `k1:${randomBytes(32).toString('base64')}`,
    });
    nest = await Test.createTestingModule({ imports: [persistence] }).compile();
    await nest.init();
  });

  afterAll(() => created.drop());

  it('provides what the processes ask for, with the schema in place', async () => {
    for (const provided of [TokenVault, SessionRepository, RequestSlots]) {
      expect(nest.get<object>(provided)).toBeInstanceOf(provided);
    }
    await nest.get(Database).ping();
    await nest.get(RedisConnections).ping();
    expect(await nest.get(Database).rows('SELECT id FROM batches')).toEqual([]);
  });

  it('lets one at a time run under an advisory lock, also after a failure', async () => {
    const lock = nest.get(AdvisoryLock);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let isRunning = false;
    const first = lock.tryRun('chore', () => {
      isRunning = true;
      return held;
    });
    await waitUntil('the lock', () => isRunning);
    expect(await lock.tryRun('chore', () => Promise.reject(new Error('not to be run')))).toBe(false);
    expect(await lock.tryRun('another', async () => {})).toBe(true);
    release();
    expect(await first).toBe(true);
    await expect(lock.tryRun('chore', () => Promise.reject(new Error('oops')))).rejects.toThrow('oops');
    expect(await lock.tryRun('chore', async () => {})).toBe(true);
  });

  it('adds a job once, and a worker with the shared options gets it', async () => {
    const queue = nest.get(UploadQueue);
    await queue.addUploads([1, 2, 1].map((uploadId) => ({ uploadId, delayMs: 0 })));
    await queue.addUploads([{ uploadId: 1, delayMs: 0 }]);
    await queue.addUploads([{ uploadId: 3, delayMs: 3_600_000 }]);
    expect(await queue.count()).toEqual({ waiting: 2, delayed: 1, active: 0 });
    const got: (string | undefined)[] = [];
    const worker = new Worker(
      'uploads',
      async (job) => void got.push(job.id),
      workerQueueOptions(nest.get(RedisConnections)),
    );
    await waitUntil('both jobs', () => got.length === 2);
    expect(got.sort()).toEqual([uploadJobId('1'), uploadJobId('2')]);
    await worker.close();
    expect(await queue.count()).toEqual({ waiting: 0, delayed: 1, active: 0 });
  });

  it('closes every connection', async () => {
    const { dataSource } = nest.get(Database);
    const { shared } = nest.get(RedisConnections);
    await nest.close();
    expect(dataSource.isInitialized).toBe(false);
    await waitUntil('Redis to be closed', () => shared.status === 'end');
  });
});
