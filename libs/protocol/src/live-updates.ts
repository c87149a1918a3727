import type { ImageSourceName, StructuredError } from './nouns.js';
import type { UploadStatus } from './upload-lifecycle.js';

/** The state of one upload as it is published after its transaction commits. Exactly what `UPLOADS_UPDATE` carries, and a version. */
export interface UploadState {
  id: number;
  batchid: number;
  status: UploadStatus;
  key: string;
  handler: ImageSourceName;
  error?: StructuredError;
  success?: string;
  /** Grows with every change of the row: a later state wins over an earlier one that arrives after it. */
  version: number;
}

export interface LiveUpdate {
  batchid: number;
  userid: string;
  uploads: UploadState[];
}

/** How far one upload's file has come. Nothing of it is kept. */
export interface UploadProgress {
  /** The upload's. */
  id: number;
  /** Bytes received from the source. */
  received: number;
  /** Bytes that the wiki has accepted. */
  sent: number;
  /** Bytes of the whole file, once known. */
  size?: number;
}

export interface ProgressUpdate {
  batchid: number;
  uploads: UploadProgress[];
}
