export { DUPLICATE_STATUSES, isTerminal, UPLOAD_STATUSES, type UploadStatus } from './upload-lifecycle.js';
export { carryTraces, currentTraceparent } from './trace-carrier.js';
export { CENSORED, textScrubber, type ScrubText } from './secrets/scrub-text.js';
export { RefusedError, TemporaryError } from './failures.js';
export { FAILURE_TYPES, toFailureType, type FailureType } from './failure-type.js';
export { TOKEN_SCOPES, type TokenScope } from './token-scopes.js';
export { MESSAGE_SCOPES } from './messages/message-scopes.js';
export { parseRetryAfter } from './retry-after.js';
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
export { CATEGORY_REDIRECT_TEMPLATES } from './category-redirect-templates.js';
export type { CategoryFile, CategoryPart, CategorySource, FoundCategory } from './category-source.js';
export type {
  Cache,
  CallRate,
  ExistingFiles,
  ObservedRequest,
  RequestObserver,
  SharedLimiter,
  SharedRate,
  UploadObserver,
  Upstream,
} from './ports.js';
export { UPSTREAMS } from './ports.js';
export { parseUploadJob, takeOverJobId, UPLOAD_QUEUE, uploadJobId, type UploadJob } from './jobs.js';
export {
  isJobEnded,
  JOB_KINDS,
  JOB_QUEUE,
  JOB_STATUSES,
  type JobError,
  type JobKind,
  type JobStatus,
} from './background-jobs.js';
export {
  parseRecategorizeParams,
  recategorizeSubject,
  type FileSelection,
  type RecategorizeParams,
  type RecategorizeResult,
  type SelectionFilter,
} from './recategorize.js';
export { escapeAddress, escapeWikitext, type EscapeOptions } from './wikitext.js';
export { fillTemplate, findTitleTemplateProblem, TEMPLATE_FIELDS } from './image-template.js';
export { NOTIFICATION_KINDS, type NotificationItem, type NotificationKind } from './notifications.js';
export {
  ADMIN_SCHEDULE_KINDS,
  SCHEDULE_KINDS,
  type ImportCategoryParams,
  type ScheduleKind,
  type ScheduleParams,
  type WatchCollectionParams,
} from './schedules.js';
export type { LiveUpdate, ProgressUpdate, UploadProgress, UploadState } from './live-updates.js';
export {
  DomainError,
  ERROR_CODES,
  ERROR_STATUS,
  isErrorCode,
  type ErrorCode,
  type ErrorDetails,
} from './error-codes.js';
export {
  checkOutboundUrl,
  checkServiceUrl,
  parseAllowedHosts,
  isOfSource,
  SOURCE_CDN_HOSTS,
  type CheckedUrl,
} from './outbound/allowed-hosts.js';
export { guardedLookup, type ResolveHost } from './outbound/guarded-lookup.js';
export { AnswerTooLongError, readLimited } from './outbound/read-limited.js';
export { buildServerFrame } from './messages/build-server-frame.js';
export { buildAsyncApiDocument } from './messages/asyncapi-document.js';
export { parseClientFrame, type ParsedFrame } from './messages/parse-client-frame.js';
export {
  CLIENT_MESSAGES,
  SERVER_MESSAGES,
  type ClientMessage,
  type ClientMessageOf,
  type ClientMessageType,
  type ServerMessage,
  type ServerMessageOf,
  type ServerMessageType,
} from './messages/message-tables.js';
export type {
  BatchItemDto,
  BatchScheduleDto,
  BatchStatsDto,
  BatchUploadItemDto,
  UploadUpdateItemDto,
} from './messages/batch.dto.js';
export type { CheckedTitleDto } from './messages/server-messages.js';
export type { PresetItemDto } from './messages/preset.dto.js';
export type { BatchesPageDto, PresetDto } from './messages/client-messages.js';
export { LabelDto, type UploadItemDto, type UploadSliceDto } from './messages/upload-item.dto.js';
export { listVariables, Variable, type DerivedValue, type Environment } from './configuration/variable.js';
export {
  ConfigurationError,
  loadConfiguration,
  type LoadedConfiguration,
} from './configuration/load-configuration.js';
export { wholeSecret } from './configuration/secret-parts.js';
export { renderEnvExample } from './configuration/render-env-example.js';
export { olderConcurrency, toolsDatabase, UNUSED_VARIABLES } from './configuration/older-names.js';
export {
  readAddress,
  readFlag,
  readList,
  readNumber,
  readText,
  readUsernames,
} from './configuration/read-values.js';
export { IsHttpAddress, IsOriginList } from './configuration/validators.js';
export { SharedConfig, type LogFormat, type LogLevelName } from './configuration/shared.config.js';
export {
  MANIFEST_COLUMNS,
  readUploadTable,
  toUploadTableRow,
  UPLOAD_TABLE_COLUMNS,
  uploadTableParser,
  writeGuardedLine,
  writeUploadTableHeader,
  writeUploadTableRow,
  type ManifestColumn,
  type UploadTableColumn,
  type UploadTableRow,
} from './upload-table.js';
export { KEPT_COLUMNS, type ManifestCells, type ManifestRow, type ManifestRows } from './manifest-rows.js';
export {
  EXPORT_FORMAT_FACTS,
  EXPORT_FORMATS,
  EXPORT_KINDS,
  type ExportFormat,
  type ExportKind,
} from './exports.js';
