import { Injectable } from '@nestjs/common';
import type { HandlersOf } from '../live/handlers.js';
import { AcceptSlice } from './accept-slice.js';
import { CancelBatch } from './cancel-batch.js';
import { CreateBatch } from './create-batch.js';
import { ListBatchUploads } from './list-batch-uploads.js';
import { UploadAtOnce } from './upload-at-once.js';
import { RetryUploads } from './retry-uploads.js';

/** Messages about batches and their uploads. */
@Injectable()
export class BatchMessages {
  readonly handlers: HandlersOf<
    'CREATE_BATCH' | 'UPLOAD_SLICE' | 'UPLOAD' | 'FETCH_BATCH_UPLOADS' | 'RETRY_UPLOADS' | 'CANCEL_BATCH'
  > = {
    CREATE_BATCH: async (_, connection) => {
      connection.send({ type: 'BATCH_CREATED', data: await this.createBatch.execute(connection.person) });
    },
    UPLOAD_SLICE: async ({ data }, connection) => {
      const uploads = await this.acceptSlice.execute(connection.person, data);
      const acknowledged = uploads.map(({ key, status }) => ({ id: key, status }));
      connection.send({ type: 'UPLOAD_SLICE_ACK', sliceid: data.sliceid, data: acknowledged });
    },
    UPLOAD: async ({ data }, connection) => {
      const { batchid, uploads } = await this.uploadAtOnce.execute(connection.person, data);
      const created = uploads.map(({ id, status, key }, index) => ({
        id,
        status,
        image_id: key,
        input: data.items[index]?.input ?? '',
        batchid,
      }));
      connection.send({ type: 'UPLOAD_CREATED', data: created });
    },
    FETCH_BATCH_UPLOADS: async ({ data }, connection) => {
      connection.send({ type: 'BATCH_UPLOADS_LIST', data: await this.listBatchUploads.execute(data) });
    },
    RETRY_UPLOADS: async ({ data }, connection) => {
      const batchid = await this.retryUploads.execute(connection.person, data);
      connection.send({ type: 'RETRY_UPLOADS_RESPONSE', data: batchid });
    },
    CANCEL_BATCH: ({ data }, connection) => this.cancelBatch.execute(connection.person, data),
  };

  constructor(
    private readonly createBatch: CreateBatch,
    private readonly acceptSlice: AcceptSlice,
    private readonly uploadAtOnce: UploadAtOnce,
    private readonly listBatchUploads: ListBatchUploads,
    private readonly retryUploads: RetryUploads,
    private readonly cancelBatch: CancelBatch,
  ) {}
}
