import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Database,
  ExportFileRepository,
  exportLockKey,
  RedisConnections,
  RedisLocks,
  StorageRepository,
  Storages,
  type ExportFile,
} from '#app/persistence';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { loadWorkerConfig } from '../worker.config.js';
import { CleanExportFiles, CleanExportRows } from './clean-export-files.js';
import { CleaningTurn, type Cleaner } from './cleaning-turn.js';
import { ExportStorages } from './export-storages.js';

const LONG_AGO = new Date('2026-01-01T00:00:00Z');

async function* content(): AsyncGenerator<string> {
  yield 'rows';
}

describe('a clean-up that loses the lock on a file', () => {
  let stores: OpenStores;
  let directory: string;
  let shared: ExportStorages;
  let storages: Storages;
  let file: ExportFile;

  beforeAll(async () => {
    stores = await openStores();
    const { nest, environment } = stores;
    directory = await mkdtemp(join(tmpdir(), 'curator-cleanup-'));
    storages = new Storages({ exportDir: directory });
    const { config } = loadWorkerConfig({ ...environment, EXPORT_DIR: directory });
    shared = new ExportStorages(storages, nest.get(StorageRepository), nest.get(RedisLocks), config);
  });

  afterAll(async () => {
    await stores.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(async () => {
    const files = stores.nest.get(ExportFileRepository);
    const subject = { kind: 'batch', batchid: 1 } as const;
    file = await files.reserve({ subject, dataAt: LONG_AGO, format: 'csv', storageId: null }, LONG_AGO);
    const { size } = await storages.default().write(file.name, content(), { contentType: 'text/csv' });
    await files.complete(file.id, { size, rows: 1, sha256: 'a'.repeat(64), readAt: LONG_AGO }, LONG_AGO);
  });

  /** While it looks at a file, its lock runs out. */
  class LosingFiles extends ExportFileRepository {
    override async find(id: number): Promise<ExportFile | null> {
      const { shared: redis } = stores.nest.get(RedisConnections);
      await redis.del(`curator:{locks}:${exportLockKey(null, file.name)}`);
      return super.find(id);
    }
  }

  const clean = async (cleaner: Cleaner): Promise<CleaningTurn> => {
    const turn = new CleaningTurn(cleaner.what, new AbortController().signal);
    await cleaner.clean(turn);
    return turn;
  };
  const losing = (): LosingFiles => new LosingFiles(stores.nest.get(Database));

  it('leaves the file to whoever may have the lock now', async () => {
    expect(await clean(new CleanExportFiles(losing(), shared))).toMatchObject({ removed: 0, failed: 0 });
    expect(await readdir(directory)).toEqual([file.name]);
    expect(await clean(new CleanExportFiles(stores.nest.get(ExportFileRepository), shared))).toMatchObject({
      removed: 1,
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it('leaves its row as well', async () => {
    await storages.default().remove(file.name);
    expect(await clean(new CleanExportRows(losing(), shared))).toMatchObject({ removed: 0, failed: 0 });
    expect(await clean(new CleanExportRows(stores.nest.get(ExportFileRepository), shared))).toMatchObject({
      removed: 1,
    });
  });
});
