import type { ExportFormat, ExportKind, JobError, JobStatus } from '#app/protocol';
import { fromJson } from '../database/json.js';
import type { ExportSubject } from './export-subject.js';

/** What a person asks to have exported. */
export interface ExportRequest {
  kind: ExportKind;
  /** The batch or the import; for `failed_uploads` the batch, or null for all. */
  refId: number | null;
  format: ExportFormat;
  /** Null: the default storage. */
  storageId: number | null;
}

/** @throws Error when what the kind needs is missing */
export function toSubject({ kind, refId }: ExportRequest, userid: string): ExportSubject {
  switch (kind) {
    case 'my_uploads':
      return { kind, userid };
    case 'failed_uploads':
      return { kind, userid, batchid: refId };
    case 'batch':
    case 'import':
      if (refId === null) throw new Error(`An export of kind ${kind} needs an id`);
      return kind === 'batch' ? { kind, batchid: refId } : { kind, importId: refId };
  }
}

/** A person's export, with how far its job has come. */
export interface Export extends ExportRequest {
  id: number;
  userid: string;
  jobId: number;
  status: JobStatus;
  /** Rows. */
  done: number;
  total: number | null;
  error: JobError | null;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** Null: not written yet, or removed since. */
  file: { id: number; name: string; size: number; rows: number; dataAt: Date; expiresAt: Date } | null;
  /** When the batch or import was last read for an export that was completed, by anybody. */
  lastExportedAt: Date | null;
}

export interface ExportRow {
  id: number;
  userid: string;
  kind: ExportKind;
  ref_id: number | null;
  format: ExportFormat;
  storage_id: number | null;
  job_id: number;
  created_at: Date;
  status: JobStatus;
  done: number;
  total: number | null;
  error: string | JobError | null;
  updated_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  file_id: number | null;
  name: string | null;
  size: number | null;
  row_count: number | null;
  data_at: Date | null;
  expires_at: Date | null;
  last_exported_at: Date | null;
}

function toFile(row: ExportRow): Export['file'] {
  const { file_id: id, name, size, row_count: rows, data_at: dataAt, expires_at: expiresAt } = row;
  const isThere =
    id !== null && name !== null && size !== null && rows !== null && dataAt !== null && expiresAt !== null;
  return isThere ? { id, name, size, rows, dataAt, expiresAt } : null;
}

export const toExport = (row: ExportRow): Export => ({
  id: row.id,
  userid: row.userid,
  kind: row.kind,
  refId: row.ref_id,
  format: row.format,
  storageId: row.storage_id,
  jobId: row.job_id,
  status: row.status,
  done: row.done,
  total: row.total,
  error: fromJson(row.error),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  file: toFile(row),
  lastExportedAt: row.last_exported_at,
});
