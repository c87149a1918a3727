import {
  uploadJobId,
  type ImageSourceName,
  type Label,
  type StructuredError,
  type UploadState,
  type UploadStatus,
} from '#app/protocol';
import { fromJson } from '../database/json.js';
import type { OwedUpload, Upload, UploadCheckpoint } from './upload.js';

export interface StateRow {
  id: number;
  batchid: number;
  status: UploadStatus;
  key: string;
  handler: ImageSourceName;
  error: string | StructuredError | null;
  success: string | null;
  version: number;
}

export interface UploadRow extends StateRow {
  userid: string;
  retry_of_batch: number | null;
  collection: string;
  filename: string;
  wikitext: string;
  copyright_override: number;
  labels: string | Label[] | null;
  result: string | null;
  created_at: Date;
  updated_at: Date;
  planned_at: Date;
  not_before: Date | null;
  staged: number;
  attempts: string | Record<string, number>;
  lease_owner: string | null;
  leased_until: Date | null;
  cancel_requested_at: Date | null;
  committed_at: Date | null;
  checkpoint: string | UploadCheckpoint;
  sdc_owed: number;
  refresh_owed: number;
  access_token: string | null;
  traceparent: string | null;
}

export type OwedRow = Pick<UploadRow, 'id' | 'batchid' | 'userid' | 'checkpoint' | 'access_token'> & {
  owed_due_at: Date;
};

export const STATE_COLUMNS = 'id, batchid, status, `key`, handler, error, success, version';

export const UPLOAD_COLUMNS = `${STATE_COLUMNS}, userid, retry_of_batch, collection, filename, wikitext, copyright_override, labels, result,
  created_at, updated_at, planned_at, not_before, staged, attempts, lease_owner, leased_until, cancel_requested_at, committed_at,
  checkpoint, sdc_owed, refresh_owed, access_token, traceparent`;

export function toState(row: StateRow): UploadState {
  const error = fromJson(row.error);
  return {
    id: row.id,
    batchid: row.batchid,
    status: row.status,
    key: row.key,
    handler: row.handler,
    version: row.version,
    ...(error === null ? {} : { error }),
    ...(row.success === null ? {} : { success: row.success }),
  };
}

export function toUpload(row: UploadRow): Upload {
  return {
    id: row.id,
    batchid: row.batchid,
    retryOfBatch: row.retry_of_batch,
    userid: row.userid,
    status: row.status,
    key: row.key,
    handler: row.handler,
    collection: row.collection,
    filename: row.filename,
    wikitext: row.wikitext,
    copyrightOverride: row.copyright_override === 1,
    labels: fromJson(row.labels),
    result: row.result,
    error: fromJson(row.error),
    success: row.success,
    jobId: uploadJobId(String(row.id)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
    plannedAt: row.planned_at,
    notBefore: row.not_before,
    staged: row.staged === 1,
    attempts: fromJson(row.attempts) ?? {},
    leaseOwner: row.lease_owner,
    leasedUntil: row.leased_until,
    cancelRequestedAt: row.cancel_requested_at,
    committedAt: row.committed_at,
    checkpoint: fromJson(row.checkpoint) ?? {},
    sdcOwed: row.sdc_owed === 1,
    refreshOwed: row.refresh_owed === 1,
    accessToken: row.access_token,
    traceparent: row.traceparent,
  };
}

export const toOwed = (row: OwedRow): OwedUpload => ({
  id: row.id,
  batchid: row.batchid,
  userid: row.userid,
  checkpoint: fromJson(row.checkpoint) ?? {},
  accessToken: row.access_token,
  dueAt: row.owed_due_at,
});
