import type { Upload } from '#app/persistence';
import type { BatchUploadItemDto } from '#app/protocol';

/** An upload as clients show it: without tokens, plans and leases. */
export const toBatchUploadItem = (upload: Upload): BatchUploadItemDto => {
  const label = upload.labels?.[0];
  return {
    id: upload.id,
    status: upload.status,
    filename: upload.filename,
    wikitext: upload.wikitext,
    batchid: upload.batchid,
    userid: upload.userid,
    key: upload.key,
    handler: upload.handler,
    ...(label && { labels: { language: label.language, value: label.value } }),
    ...(upload.result !== null && { result: upload.result }),
    ...(upload.error && { error: upload.error }),
    ...(upload.success !== null && { success: upload.success }),
    created_at: upload.createdAt.toISOString(),
    updated_at: upload.updatedAt.toISOString(),
    image_id: upload.key,
  };
};
