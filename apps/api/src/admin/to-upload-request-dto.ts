import type { FailedBatch, Upload } from '#app/persistence';
import type { FailedBatchDto, UploadRequestDto } from './upload-request.dto.js';

/** An upload as administrators see it: without tokens, plans and leases. */
export const toUploadRequestDto = (upload: Upload): UploadRequestDto => ({
  id: upload.id,
  batchid: upload.batchid,
  userid: upload.userid,
  status: upload.status,
  key: upload.key,
  handler: upload.handler,
  collection: upload.collection,
  filename: upload.filename,
  wikitext: upload.wikitext,
  copyright_override: upload.copyrightOverride,
  labels: upload.labels?.[0] ?? null,
  result: upload.result,
  error: upload.error,
  success: upload.success,
  celery_task_id: upload.jobId,
  created_at: upload.createdAt.toISOString(),
  updated_at: upload.updatedAt.toISOString(),
});

export const toFailedBatchDto = ({ batch, uploads }: FailedBatch): FailedBatchDto => ({
  batch: {
    id: batch.id,
    createdAt: batch.created_at,
    editGroupId: batch.edit_group_id,
    handler: uploads[0]?.handler ?? 'mapillary',
    failedCount: batch.stats.failed,
    totalUploads: batch.stats.total,
  },
  user: { username: batch.username, userid: batch.userid },
  failedUploads: uploads.map(({ id, filename, handler, status, error, errorType, createdAt }) => ({
    id,
    filename,
    handler,
    status,
    error,
    createdAt: createdAt.toISOString(),
    errorType,
  })),
});
