import { Injectable } from '@nestjs/common';
import {
  exportLockKey,
  RedisLocks,
  StorageRepository,
  Storages,
  StorageUnreachableError,
  type FileStorage,
  type HeldLock,
} from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';

const PAGE = 100;

/** The storages of one clean-up: one that does not answer is asked once, not for each of its files. */
export class OpenStorages {
  private readonly opened = new Map<number | null, Promise<FileStorage>>();
  private readonly away = new Set<number | null>();

  constructor(private readonly storages: Storages) {}

  isAway(id: number | null): boolean {
    return this.away.has(id);
  }

  /** @throws StorageUnreachableError, after which it is away */
  async use<T>(id: number | null, work: (storage: FileStorage) => Promise<T>): Promise<T> {
    try {
      let storage = this.opened.get(id);
      if (storage === undefined) this.opened.set(id, (storage = this.storages.open(id)));
      return await work(await storage);
    } catch (error) {
      if (error instanceof StorageUnreachableError) this.away.add(id);
      throw error;
    }
  }
}

/** What the cleaners of exports have in common. */
@Injectable()
export class ExportStorages {
  constructor(
    private readonly storages: Storages,
    private readonly repository: StorageRepository,
    private readonly locks: RedisLocks,
    private readonly config: WorkerConfig,
  ) {}

  open(): OpenStorages {
    return new OpenStorages(this.storages);
  }

  /** The default storage and all that were set up, active or not. */
  async *listIds(): AsyncGenerator<number | null> {
    yield null;
    for (let page = 0; ; page += 1) {
      const { items } = await this.repository.list({ orderBy: 'created', asc: true, page, size: PAGE });
      for (const { id } of items) yield id;
      if (items.length < PAGE) return;
    }
  }

  /**
   * Runs `work` under the lock on a file's name, which it confirms when it has waited for something before it removes anything.
   * @returns false without running it when somebody has the lock: next time
   */
  async underLock(
    storageId: number | null,
    name: string,
    work: (lock: HeldLock) => Promise<boolean>,
  ): Promise<boolean> {
    const ttlMs = this.config.exportLockTtlSeconds * 1_000;
    const lock = await this.locks.acquire(exportLockKey(storageId, name), ttlMs);
    if (lock === null) return false;
    try {
      return await work(lock);
    } finally {
      await lock.release();
    }
  }
}
