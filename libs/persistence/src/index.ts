export { PersistenceModule, replicaOptions, type PersistenceOptions } from './persistence.module.js';

export { findStoreAway, isStoreAway } from './database/is-store-away.js';
export { Database, type Sql, type SqlValue } from './database/database.js';
export { openDatabase } from './database/open-database.js';
export { explainedQueries, type NamedQuery, type QuerySample } from './database/explained-queries.js';
export { AdvisoryLock } from './database/advisory-lock.js';

export { UploadRepository, type Requeue } from './uploads/upload.repository.js';
export { UploadLedger } from './uploads/upload-ledger.js';
export type { CancelledUploads } from './uploads/cancel-batch.js';
export type { AcceptedSlice, KnownSlice, Slice } from './uploads/accept-slice.js';
export type { RetryCopy } from './uploads/copy-for-retry.js';
export type { Settlement } from './uploads/settle-owed.js';
export type { DueQuery } from './uploads/list-due.js';
export type {
  CheckpointPatch,
  DueUpload,
  ExpiredLease,
  LostUpload,
  NewUpload,
  OwedKind,
  OwedUpload,
  Upload,
  UploadCheckpoint,
  UploadEnding,
} from './uploads/upload.js';
export { Replanner, type Replanned, type WaitingPerson } from './uploads/replanner.js';
export { UploadTurns, type Taker } from './uploads/turns/upload-turns.js';
export { PREPARE_AHEAD_MS, type WakeUp } from './uploads/turns/wake-up.js';
export { BatchRepository, type BatchPage } from './batches/batch.repository.js';
export type {
  Batch,
  BatchFilter,
  BatchSchedule,
  BatchStats,
  BatchSummary,
  WorkAhead,
} from './batches/batch.js';
export { UserRepository, type SignIn } from './users/user.repository.js';
export type { User } from './users/user.js';
export { ManifestRepository } from './manifests/manifest.repository.js';
export { PresetRepository } from './presets/preset.repository.js';
export type { Preset, PresetDraft } from './presets/preset.js';

export {
  WantedCategoryRepository,
  type WantedCategoriesQuery,
} from './categories/wanted-category.repository.js';
export { WantedCategoryRefresher, type RefreshOptions } from './categories/wanted-category-refresher.js';
export { excludes, foldTitle, toCategoryTitle } from './categories/category-title.js';
export type { WantedCategoriesPage, WantedCategory } from './categories/wanted-category.js';
export { ImportRepository, type ImportsQuery } from './imports/import.repository.js';
export { ImportRunClosed, ImportRunRepository, type FoundFiles } from './imports/import-run.repository.js';
export {
  FILE_ORDERS,
  type CategoryImport,
  type FileFilter,
  type FileOrder,
  type FilesQuery,
  type ImportCategory,
  type ImportedFile,
  type ImportRun,
  type RedirectStep,
} from './imports/category-import.js';
export {
  CommonsReplica,
  type MissingCategories,
  type Redlink,
  type ReplicaOptions,
} from './replica/commons-replica.js';
export { SshRoute, SshRouteError } from './replica/ssh-route.js';

export { TokenRewrap, type KeyUse, type RewrapResult } from './tokens/token-rewrap.js';
export { SealedTokenError, TokenVault, type SealableToken } from './tokens/token-vault.js';
export { AdministratorRegister } from './sessions/administrator-register.js';
export { SessionRepository, type SessionInfo, type SessionLifetime } from './sessions/session.repository.js';
export {
  AUDIT_ACTIONS,
  AUDIT_SUBJECTS,
  AuditLog,
  type Actor,
  type AuditAction,
  type AuditRecord,
  type AuditSubject,
} from './admin/audit-log.js';
export {
  FAILED_BATCH_ORDERS,
  FailedUploads,
  type FailedBatch,
  type FailedBatchOrder,
} from './admin/failed-uploads.js';
export { PeopleAdministration, type KnownUser } from './admin/people-administration.js';
export {
  QUEUE_NAMES,
  QueueAdministration,
  type PersonQueue,
  type QueueName,
  type QueueState,
} from './admin/queue-administration.js';
export {
  UploadAdministration,
  type EndedUploads,
  type RetryableUpload,
  type UploadEdit,
} from './admin/upload-administration.js';
export { ApiTokenRepository, type NewApiToken } from './api-tokens/api-token.repository.js';
export {
  API_TOKEN_ORDERS,
  type ApiToken,
  type ApiTokenOrder,
  type LiveApiToken,
} from './api-tokens/api-token.js';

export { RedisConnections, type RedisClient } from './redis/redis-connections.js';
export { RedisCache } from './redis/redis-cache.js';
export { FailedAttempts, type AttemptLimit, type GrowingWait } from './redis/failed-attempts.js';
export { RedisLocks, type HeldLock } from './redis/redis-locks.js';
export { RedisRate } from './redis/redis-rate.js';
export { RequestSlots } from './redis/request-slots.js';
export { ServiceBreaker, type ServiceStop } from './redis/service-breaker.js';
export { SharedBuckets } from './redis/shared-buckets.js';
export {
  LiveUpdates,
  type BatchChange,
  type LiveUpdateHandlers,
  type SessionEnd,
} from './redis/live-updates.js';
export {
  RatePlan,
  type CommitTurn,
  type CountedTimes,
  type LoadCounted,
  type Reservation,
} from './rate-plan/rate-plan.js';
export { EditPlan } from './rate-plan/edit-plan.js';
export type { PlanWindow } from './rate-plan/plan-uploads.js';
export {
  RecategorizationRepository,
  type FileCounts,
  type FileEnding,
  type OpenFile,
  type UntouchedFile,
} from './recategorizations/recategorization.repository.js';
export { QuotaRepository } from './quotas/quota.repository.js';
export { tellNearQuotas } from './quotas/tell-near-quotas.js';
export {
  QUOTA_ORDERS,
  QUOTA_PERIODS,
  QUOTA_TYPES,
  type HeldQuota,
  type Quota,
  type QuotaDraft,
  type QuotaExpiry,
  type QuotaOrder,
  type QuotaPeriod,
  type QuotaState,
  type QuotaType,
} from './quotas/quota.js';
export {
  addNotification,
  NotificationRepository,
  type NotificationsQuery,
} from './notifications/notification.repository.js';
export {
  NOTIFICATION_ORDERS,
  toNotificationItem,
  type NewNotification,
  type Notification,
  type NotificationOrder,
} from './notifications/notification.js';
export { tellFinished } from './notifications/tell-finished.js';
export { findIneligibility } from './schedules/find-ineligibility.js';
export { ScheduleRepository } from './schedules/schedule.repository.js';
export {
  RUN_ORDERS,
  SCHEDULE_ORDERS,
  timingOf,
  type PickedRun,
  type RunOrder,
  type Schedule,
  type ScheduleDraft,
  type ScheduleOrder,
  type ScheduleRun,
  type ScheduleTiming,
} from './schedules/schedule.js';
export { WatchedImages, type Look, type Waiting } from './schedules/watched-images.js';
export type { Scanned } from './schedules/scan-schedules.js';
export { LONGEST_CRON } from './schedules/timing/cron.js';
export { Slots } from './schedules/timing/slots.js';
export type { ActiveDays, ActiveHours, Recurrence, Timing } from './schedules/timing/timing.js';
export { isTimeZone } from './schedules/timing/zone.js';
export { movePythonBackend, type MoveOptions } from './python-backend/move-python-backend.js';
export { MoveReport, type Matter, type ReportedRow, type TableCounts } from './python-backend/move-report.js';
export type { SourceTable } from './python-backend/source-rows.js';
export { JobQueue } from './jobs/job-queue.js';
export { JobRepository, type DueJob, type JobPage } from './jobs/job.repository.js';
export type { Job, JobCheckpoint, JobData, JobEnding, JobsQuery, JobTaker, NewJob } from './jobs/job.js';
export { UploadQueue, workerQueueOptions, type JobToAdd } from './queue/upload-queue.js';

export type {
  ByteRange,
  FileStorage,
  OpenedFile,
  PresignOptions,
  StoredFile,
  TemporaryFile,
  WriteOptions,
} from './storages/file-storage.js';
export { StorageUnreachableError } from './storages/storage-unreachable.js';
export { Storages, type StoragesOptions } from './storages/storages.js';
export { StorageRepository } from './storages/storage.repository.js';
export {
  STORAGE_KINDS,
  STORAGE_ORDERS,
  type LocalResource,
  type S3Resource,
  type Storage,
  type StorageDraft,
  type StorageOrder,
  type StorageResource,
  type StoragesQuery,
} from './storages/storage.js';
export type { S3Credentials, S3Place } from './storages/s3-connections.js';
export { attachmentHeader } from './storages/attachment-header.js';
export type { ExportedFile, ExportedUpload } from './exports/exported-rows.js';
export type { ExportFileKey, ExportSubject } from './exports/export-subject.js';
export {
  ExportRepository,
  finishExport,
  type ExportPage,
  type FinishedExport,
} from './exports/export.repository.js';
export { toSubject, type Export, type ExportRequest } from './exports/export.js';
export { ExportFileRepository } from './exports/export-file.repository.js';
export {
  exportFileName,
  exportLockKey,
  isAsGoodAsNew,
  type ExportFile,
  type WrittenExport,
} from './exports/export-file.js';
export { ExportRows, type PinnedRows, type RowCursor, type RowPage } from './exports/export-rows.js';
export { ChoreLog, type ChoreTimes, type KnownChore } from './operation/chore-log.js';
export { QueueFigureCounter, type JobFigures, type QueueFigures } from './operation/queue-figures.js';
export { WorkerHeartbeats, type KnownWorker, type WorkerHeartbeat } from './operation/worker-heartbeats.js';
