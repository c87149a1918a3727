import type { FileStorage } from './file-storage.js';
import { LocalStorage } from './local-storage.js';

export interface StoragesOptions {
  /** The directory of the storage that is always there; those of further local storages lie inside it. */
  exportDir: string;
}

/** Hands out the places where finished files are kept. */
export class Storages {
  private readonly local: FileStorage;

  constructor(options: StoragesOptions) {
    this.local = new LocalStorage(options.exportDir);
  }

  /** The directory of this server, where no storage is named. */
  default(): FileStorage {
    return this.local;
  }

  /**
   * The storage with this id, active or not; null is the default one.
   * @throws DomainError STORAGE_NOT_FOUND @throws StorageUnreachableError when its credentials do not open any more
   */
  async open(storageId: number | null): Promise<FileStorage> {
    if (storageId === null) return this.local;
    throw new Error('No storages but the local one yet');
  }
}
