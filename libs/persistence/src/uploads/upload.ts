import type { FileLink, ImageSourceName, Label, StructuredError, UploadStatus } from '#app/protocol';

/** What the pipeline has already done for one upload; each step writes its result here, so that a crash resumes there. */
export interface UploadCheckpoint {
  /** Hexadecimal, lower case. */
  sha1?: string;
  /** Bytes. */
  size?: number;
  mime?: string;
  fileKey?: string;
  /** Bytes the wiki has accepted under `fileKey`. */
  stashOffset?: number;
  stashComplete?: boolean;
  /** ISO 8601: written before the commit is sent, gone once it is not found; until then the upload cannot be cancelled. */
  commitAttemptedAt?: string;
  /** ISO 8601: as `commitAttemptedAt`, but gone only once the wiki has refused the commit: it may arrive late. */
  commitSentAt?: string;
  publishedTitle?: string;
  publishedUrl?: string;
  pageId?: number;
  /** ISO 8601: written before the structured data is sent; from then on it is merged, never sent whole. */
  sdcAttemptedAt?: string;
  sdcApplied?: boolean;
  duplicateOf?: FileLink[];
}

/** Merged member by member; `null` removes a member. */
export type CheckpointPatch = { [Member in keyof UploadCheckpoint]?: UploadCheckpoint[Member] | null };

export interface Upload {
  id: number;
  batchid: number;
  /** From which batch an administrator's retry took it. */
  retryOfBatch: number | null;
  userid: string;
  status: UploadStatus;
  /** Id of the image at its source. */
  key: string;
  handler: ImageSourceName;
  /** What the person typed or the collection's id. */
  collection: string;
  filename: string;
  wikitext: string;
  copyrightOverride: boolean;
  labels: Label[] | null;
  result: string | null;
  error: StructuredError | null;
  /** Address of the file page. */
  success: string | null;
  jobId: string;
  createdAt: Date;
  /** Moment of the last change that people can see. */
  updatedAt: Date;
  version: number;
  /** The commit may not be sent before. */
  plannedAt: Date;
  /** May not be claimed before. */
  notBefore: Date | null;
  /** The file is in the wiki's stash: only the commit is left, so it is not claimed before that is due. */
  staged: boolean;
  /** Tries by kind; survives going back to the queue. */
  attempts: Record<string, number>;
  leaseOwner: string | null;
  leasedUntil: Date | null;
  cancelRequestedAt: Date | null;
  committedAt: Date | null;
  checkpoint: UploadCheckpoint;
  sdcOwed: boolean;
  refreshOwed: boolean;
  /** Sealed by TokenVault. */
  accessToken: string | null;
  /** Of the request that made it, where that is traced. */
  traceparent: string | null;
}

/** One item of a slice. Lengths that the columns take: key 255, collection 2048, filename 500 characters, wikitext 16 MiB. */
export interface NewUpload {
  key: string;
  handler: ImageSourceName;
  collection: string;
  filename: string;
  wikitext: string;
  labels: Label[] | null;
  copyrightOverride: boolean;
  plannedAt: Date;
  /** Sealed by TokenVault; null only where `status` is `failed`. */
  accessToken: string | null;
  status: 'queued' | 'failed';
  /** From which batch an administrator's retry took it. */
  retryOfBatch?: number | null;
  error?: StructuredError;
}

export interface UploadEnding {
  /** A terminal one. */
  status: UploadStatus;
  error?: StructuredError;
  success?: string;
  result?: string;
  /** What is still to be done for a file that is published. */
  owed?: { sdc?: boolean; refresh?: boolean };
  /** Whether the row keeps its access token; by default as long as structured data is owed. */
  keepToken?: boolean;
}

export interface DueUpload {
  id: number;
  batchid: number;
  userid: string;
  /** When its job is to run: from then on there is something to do for it. */
  dueAt: Date;
}

export interface LostUpload extends DueUpload {
  /** Sealed by TokenVault. */
  accessToken: string | null;
}

/** A running upload whose worker has not renewed its lease. */
export interface ExpiredLease {
  id: number;
  userid: string;
  leasedUntil: Date;
  /** Sealed by TokenVault. */
  accessToken: string | null;
}

export interface OwedUpload {
  id: number;
  batchid: number;
  userid: string;
  checkpoint: UploadCheckpoint;
  accessToken: string | null;
  dueAt: Date;
}

export type OwedKind = 'sdc' | 'refresh';
