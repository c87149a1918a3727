import { DomainError } from '#app/protocol';
import { join } from 'node:path';
import { SealedTokenError } from '../tokens/token-vault.js';
import type { FileStorage } from './file-storage.js';
import { LocalStorage } from './local-storage.js';
import { S3Connections, type S3ConnectionsOptions, type S3Credentials } from './s3-connections.js';
import type { StorageRepository } from './storage.repository.js';
import type { StorageResource } from './storage.js';
import { StorageUnreachableError } from './storage-unreachable.js';

export interface StoragesOptions extends Partial<S3ConnectionsOptions> {
  /** The directory of the storage that is always there; those of further local storages lie inside it. */
  exportDir: string;
}

/** Hands out the places where finished files are kept. */
export class Storages {
  private readonly local: FileStorage;
  private readonly connections: S3Connections;

  /** @param repository without one there is the default storage only */
  constructor(
    private readonly options: StoragesOptions,
    private readonly repository: StorageRepository | null = null,
  ) {
    this.local = new LocalStorage(options.exportDir);
    this.connections = new S3Connections({ allowedHosts: [], ...options });
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
    if (this.repository === null) {
      throw new DomainError('STORAGE_NOT_FOUND', `Storage ${storageId} not found`);
    }
    const { storage, credentials } = await this.repository
      .getWithCredentials(storageId)
      .catch((error: unknown) => {
        if (!(error instanceof SealedTokenError)) throw error;
        throw new StorageUnreachableError('Its credentials do not open any more: enter them again.', false);
      });
    return this.openResource(storage.resource, credentials);
  }

  /** @throws RefusedError `download-host-refused` when nothing may be sent to such a storage */
  checkAddress(resource: StorageResource): void {
    if (resource.kind === 's3') this.connections.check(resource);
  }

  close(): void {
    this.connections.close();
  }

  private openResource(resource: StorageResource, credentials: S3Credentials | null): FileStorage {
    if (resource.kind === 'local') {
      return new LocalStorage(join(this.options.exportDir, resource.directory), this.options.exportDir);
    }
    if (credentials === null) throw new StorageUnreachableError('It has no credentials.', false);
    return this.connections.open(resource, credentials);
  }
}
