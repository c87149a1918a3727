import { StorageRepository, Storages, type Actor, type Storage, type StorageDraft } from '#app/persistence';
import { DomainError, RefusedError } from '#app/protocol';
import { Injectable } from '@nestjs/common';

/** Sets storages up, where this server may reach them. */
@Injectable()
export class ChangeStorages {
  constructor(
    private readonly repository: StorageRepository,
    private readonly storages: Storages,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, STORAGE_CONFLICT */
  async create(draft: StorageDraft, actor: Actor): Promise<Storage> {
    this.checkAddress(draft);
    return this.repository.create(draft, actor);
  }

  /** @throws DomainError STORAGE_NOT_FOUND, VALIDATION_FAILED, STORAGE_CONFLICT */
  async replace(id: number, draft: StorageDraft, actor: Actor): Promise<Storage> {
    this.checkAddress(draft);
    return this.repository.replace(id, draft, actor);
  }

  private checkAddress({ resource }: StorageDraft): void {
    try {
      this.storages.checkAddress(resource);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      throw new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', {
        'resource.endpoint': [error.message],
      });
    }
  }
}
