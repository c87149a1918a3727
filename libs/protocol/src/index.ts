export {
  canMove,
  DUPLICATE_STATUSES,
  isTerminal,
  OPEN_STATUSES,
  TERMINAL_STATUSES,
  UPLOAD_STATUSES,
  type UploadStatus,
} from './upload-lifecycle.js';
export { RefusedError, TemporaryError } from './failures.js';
export {
  IMAGE_SOURCE_NAMES,
  type Creator,
  type FileLink,
  type ImageLocation,
  type ImageSourceName,
  type Label,
  type MediaImage,
  type StructuredError,
} from './nouns.js';
export type { DataValue, Reference, Snak, Statement } from './statements.js';
export type { Collection, CollectionIds, ImageSource, SourceImage } from './image-source.js';
export type { Cache, ExistingFiles, SharedLimiter } from './ports.js';
export { parseUploadJob, UPLOAD_QUEUE, uploadJobId, type UploadJob } from './jobs.js';
export type { LiveUpdate, UploadState } from './live-updates.js';
export {
  DomainError,
  ERROR_CODES,
  ERROR_STATUS,
  isErrorCode,
  type ErrorCode,
  type ErrorDetails,
} from './error-codes.js';
