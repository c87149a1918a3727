import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Database,
  ExportFileRepository,
  RedisLocks,
  StorageRepository,
  Storages,
  type ExportFile,
} from '#app/persistence';
import { aUser } from './an-upload.js';
import { openStores, type OpenStores } from './open-stores.js';
import { loadWorkerConfig, type WorkerConfig } from '../../apps/worker/src/worker.config.js';
import { CleaningTurn, type Cleaner } from '../../apps/worker/src/cleanup/cleaning-turn.js';
import { ExportStorages } from '../../apps/worker/src/cleanup/export-storages.js';

const HOUR_MS = 3_600_000;
export const LONG_AGO = new Date('2026-01-01T00:00:00Z');
export const SHA = 'a'.repeat(64);

export const later = (): Date => new Date(Date.now() + HOUR_MS);

export async function* contentOf(text: string): AsyncGenerator<string> {
  yield text;
}

/** Stores with exports in a folder of their own, and what cleans them. */
export class CleanupSetting {
  readonly database: Database;
  readonly files: ExportFileRepository;
  readonly repository: StorageRepository;
  readonly locks: RedisLocks;
  directory = '';
  config: WorkerConfig;
  storages: Storages;
  shared: ExportStorages;
  private made = 0;

  private constructor(
    readonly stores: OpenStores,
    readonly userid: string,
  ) {
    this.database = stores.nest.get(Database);
    this.files = stores.nest.get(ExportFileRepository);
    this.repository = stores.nest.get(StorageRepository);
    this.locks = stores.nest.get(RedisLocks);
    this.config = this.configure();
    [this.storages, this.shared] = this.openStorages();
  }

  static async open(): Promise<CleanupSetting> {
    const stores = await openStores();
    const { userid } = await aUser(stores.nest.get(Database), 'Alice');
    return new CleanupSetting(stores, userid);
  }

  /** With an empty folder, and no exports. */
  async begin(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'curator-cleanup-'));
    for (const table of ['exports', 'export_files', 'storages', 'jobs']) {
      await this.database.change(`DELETE FROM ${table}`);
    }
    this.config = this.configure();
    [this.storages, this.shared] = this.openStorages();
  }

  async end(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }

  configure(more: Record<string, string> = {}): WorkerConfig {
    return loadWorkerConfig({ ...this.stores.environment, EXPORT_DIR: this.directory, ...more }).config;
  }

  /** A file that is there, with its row. */
  async anExport(expiresAt: Date, storageId: number | null = null): Promise<ExportFile> {
    this.made += 1;
    const key = {
      subject: { kind: 'batch', batchid: this.made } as const,
      dataAt: LONG_AGO,
      format: 'csv' as const,
    };
    const { id, name } = await this.files.reserve({ ...key, storageId }, expiresAt);
    const { size } = await (
      await this.storages.open(storageId)
    ).write(name, contentOf(`file ${this.made}`), {
      contentType: 'text/csv',
    });
    await this.files.complete(id, { size, rows: 1, sha256: SHA, readAt: LONG_AGO }, expiresAt);
    const file = await this.files.find(id);
    if (file === null) throw new Error('The row is gone');
    return file;
  }

  async clean(cleaner: Cleaner, signal = new AbortController().signal): Promise<CleaningTurn> {
    const turn = new CleaningTurn(cleaner.what, signal);
    await cleaner.clean(turn);
    return turn;
  }

  async listFiles(): Promise<string[]> {
    return (await readdir(this.directory)).sort();
  }

  private openStorages(): [Storages, ExportStorages] {
    const storages = new Storages({ exportDir: this.directory }, this.repository);
    return [storages, new ExportStorages(storages, this.repository, this.locks, this.config)];
  }
}
