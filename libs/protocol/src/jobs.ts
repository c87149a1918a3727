/** The queue of uploads. A job is a wake-up: the row in the database is the truth. */
export const UPLOAD_QUEUE = 'uploads';

export interface UploadJob {
  /** Id of the upload request, decimal. */
  uploadId: string;
}

/** Derived from the row, so that adding a job twice is harmless. */
export const uploadJobId = (uploadId: string): string => `upload-${uploadId}`;

/** Of a wake-up beside the job that a dead worker may still hold: one for each lease that ran out. */
export const takeOverJobId = (uploadId: string, leasedUntil: Date): string =>
  `take-over-${uploadId}-${leasedUntil.getTime()}`;

export const parseUploadJob = (data: unknown): UploadJob => {
  if (typeof data === 'object' && data !== null && 'uploadId' in data) {
    const { uploadId } = data;
    if (typeof uploadId === 'string' && /^[1-9]\d*$/.test(uploadId)) return { uploadId };
  }
  throw new TypeError('An upload job must carry the id of its upload');
};
