import { Injectable } from '@nestjs/common';
import { BatchRepository, UploadRepository } from '#app/persistence';
import type { ServerMessageOf } from '#app/protocol';
import { batchNotFound } from './batch-errors.js';
import { toBatchUploadItem } from './to-batch-upload-item.js';

/** A batch with all its uploads. Every signed-in person may read it: the work is public on Commons. */
@Injectable()
export class ListBatchUploads {
  constructor(
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
  ) {}

  /** @throws DomainError BATCH_NOT_FOUND */
  async execute(batchid: number): Promise<ServerMessageOf<'BATCH_UPLOADS_LIST'>['data']> {
    const batch = await this.batches.findSummary(batchid);
    if (batch === null) throw batchNotFound(batchid);
    const uploads = await this.uploads.listBatchUploads(batchid);
    return { batch, uploads: uploads.map(toBatchUploadItem) };
  }
}
