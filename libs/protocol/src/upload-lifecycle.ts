export const DUPLICATE_STATUSES = [
  'duplicate',
  'duplicated_sdc_updated',
  'duplicated_sdc_not_updated',
] as const;

export const UPLOAD_STATUSES = [
  'queued',
  'in_progress',
  'completed',
  'failed',
  'cancelled',
  ...DUPLICATE_STATUSES,
] as const;

export type UploadStatus = (typeof UPLOAD_STATUSES)[number];

/** Every status an upload may move to. A retry is a new upload, so terminal statuses never change. */
const NEXT: Record<UploadStatus, readonly UploadStatus[]> = {
  queued: ['in_progress', 'cancelled', 'failed'],
  in_progress: ['queued', 'completed', 'failed', 'cancelled', ...DUPLICATE_STATUSES],
  completed: [],
  failed: [],
  cancelled: [],
  duplicate: [],
  duplicated_sdc_updated: [],
  duplicated_sdc_not_updated: [],
};

export const isTerminal = (status: UploadStatus): boolean => NEXT[status].length === 0;
