import { Injectable } from '@nestjs/common';
import { BatchRepository, ImportRepository, StorageRepository, type ExportRequest } from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import type { CreateExportDto } from './export.dto.js';

const refuse = (field: string, message: string): DomainError =>
  new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', { [field]: [`${field} ${message}`] });

const batchNotFound = (id: number): DomainError =>
  new DomainError('BATCH_NOT_FOUND', `Batch ${id} not found.`);

/** Says whether a person may export something, and whether it can be kept where they want it. */
@Injectable()
export class CheckSubject {
  constructor(
    private readonly batches: BatchRepository,
    private readonly imports: ImportRepository,
    private readonly storages: StorageRepository,
  ) {}

  /**
   * @throws DomainError VALIDATION_FAILED, BATCH_NOT_FOUND, IMPORT_NOT_FOUND, IMPORT_EXPIRED, STATE_CONFLICT for an import
   * that is not complete, STORAGE_NOT_FOUND, STORAGE_CONFLICT for a storage that is not active
   */
  async read(user: SignedInUser, { kind, id, format, storage_id }: CreateExportDto): Promise<ExportRequest> {
    const request = { kind, refId: id ?? null, format, storageId: storage_id ?? null };
    await this.checkRef(user, request);
    if (request.storageId !== null) await this.storages.getActive(request.storageId);
    return request;
  }

  private async checkRef(user: SignedInUser, { kind, refId }: ExportRequest): Promise<void> {
    switch (kind) {
      case 'my_uploads':
        if (refId !== null) throw refuse('id', 'must be left out for all your uploads');
        return;
      case 'failed_uploads':
        if (refId === null) return;
        return this.checkBatch(refId, user);
      case 'batch':
        if (refId === null) throw refuse('id', 'must be that of a batch');
        return this.checkBatch(refId);
      case 'import':
        if (refId === null) throw refuse('id', 'must be that of an import');
        return this.checkImport(refId, user);
    }
  }

  /** @param owner only theirs will do */
  private async checkBatch(id: number, owner?: SignedInUser): Promise<void> {
    const batch = await this.batches.find(id);
    if (batch === null || (owner && batch.userid !== owner.userid)) throw batchNotFound(id);
  }

  private async checkImport(id: number, { userid }: SignedInUser): Promise<void> {
    const found = await this.imports.findOwn(id, userid);
    if (found === null) throw new DomainError('IMPORT_NOT_FOUND', `You have no import ${id}.`);
    if (found.expiresAt !== null && found.expiresAt <= new Date())
      throw new DomainError('IMPORT_EXPIRED', 'Its files are too old. Import the category again.');
    if (found.status !== 'complete')
      throw new DomainError('STATE_CONFLICT', 'This import is not complete.', { status: found.status });
  }
}
