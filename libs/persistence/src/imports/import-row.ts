import type { JobError, JobStatus } from '#app/protocol';
import { fromJson } from '../database/json.js';
import type { CategoryImport, ImportRun, RedirectStep } from './category-import.js';

type JsonColumn<T extends object> = string | T | null;

interface FindingColumns {
  title: string;
  depth: number;
  job_id: number | null;
  category: string | null;
  redirects: JsonColumn<RedirectStep[]>;
  chunk_count: number;
  file_count: number;
  category_count: number;
  other_count: number;
  is_truncated: number;
  completed_at: Date | null;
  expires_at: Date | null;
}

export interface RunRow extends FindingColumns {
  id: number;
  userid: string;
  abandoned_at: Date | null;
}

export interface ImportRow extends FindingColumns {
  id: number;
  userid: string;
  run_id: number;
  created_at: Date;
  cancelled_at: Date | null;
  job_status: JobStatus | null;
  job_total: number | null;
  job_error: JsonColumn<JobError>;
  job_updated_at: Date | null;
  job_started_at: Date | null;
  job_ended_at: Date | null;
}

const findingsOf = (row: FindingColumns) => ({
  title: row.title,
  depth: row.depth,
  category: row.category,
  redirects: fromJson(row.redirects) ?? [],
  chunks: row.chunk_count,
  files: row.file_count,
  categories: row.category_count,
  others: row.other_count,
  isTruncated: row.is_truncated === 1,
});

export const toImportRun = (row: RunRow): ImportRun => ({
  id: row.id,
  userid: row.userid,
  ...findingsOf(row),
  isComplete: row.completed_at !== null,
  isAbandoned: row.abandoned_at !== null,
});

const GONE: JobError = { code: 'INTERNAL', message: 'Nothing is known of this import any more.' };

/** The import's own state comes before that of the job, which does not know of it and may be forgotten sooner. */
function statusOf(row: ImportRow): JobStatus {
  if (row.cancelled_at !== null) return 'cancelled';
  if (row.completed_at !== null) return 'complete';
  if (row.job_status !== null) return row.job_status;
  return row.job_id === null ? 'queued' : 'failed';
}

export function toCategoryImport(row: ImportRow): CategoryImport {
  const status = statusOf(row);
  return {
    id: row.id,
    userid: row.userid,
    runId: row.run_id,
    jobId: row.job_id,
    ...findingsOf(row),
    status,
    total: status === 'complete' ? row.file_count : row.job_total,
    error: status === 'failed' ? (fromJson(row.job_error) ?? GONE) : null,
    createdAt: row.created_at,
    updatedAt: row.cancelled_at ?? row.job_updated_at ?? row.created_at,
    startedAt: row.job_started_at,
    endedAt: row.cancelled_at ?? row.completed_at ?? row.job_ended_at,
    expiresAt: row.expires_at,
  };
}
