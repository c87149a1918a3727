import type { ErrorCode } from './error-codes.js';

/** The queue that wakes workers for background jobs. As with uploads, the row in the database is the truth. */
export const JOB_QUEUE = 'jobs';

/** Long work beside uploads. */
export const JOB_KINDS = [
  'recategorize',
  'import',
  'export',
  'refresh-wanted-categories',
  'clean-cache',
  'watch-collection',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** `queued` → `running` → `complete` | `failed` | `cancelled`; `running` → `queued` when it waits or its worker went away. */
export const JOB_STATUSES = ['queued', 'running', 'complete', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const isJobEnded = (status: JobStatus): boolean => status !== 'queued' && status !== 'running';

/** Why a job failed; the message is fit to show to a person. */
export interface JobError {
  code: ErrorCode;
  message: string;
}
