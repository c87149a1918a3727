// Written by `npm run docs:write` from docs/openapi.json: changes by hand do not last.

export interface Health {
  status: 'ok';
}

export interface StoreHealth {
  status: 'up' | 'degraded' | 'down';
  /** Milliseconds */
  response_time?: number;
}

export interface Stores {
  database: StoreHealth;
  redis: StoreHealth;
}

export interface Ready {
  status: 'ok';
  details: Stores;
}

export type ErrorCode = 'VALIDATION_FAILED' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BATCH_NOT_FOUND' | 'UPLOAD_NOT_FOUND' | 'PRESET_NOT_FOUND' | 'USER_NOT_FOUND' | 'TOKEN_NOT_FOUND' | 'COLLECTION_NOT_FOUND' | 'CATEGORY_NOT_FOUND' | 'IMPORT_NOT_FOUND' | 'IMPORT_EXPIRED' | 'RECATEGORIZATION_NOT_FOUND' | 'EXPORT_NOT_FOUND' | 'EXPORT_EXPIRED' | 'STORAGE_NOT_FOUND' | 'SCHEDULE_NOT_FOUND' | 'RUN_NOT_FOUND' | 'NOTIFICATION_NOT_FOUND' | 'QUOTA_NOT_FOUND' | 'METHOD_NOT_ALLOWED' | 'STATE_CONFLICT' | 'CATEGORY_REDIRECT_INVALID' | 'SLICE_CONFLICT' | 'KEY_CONFLICT' | 'TOKEN_CONFLICT' | 'STORAGE_CONFLICT' | 'SCHEDULE_CONFLICT' | 'QUOTA_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RANGE_NOT_SATISFIABLE' | 'QUOTA_EXCEEDED' | 'RATE_LIMITED' | 'INTERNAL' | 'UPSTREAM_FAILED' | 'STORAGE_UNREACHABLE' | 'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_TIMEOUT' | 'NOT_CONFIGURED' | 'NOT_READY' | 'OVERLOADED' | 'DATABASE_UNAVAILABLE';

export interface Error {
  error_code: ErrorCode;
  http_status: number;
  /** Fit to show to a person */
  error_msg: string;
  /** Id of who asked, null without a session or when the body could not be read */
  x_user: string | null;
  /** Also in the header X-Request-Id */
  request_id: string;
  /** What a client can act on; for VALIDATION_FAILED: field → messages */
  details?: Record<string, unknown>;
  /** The same as error_msg, for older clients */
  detail: string;
}

export interface WhoAmI {
  username: string;
  /** Id of the wiki's central account, decimal */
  userid: string;
  /** Whether the person is an administrator of this tool */
  authorized: boolean;
}

export interface Registered {
  message: string;
  username: string;
}

export type TokenScope = 'read' | 'upload' | 'admin';

export interface CreateApiToken {
  name: string;
  /** read: reading; upload: everything written in your name; admin: for administrators only */
  scopes: TokenScope[];
  /** Absent: it never expires */
  expires_in_days?: number;
}

export interface CreatedApiToken {
  id: number;
  name: string;
  /** How the token begins */
  hint: string;
  scopes: TokenScope[];
  created_at: string;
  /** Absent: never */
  expires_at?: string;
  /** To the minute; absent until it is used */
  last_used_at?: string;
  /** The token, for Authorization: Bearer. It is shown here once and never again. */
  token: string;
}

export interface ApiToken {
  id: number;
  name: string;
  /** How the token begins */
  hint: string;
  scopes: TokenScope[];
  created_at: string;
  /** Absent: never */
  expires_at?: string;
  /** To the minute; absent until it is used */
  last_used_at?: string;
}

export interface ApiTokenPage {
  items: ApiToken[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface AdminBatchStats {
  total: number;
  queued: number;
  in_progress: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** All three duplicate statuses */
  duplicate: number;
}

export interface AdminBatch {
  id: number;
  created_at: string;
  updated_at: string;
  edit_group_id: string;
  username: string;
  userid: string;
  stats: AdminBatchStats;
}

export interface AdminBatchList {
  items: AdminBatch[];
  /** On all pages */
  total: number;
}

export interface AdminUser {
  userid: string;
  username: string;
  created_at: string;
  updated_at: string;
}

export interface AdminUserList {
  items: AdminUser[];
  /** On all pages */
  total: number;
}

export interface Label {
  language: string;
  value: string;
}

export type ImageSourceName = 'mapillary' | 'flickr' | 'manifest';

export interface AdminPreset {
  id: number;
  userid: string;
  title: string;
  title_template: string;
  labels?: Label;
  categories?: string;
  exclude_from_date_category: boolean;
  handler: ImageSourceName;
  is_default: boolean;
  created_at: string;
  updated_at: string;
}

export interface AdminPresetList {
  items: AdminPreset[];
  /** On all pages */
  total: number;
}

export type AuditAction = 'upload.edit' | 'upload.cancel' | 'upload.fail' | 'upload.retry' | 'sessions.end' | 'queue.pause' | 'queue.resume' | 'storage.create' | 'storage.replace' | 'storage.delete' | 'quota.create' | 'quota.replace' | 'quota.delete' | 'quota.assign' | 'quota.withdraw' | 'batch.cancel';

export type AuditSubject = 'upload' | 'user' | 'queue' | 'storage' | 'quota' | 'batch';

export interface AuditRecord {
  id: number;
  at: string;
  /** Of the administrator */
  userid: string;
  username: string;
  action: AuditAction;
  subject_kind: AuditSubject;
  subject_id: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  request_id: string | null;
}

export interface AuditRecordList {
  items: AuditRecord[];
  /** On all pages */
  total: number;
}

export type UploadStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'duplicate' | 'duplicated_sdc_updated' | 'duplicated_sdc_not_updated';

export interface UploadRequest {
  id: number;
  batchid: number;
  userid: string;
  status: UploadStatus;
  /** Id of the image at its source */
  key: string;
  handler: ImageSourceName;
  collection: string;
  filename: string;
  wikitext: string;
  copyright_override: boolean;
  labels: Label | null;
  result: string | null;
  error: Record<string, unknown> | null;
  /** Address of the file page */
  success: string | null;
  /** The id of its job in the queue; the name is that of an older tool's queue */
  celery_task_id: string;
  created_at: string;
  updated_at: string;
}

export interface UploadRequestList {
  items: UploadRequest[];
  /** On all pages */
  total: number;
}

export interface EditUploadRequest {
  status?: 'cancelled' | 'failed';
  filename?: string;
  wikitext?: string;
  /** Also as JSON text; blank for none */
  labels?: Label | null;
  /** Also as text */
  copyright_override?: boolean;
  /** Also as JSON text; other text is a message; blank for none */
  error?: Record<string, unknown> | null;
  result?: string | null;
  /** Address of the file page */
  success?: string | null;
}

export interface UploadIds {
  ids: number[];
}

export interface CancelledCount {
  /** Queued ones, and running ones that were asked to stop */
  cancelled_count: number;
}

export interface FailedCount {
  failed_count: number;
}

export interface FailedBatchBatch {
  id: number;
  createdAt: string;
  editGroupId: string;
  handler: ImageSourceName;
  failedCount: number;
  totalUploads: number;
}

export interface FailedBatchUser {
  username: string;
  userid: string;
}

export type FailureType = 'duplicate' | 'rate_limit' | 'timeout' | 'auth' | 'network' | 'other';

export interface FailedUpload {
  id: number;
  filename: string;
  handler: ImageSourceName;
  status: UploadStatus;
  error: Record<string, unknown> | null;
  createdAt: string;
  errorType: FailureType;
}

export interface FailedBatch {
  batch: FailedBatchBatch;
  user: FailedBatchUser;
  /** At most 500 of a batch */
  failedUploads: FailedUpload[];
}

export interface FailedBatchList {
  items: FailedBatch[];
  /** On all pages */
  total: number;
}

export interface Retry {
  upload_ids: number[];
}

export interface Retried {
  message: string;
  retried_count: number;
  requested_count: number;
  new_batch_id: number;
  /** Further batches, where different images have the same key, which a batch has once */
  more_batch_ids?: number[];
}

export interface AdminSession {
  /** Tells it from the person's others */
  id: string;
  began_at: string;
  /** Unless it is used before */
  ends_at: string;
}

export interface AdminSessionList {
  items: AdminSession[];
  /** On all pages */
  total: number;
}

export interface EndedSessions {
  ended_count: number;
}

export type QueueName = 'uploads' | 'jobs';

export interface Queue {
  name: QueueName;
  /** Workers take nothing new from it; once active is 0 they are drained */
  paused: boolean;
  waiting: number;
  delayed: number;
  active: number;
  failed: number;
}

export interface PersonQueue {
  userid: string;
  username: string;
  queued: number;
  in_progress: number;
}

export interface Queues {
  queues: Queue[];
  /** The 500 who have most */
  users: PersonQueue[];
}

export type QuotaType = 'max_uploads' | 'max_bytes' | 'max_batches';

export type QuotaPeriod = 'day' | 'week' | 'month' | 'hours' | 'until' | 'never';

export interface QuotaExpiry {
  /** day, week, month: at the next midnight, Monday or first of the month (UTC); hours: each after so many hours; until: never, and the quota ends at that moment; never */
  period: QuotaPeriod;
  /** With hours */
  hours?: number;
  /** With until */
  until?: string;
}

export interface Quota {
  id: number;
  name: string;
  description: string;
  enable: boolean;
  type: QuotaType;
  value: number;
  expire: QuotaExpiry;
  is_default: boolean;
  created_at: string;
  updated_at: string;
}

export interface QuotaPage {
  items: Quota[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface QuotaDraft {
  /** No other quota has it */
  name: string;
  description?: string;
  enable?: boolean;
  /** It cannot be changed later */
  type: QuotaType;
  /** Uploads, bytes or batches */
  value: number;
  expire: QuotaExpiry;
  /** Holds for everybody who has none of its type */
  is_default?: boolean;
}

export interface QuotaState {
  name: string;
  type: QuotaType;
  value: number;
  expire: QuotaExpiry;
  used: number;
  left: number;
  /** When something is given back, or the quota ends; absent: not by itself */
  resets_at?: string;
}

export interface MyQuotas {
  /** An administrator: no quota holds */
  exempt: boolean;
  /** A type that is missing has no limit */
  items: QuotaState[];
}

export interface QuotaList {
  items: Quota[];
  /** On all pages */
  total: number;
}

export interface AssignQuota {
  quota_id: number;
}

export type ScheduleKind = 'refresh-wanted-categories' | 'clean-cache' | 'import-category' | 'watch-collection';

export interface ScheduleParams {
  /** import-category: with or without “Category:” */
  category?: string;
  /** import-category: levels of subcategories; 0 unless told */
  depth?: number;
  /** watch-collection */
  handler?: 'mapillary' | 'flickr';
  /** watch-collection: a collection's id or any address of it */
  collection?: string;
  /** watch-collection: queues new images for upload as this preset says. Its title template, caption and categories may have the fields of the web client, such as {{captured.date}}; the title needs {{mapillary.photo.id}}. An image that has nothing for a field is left out. */
  preset_id?: number;
}

export interface WriteSchedule {
  name: string;
  /** refresh-wanted-categories and clean-cache: administrators only */
  kind: ScheduleKind;
  params: ScheduleParams;
  /** Minute, hour, day of the month, month, day of the week, as in crontab(5). Either this or every_minutes. Where hours are named, a time that clocks jump over comes when they have jumped, and one that they show twice comes the first time; with * for the hour, every hour of real time counts. */
  cron?: string;
  /** Of real time, counted from the creation. Either this or cron. */
  every_minutes?: number;
  /** Name in the tz database */
  time_zone?: string;
  /** First active day, in the time zone */
  active_from?: string;
  /** Last active day, in the time zone */
  active_until?: string;
  /** First active hour of the day, in the time zone; with hours_until */
  hours_from?: number;
  /** Hour at which the active ones end; at or before hours_from, they go over midnight */
  hours_until?: number;
  enabled?: boolean;
}

export interface Schedule {
  id: number;
  name: string;
  kind: ScheduleKind;
  params: ScheduleParams;
  cron?: string;
  every_minutes?: number;
  time_zone: string;
  active_from?: string;
  active_until?: string;
  hours_from?: number;
  hours_until?: number;
  enabled: boolean;
  /** Absent when it is disabled */
  next_slot_at?: string;
  /** Failed runs in a row; with the fifth it is disabled */
  failures: number;
  /** Why it was disabled by itself */
  disabled_reason?: string;
  disabled_at?: string;
  created_at: string;
  updated_at: string;
}

export interface SchedulePage {
  items: Schedule[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface Accepted {
  job_id: number;
}

export type JobStatus = 'queued' | 'running' | 'complete' | 'failed' | 'cancelled';

export interface JobError {
  error_code: ErrorCode;
  /** Fit to show to a person */
  error_msg: string;
}

export interface ScheduleRun {
  id: number;
  /** When it was to run; of a run by hand, when it was asked for */
  slot_at: string;
  /** Asked for by hand */
  manual: boolean;
  status: JobStatus;
  /** Units of work that are done */
  done: number;
  /** Units of work, once known */
  total?: number;
  created_at: string;
  started_at?: string;
  ended_at?: string;
  /** Why it did not complete */
  error?: JobError;
}

export interface ScheduleRunPage {
  items: ScheduleRun[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export type NotificationKind = 'batch-finished' | 'sign-in-needed' | 'schedule-disabled' | 'new-images' | 'quota-near';

export interface Notification {
  id: number;
  kind: NotificationKind;
  /** Fit to show to a person */
  message: string;
  created_at: string;
  /** Where to look */
  link?: string;
  /** Absent while it is not read */
  read_at?: string;
}

export interface NotificationPage {
  items: Notification[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface ReadAll {
  /** How many were not read */
  read_count: number;
}

export type WorkerState = 'live' | 'stalled' | 'stopping' | 'stale';

export interface Worker {
  /** Names the process */
  id: string;
  version: string;
  /** stalled: it leaves due work alone; stopping: it finishes what it has; stale: three of its heartbeats are missing */
  state: WorkerState;
  /** Why it is stalled */
  reason?: string;
  started_at: string;
  last_heartbeat_at: string;
  /** Uploads that it runs */
  uploads: number;
  /** Uploads that it may run at once */
  upload_places: number;
  /** Background jobs that it runs */
  jobs: number;
}

export interface Workers {
  /** Those of the last hour; who ended in order is not among them */
  workers: Worker[];
}

export interface Cron {
  name: string;
  /** Seconds from turn to turn */
  every_seconds: number;
  last_success_at?: string;
  /** Absent unless the last turn has failed */
  last_failure_at?: string;
  /** It has not succeeded for longer than three turns and the time of one */
  stale: boolean;
}

export interface Crons {
  crons: Cron[];
}

export type ExportKind = 'batch' | 'failed_uploads' | 'import' | 'my_uploads';

export type ExportFormat = 'csv' | 'json' | 'ndjson' | 'wikitext-gallery' | 'quickstatements';

export interface CreateExport {
  kind: ExportKind;
  /** The batch or the import. For failed_uploads the batch, or all batches without it. None for my_uploads. */
  id?: number;
  /** Uploads as csv, json and ndjson have the columns that POST /api/manifests reads. An import as csv has the columns that Montage reads first, then latest uploader and time, page_id, size and sha1. wikitext-gallery shows what has a file page. quickstatements has commands for the captions of uploads and their ids at the source, and of an import a list of M-ids and titles to write commands from. */
  format: ExportFormat;
  /** Where to keep the file; without it, on this server */
  storage_id?: number;
}

export interface ExportFile {
  name: string;
  /** Bytes */
  size: number;
  rows: number;
  /** The last change of the data in it */
  data_at: string;
  /** From when on it is gone; each download puts it off */
  expires_at: string;
  /** Path for downloading it */
  download: string;
}

export interface Export {
  job_id: number;
  status: JobStatus;
  /** Units of work that are done */
  done: number;
  /** Units of work, once known */
  total?: number;
  created_at: string;
  updated_at: string;
  started_at?: string;
  ended_at?: string;
  /** Why it failed */
  error?: JobError;
  id: number;
  kind: ExportKind;
  /** The batch or the import */
  subject_id?: number;
  format: ExportFormat;
  storage_id?: number;
  /** Once complete, until it expires */
  file?: ExportFile;
  /** When the newest export of this batch or import, of anybody, began to read */
  last_exported_at?: string;
}

export interface ExportPage {
  items: Export[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface JobStatusDto {
  job_id: number;
  status: JobStatus;
  /** Units of work that are done */
  done: number;
  /** Units of work, once known */
  total?: number;
  created_at: string;
  updated_at: string;
  started_at?: string;
  ended_at?: string;
  /** Why it failed */
  error?: JobError;
}

export interface ManifestForm {
  /** CSV (RFC 4180, UTF-8) or a JSON list */
  file: Blob;
}

export interface ManifestRow {
  /** From 1, the header not counted */
  row: number;
  id: string;
  title: string;
  status: 'ok' | 'warning' | 'error';
  /** Of the error or the warning, for programs */
  code?: string;
  /** The same for people */
  message?: string;
}

export interface ManifestReport {
  dry_run: boolean;
  /** The batch that was created */
  batch_id?: number;
  total: number;
  ok: number;
  warnings: number;
  errors: number;
  /** In the order of the file */
  rows: ManifestRow[];
}

export interface Storage {
  id: number;
  name: string;
  description: string;
  resource: LocalResource | S3Place;
  active: boolean;
  created_at: string;
  modified_at: string;
}

export interface StoragePage {
  items: Storage[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface LocalResource {
  kind: 'local';
  /** The name of a directory inside the directory of exports on this server */
  directory: string;
}

export interface Credentials {
  access_key_id: string;
  secret_access_key: string;
}

export interface S3Resource {
  kind: 's3';
  /** Without a path. Private addresses only where the server names their host:port */
  endpoint: string;
  region: string;
  bucket: string;
  prefix?: string;
  /** endpoint/bucket/key instead of bucket.endpoint/key */
  path_style?: boolean;
  /** Needed for a new bucket; what is kept stays without it */
  credentials?: Credentials;
}

export interface S3Place {
  kind: 's3';
  /** Without a path. Private addresses only where the server names their host:port */
  endpoint: string;
  region: string;
  bucket: string;
  prefix?: string;
  /** endpoint/bucket/key instead of bucket.endpoint/key */
  path_style?: boolean;
  /** Kept encrypted and never shown */
  has_credentials: boolean;
}

export interface StorageDraft {
  /** No other storage has it */
  name: string;
  description?: string;
  resource: LocalResource | S3Resource;
  /** An inactive storage takes no new exports */
  active?: boolean;
}

export interface StorageCheck {
  /** Files can be written, read and removed */
  reachable: true;
}

export interface Recategorization {
  job_id: number;
  status: JobStatus;
  /** Units of work that are done */
  done: number;
  /** Units of work, once known */
  total?: number;
  created_at: string;
  updated_at: string;
  started_at?: string;
  ended_at?: string;
  /** Why it failed */
  error?: JobError;
  source: string;
  target: string;
  /** The import of which the files were chosen */
  import_id?: number;
  /** Files that were moved */
  moved: number;
  /** Files that were left as they are; why is at `/untouched` */
  untouched: number;
  /** It was cancelled, and ends when the files under way are done */
  cancel_requested: boolean;
}

export interface RecategorizationPage {
  items: Recategorization[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface UntouchedFile {
  title: string;
  /** Fit to show to a person */
  reason: string;
}

export interface UntouchedFilePage {
  items: UntouchedFile[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface CreateImport {
  import_method: 'category';
  /** With or without “Category:” */
  category: string;
  /** Levels of subcategories whose files are imported as well */
  depth?: number;
}

export interface RedirectStep {
  /** The category that leads on */
  from: string;
  /** The category that it leads to */
  to: string;
  /** The template that says so; absent for a redirect of the wiki itself */
  template?: string;
}

export interface Import {
  job_id: number;
  status: JobStatus;
  /** Units of work that are done */
  done: number;
  /** Units of work, once known */
  total?: number;
  created_at: string;
  updated_at: string;
  started_at?: string;
  ended_at?: string;
  /** Why it failed */
  error?: JobError;
  /** The same as `done` */
  files_imported: number;
  /** Parts of at most 500 files that were read */
  chunk: number;
  /** The way from the category that was asked for */
  redirects: RedirectStep[];
  import_method: 'category';
  /** The category that was asked for */
  category: string;
  /** The category that is read, where redirects lead; absent before it is known */
  resolved_category?: string;
  depth: number;
  /** Categories that were found to be read */
  categories: number;
  /** Whether there were more subcategories than are read */
  is_truncated: boolean;
  /** Pages that have no file, e.g. redirects */
  pages_without_file: number;
  /** Until when the files can be had */
  expires_at?: string;
}

export interface ImportPage {
  items: Import[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface ImportStatus {
  job_id: number;
  status: JobStatus;
  /** Units of work that are done */
  done: number;
  /** Units of work, once known */
  total?: number;
  created_at: string;
  updated_at: string;
  started_at?: string;
  ended_at?: string;
  /** Why it failed */
  error?: JobError;
  /** The same as `done` */
  files_imported: number;
  /** Parts of at most 500 files that were read */
  chunk: number;
  /** The way from the category that was asked for */
  redirects: RedirectStep[];
}

export interface ImportFile {
  /** Without “File:”, with blanks */
  name: string;
  page_id: number;
  /** The category in which it was found first */
  category: string;
  /** Pixels; 0 for what is no picture */
  width: number;
  /** Pixels; 0 for what is no picture */
  height: number;
  /** Bytes */
  size: number;
  mime: string;
  /** 40 hexadecimal digits; empty where the wiki hides it */
  sha1: string;
  /** null where the wiki hides it */
  first_uploader: string | null;
  first_uploaded_at: string | null;
  /** null where the wiki hides it */
  latest_uploader: string | null;
  latest_uploaded_at: string | null;
}

export interface ImportFilePage {
  items: ImportFile[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
}

export interface ComparedFile {
  /** With “File:” */
  title: string;
  /** uploads: this service uploaded the image under this title; structured_data: a statement of the file names the image; file_name: the id of the image is in the name */
  found_by: ('uploads' | 'structured_data' | 'file_name')[];
}

export interface ComparedImage {
  /** Id at the source */
  id: string;
  /** Files of the import that show it; none: it is not there */
  files: ComparedFile[];
}

export interface Comparison {
  items: ComparedImage[];
  /** On all pages */
  total: number;
  /** From 0 */
  page: number;
  size: number;
  /** Images on this page that are among the files of the import */
  present: number;
  /** What could not be looked at just now: images without a file may be there all the same */
  unchecked: ('uploads' | 'structured_data' | 'file_name')[];
}

export interface RecategorizeImport {
  /** The category to which the files are moved, with or without “Category:” */
  target: string;
  /** Pages of files of the import; not together with a filter */
  page_ids?: number[];
  /** Text that the name has in it, in any case */
  name?: string;
  /** For example image/jpeg, or image/ for all that begin so */
  mime?: string;
  /** User name */
  first_uploader?: string;
  /** User name */
  latest_uploader?: string;
  /** The category, of those that were read, in which the file was found first */
  category?: string;
  /** Day of the first version, in UTC */
  uploaded_from?: string;
  /** That day included */
  uploaded_to?: string;
  /** Pixels that width and height have at least */
  min_side?: number;
}

/** What each route takes and answers. */
export interface Routes {
  /** Whether the process runs */
  'GET /health/live': {
    path?: undefined;
    query?: undefined;
    body?: undefined;
    answer: Health;
  };
  /** Whether the database and Redis answer */
  'GET /health/ready': {
    path?: undefined;
    query?: undefined;
    body?: undefined;
    answer: Ready;
  };
  /** Who is signed in */
  'GET /auth/whoami': {
    path?: undefined;
    query?: undefined;
    body?: undefined;
    answer: WhoAmI;
  };
  /** Makes an API token; needs a session, a token cannot make tokens */
  'POST /api/tokens': {
    path?: undefined;
    query?: undefined;
    body: CreateApiToken;
    answer: CreatedApiToken;
  };
  /** Your API tokens, without the tokens themselves */
  'GET /api/tokens': {
    path?: undefined;
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
      sortby?: 'created_at' | 'name' | 'last_used_at';
    };
    body?: undefined;
    answer: ApiTokenPage;
  };
  /** Ends an API token at once; needs a session */
  'DELETE /api/tokens/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: undefined;
  };
  /** All batches, newest first */
  'GET /api/admin/batches': {
    path?: undefined;
    query?: {
      /** From 1 */
      page?: number;
      limit?: number;
      /** Ids exactly; names of people and files by how they begin */
      filter_text?: string;
    };
    body?: undefined;
    answer: AdminBatchList;
  };
  /** Everybody who has signed in, the newest first */
  'GET /api/admin/users': {
    path?: undefined;
    query?: {
      /** From 1 */
      page?: number;
      limit?: number;
      /** Ids exactly; names of people and files by how they begin */
      filter_text?: string;
    };
    body?: undefined;
    answer: AdminUserList;
  };
  /** Everybody's presets, newest first */
  'GET /api/admin/presets': {
    path?: undefined;
    query?: {
      /** From 1 */
      page?: number;
      limit?: number;
      /** Ids exactly; names of people and files by how they begin */
      filter_text?: string;
    };
    body?: undefined;
    answer: AdminPresetList;
  };
  /** What administrators changed, newest first */
  'GET /api/admin/audit': {
    path?: undefined;
    query?: {
      /** From 1 */
      page?: number;
      limit?: number;
      action?: 'upload.edit' | 'upload.cancel' | 'upload.fail' | 'upload.retry' | 'sessions.end' | 'queue.pause' | 'queue.resume' | 'storage.create' | 'storage.replace' | 'storage.delete' | 'quota.create' | 'quota.replace' | 'quota.delete' | 'quota.assign' | 'quota.withdraw' | 'batch.cancel';
      subject_kind?: 'upload' | 'user' | 'queue' | 'storage' | 'quota' | 'batch';
      /** Exactly */
      subject_id?: string;
      /** Whose changes: the id of an administrator */
      userid?: string;
    };
    body?: undefined;
    answer: AuditRecordList;
  };
  /** All uploads, newest first; the total of many may be a minute old */
  'GET /api/admin/upload_requests': {
    path?: undefined;
    query?: {
      /** From 1 */
      page?: number;
      limit?: number;
      /** Ids exactly; names of people and files by how they begin */
      filter_text?: string;
      /** May be repeated */
      status?: ('queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'duplicate' | 'duplicated_sdc_updated' | 'duplicated_sdc_not_updated')[];
      /** Created on this day in UTC or later */
      date_from?: string;
      /** Created on this day in UTC or before */
      date_to?: string;
    };
    body?: undefined;
    answer: UploadRequestList;
  };
  /** Changes fields of an upload; audited */
  'PUT /api/admin/upload_requests/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body: EditUploadRequest;
    answer: UploadRequest;
  };
  /** Cancels those of the uploads that are queued or running; audited */
  'POST /api/admin/upload_requests/bulk-cancel': {
    path?: undefined;
    query?: undefined;
    body: UploadIds;
    answer: CancelledCount;
  };
  /** Fails those of the uploads that are queued or running; audited */
  'POST /api/admin/upload_requests/bulk-fail': {
    path?: undefined;
    query?: undefined;
    body: UploadIds;
    answer: FailedCount;
  };
  /** Failed uploads by their batches; the total counts batches */
  'GET /api/admin/failed_uploads': {
    path?: undefined;
    query?: {
      /** From 1 */
      page?: number;
      limit?: number;
      sort_by?: 'recent' | 'batchSize' | 'errorType' | 'user';
      error_type?: 'duplicate' | 'rate_limit' | 'timeout' | 'auth' | 'network' | 'other';
      handler?: 'mapillary' | 'flickr' | 'manifest';
      /** The id of an upload or batch exactly; how a file name or the name of its uploader begins */
      search_text?: string;
    };
    body?: undefined;
    answer: FailedBatchList;
  };
  /** Copies failed and cancelled uploads into a new batch of your own; audited */
  'POST /api/admin/retry': {
    path?: undefined;
    query?: undefined;
    body: Retry;
    answer: Retried;
  };
  /** The live sessions of a person, newest first */
  'GET /api/admin/users/{id}/sessions': {
    path: {
      id: string;
    };
    query?: undefined;
    body?: undefined;
    answer: AdminSessionList;
  };
  /** Signs a person out everywhere, and ends their API tokens; audited */
  'DELETE /api/admin/users/{id}/sessions': {
    path: {
      id: string;
    };
    query?: undefined;
    body?: undefined;
    answer: EndedSessions;
  };
  /** What waits and runs, and whose it is */
  'GET /api/admin/queues': {
    path?: undefined;
    query?: undefined;
    body?: undefined;
    answer: Queues;
  };
  /** Lets all workers finish what they have and take nothing new; audited */
  'POST /api/admin/queues/{name}/pause': {
    path: {
      name: QueueName;
    };
    query?: undefined;
    body?: undefined;
    answer: Queue;
  };
  /** Lets workers go on; audited */
  'POST /api/admin/queues/{name}/resume': {
    path: {
      name: QueueName;
    };
    query?: undefined;
    body?: undefined;
    answer: Queue;
  };
  /** All quotas */
  'GET /api/admin/quotas': {
    path?: undefined;
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
      sortby?: 'created_at' | 'name';
    };
    body?: undefined;
    answer: QuotaPage;
  };
  /** Makes a quota; audited */
  'POST /api/admin/quotas': {
    path?: undefined;
    query?: undefined;
    body: QuotaDraft;
    answer: Quota;
  };
  /** One quota */
  'GET /api/admin/quotas/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Quota;
  };
  /** Replaces a quota; it holds at once for all who have it; audited */
  'PUT /api/admin/quotas/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body: QuotaDraft;
    answer: Quota;
  };
  /** Removes a quota; one that people have, or that holds for everybody, only with force; audited */
  'DELETE /api/admin/quotas/{id}': {
    path: {
      id: number;
    };
    query?: {
      /** Take it away from everybody who has it */
      force?: boolean;
    };
    body?: undefined;
    answer: undefined;
  };
  /** Your quotas: what is used, what is left and when it resets */
  'GET /api/quotas/mine': {
    path?: undefined;
    query?: undefined;
    body?: undefined;
    answer: MyQuotas;
  };
  /** A person's own quotas, without those for everybody */
  'GET /api/admin/users/{userid}/quotas': {
    path: {
      userid: string;
    };
    query?: undefined;
    body?: undefined;
    answer: QuotaList;
  };
  /** Gives a person a quota; one of a type at most; audited */
  'POST /api/admin/users/{userid}/quotas': {
    path: {
      userid: string;
    };
    query?: undefined;
    body: AssignQuota;
    answer: Quota;
  };
  /** Takes a quota from a person; that for everybody holds again; audited */
  'DELETE /api/admin/users/{userid}/quotas/{quotaId}': {
    path: {
      userid: string;
      quotaId: number;
    };
    query?: undefined;
    body?: undefined;
    answer: undefined;
  };
  /** Has something done again and again */
  'POST /api/schedules': {
    path?: undefined;
    query?: undefined;
    body: WriteSchedule;
    answer: Schedule;
  };
  /** Your schedules */
  'GET /api/schedules': {
    path?: undefined;
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
      sortby?: 'created_at' | 'name' | 'next_slot_at';
    };
    body?: undefined;
    answer: SchedulePage;
  };
  /** One of your schedules */
  'GET /api/schedules/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Schedule;
  };
  /** Replaces one of your schedules; it begins anew, without its failures */
  'PUT /api/schedules/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body: WriteSchedule;
    answer: Schedule;
  };
  /** Deletes one of your schedules with its runs; what runs is cancelled */
  'DELETE /api/schedules/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: undefined;
  };
  /** Runs one of your schedules at once, enabled or not */
  'POST /api/schedules/{id}/run': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Accepted;
  };
  /** The runs of one of your schedules, by slot; kept for 90 days */
  'GET /api/schedules/{id}/runs': {
    path: {
      id: number;
    };
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
      sortby?: 'slot_at' | 'created_at';
    };
    body?: undefined;
    answer: ScheduleRunPage;
  };
  /** One run of one of your schedules */
  'GET /api/schedules/{id}/runs/{runId}': {
    path: {
      id: number;
      runId: number;
    };
    query?: undefined;
    body?: undefined;
    answer: ScheduleRun;
  };
  /** What you were told; kept until 30 days after you read it */
  'GET /api/notifications': {
    path?: undefined;
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
      sortby?: 'created_at' | 'kind';
      /** Only those that are not read */
      unread?: boolean;
    };
    body?: undefined;
    answer: NotificationPage;
  };
  /** Says that you have read all of them */
  'POST /api/notifications/read': {
    path?: undefined;
    query?: undefined;
    body?: undefined;
    answer: ReadAll;
  };
  /** Says that you have read one of them */
  'POST /api/notifications/{id}/read': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Notification;
  };
  /** The worker processes, as their heartbeats tell */
  'GET /api/admin/workers': {
    path?: undefined;
    query?: undefined;
    body?: undefined;
    answer: Workers;
  };
  /** The regular chores, and when each was last done */
  'GET /api/admin/crons': {
    path?: undefined;
    query?: undefined;
    body?: undefined;
    answer: Crons;
  };
  /** Exports uploads or the files of an import, in the background */
  'POST /api/exports': {
    path?: undefined;
    query?: undefined;
    body: CreateExport;
    answer: Accepted;
  };
  /** Your exports */
  'GET /api/exports': {
    path?: undefined;
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
    };
    body?: undefined;
    answer: ExportPage;
  };
  /** One of your exports */
  'GET /api/exports/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Export;
  };
  /** Cancels an export that is under way, or removes one that has ended */
  'DELETE /api/exports/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: undefined;
  };
  /** How far an export has come */
  'GET /api/exports/{id}/status': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: JobStatusDto;
  };
  /** The file of an export, whole or a range of it */
  'GET /api/exports/{id}/download': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Blob;
  };
  /** Uploads from a table of images */
  'POST /api/manifests': {
    path?: undefined;
    query?: {
      /** Only tells what would happen; nothing is created */
      dry_run?: boolean;
    };
    body: FormData;
    answer: ManifestReport;
  };
  /** Where exports are kept */
  'GET /api/storages': {
    path?: undefined;
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
      sortby?: 'name' | 'active' | 'created' | 'modified';
      /** Only these */
      ids?: number[];
      /** In the name or the description */
      keyword?: string;
      active?: boolean;
      /** Those that hold exports of the batch or the import with this id */
      collection_id?: number;
      /** Created on this day (UTC) or later */
      created_from?: string;
      /** Created on this day (UTC) or earlier */
      created_to?: string;
    };
    body?: undefined;
    answer: StoragePage;
  };
  /** Sets up a storage */
  'POST /api/storages': {
    path?: undefined;
    query?: undefined;
    body: StorageDraft;
    answer: Storage;
  };
  /** One storage */
  'GET /api/storages/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Storage;
  };
  /** Replaces a storage; credentials that are not given stay as they are */
  'PUT /api/storages/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body: StorageDraft;
    answer: Storage;
  };
  /** Removes a storage on which nothing depends */
  'DELETE /api/storages/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: undefined;
  };
  /** Writes, reads and removes a small file */
  'POST /api/storages/{id}/check': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: StorageCheck;
  };
  /** Your moves of files between categories, also those begun on the WebSocket */
  'GET /api/recategorizations': {
    path?: undefined;
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
    };
    body?: undefined;
    answer: RecategorizationPage;
  };
  /** How far one of your moves has come */
  'GET /api/recategorizations/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Recategorization;
  };
  /** Cancels a move that has not ended */
  'DELETE /api/recategorizations/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Recategorization;
  };
  /** The files that a move has left as they are, and why */
  'GET /api/recategorizations/{id}/untouched': {
    path: {
      id: number;
    };
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** By title, ascending */
      asc?: boolean;
    };
    body?: undefined;
    answer: UntouchedFilePage;
  };
  /** Imports the files of a category of Commons, in the background */
  'POST /api/imports': {
    path?: undefined;
    query?: undefined;
    body: CreateImport;
    answer: Accepted;
  };
  /** Your imports */
  'GET /api/imports': {
    path?: undefined;
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
    };
    body?: undefined;
    answer: ImportPage;
  };
  /** One of your imports */
  'GET /api/imports/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Import;
  };
  /** Cancels an import that has not ended */
  'DELETE /api/imports/{id}': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: Import;
  };
  /** How far one of your imports has come; also on the WebSocket: SUBSCRIBE_IMPORT */
  'GET /api/imports/{id}/status': {
    path: {
      id: number;
    };
    query?: undefined;
    body?: undefined;
    answer: ImportStatus;
  };
  /** The files that an import has found so far, in the order of the category */
  'GET /api/imports/{id}/files': {
    path: {
      id: number;
    };
    query?: {
      /** From 0 */
      page?: number;
      size?: number;
      /** Ascending */
      asc?: boolean;
      sortby?: 'position' | 'name' | 'size' | 'first_uploaded_at' | 'latest_uploaded_at';
      /** Text that the name has in it, in any case */
      name?: string;
      /** For example image/jpeg, or image/ for all that begin so */
      mime?: string;
      /** User name */
      first_uploader?: string;
      /** User name */
      latest_uploader?: string;
      /** The category, of those that were read, in which the file was found first */
      category?: string;
      /** Day of the first version, in UTC */
      uploaded_from?: string;
      /** That day included */
      uploaded_to?: string;
      /** Pixels that width and height have at least */
      min_side?: number;
    };
    body?: undefined;
    answer: ImportFilePage;
  };
  /** Which images of a collection are among the files of an import */
  'GET /api/imports/{id}/compare': {
    path: {
      id: number;
    };
    query: {
      /** From 0 */
      page?: number;
      size?: number;
      /** In the order of the collection, or in the opposite one */
      asc?: boolean;
      /** The source of the collection */
      handler: ImageSourceName;
      /** Its id or an address of it */
      collection: string;
    };
    body?: undefined;
    answer: Comparison;
  };
  /** Moves files of an import from its category to another, in the background */
  'POST /api/imports/{id}/recategorize': {
    path: {
      id: number;
    };
    query?: undefined;
    body: RecategorizeImport;
    answer: Accepted;
  };
}
