// Written by `npm run docs:write` from the messages of libs/protocol: changes by hand do not last.

export interface BatchItem {
  id: number;
  created_at: string;
  updated_at: string;
  edit_group_id?: string;
  username: string;
  userid: string;
  stats: BatchStats;
}

export interface BatchSchedule {
  batchid: number;
  queued: number;
  paused: boolean;
  next_start?: string;
  estimated_end?: string;
  reason?: string;
}

export interface BatchStats {
  total: number;
  queued: number;
  in_progress: number;
  completed: number;
  failed: number;
  cancelled: number;
  duplicate: number;
}

export interface BatchUploadItem {
  id: number;
  status: UploadStatus;
  filename: string;
  wikitext: string;
  batchid?: number;
  userid?: string;
  key?: string;
  handler?: ImageSourceName;
  labels?: Label;
  result?: string;
  error?: PlainError | DuplicateError;
  success?: string;
  created_at?: string;
  updated_at?: string;
  image_id?: string;
}

export interface BatchUploads {
  batch: BatchItem;
  uploads: BatchUploadItem[];
}

export interface BatchesFilter {
  userid?: string;
  filter?: string;
}

export interface BatchesList {
  items: BatchItem[];
  total: number;
}

export interface BatchesPage {
  page?: number;
  limit?: number;
  userid?: string;
  filter?: string;
}

export interface Camera {
  make?: string;
  model?: string;
  is_pano: boolean;
}

export interface CheckedTitle {
  title: string;
  ok: boolean;
  code?: string;
  message?: string;
}

export interface CheckedTitles {
  items: CheckedTitle[];
}

export interface CollectionImages {
  images: Record<string, MediaImage>;
  creator: Creator;
  sequence_id: string;
}

export interface CreatedCategory {
  title: string;
}

export interface Creator {
  id: string;
  username: string;
  profile_url: string;
}

export interface DeletedCategories {
  deleted: string[];
}

export interface DuplicateError {
  type: 'duplicate' | 'duplicated_sdc_updated' | 'duplicated_sdc_not_updated';
  message: string;
  links: FileLink[];
}

export interface ExistingPage {
  url: string;
}

export interface FileLink {
  title: string;
  url: string;
}

export interface Handler {
  handler: ImageSourceName;
}

export interface ImageDates {
  taken: string;
}

export interface ImageDimensions {
  width: number;
  height: number;
}

export interface ImageLocation {
  latitude: number;
  longitude: number;
  compass_angle?: number;
  accuracy?: number;
  city?: string;
  county?: string;
  state?: string;
  country?: string;
  country_code?: string;
  postcode?: string;
}

export interface ImageUrls {
  url: string;
  original: string;
  preview: string;
  thumbnail: string;
}

export interface ImportError {
  error_code: 'VALIDATION_FAILED' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BATCH_NOT_FOUND' | 'UPLOAD_NOT_FOUND' | 'PRESET_NOT_FOUND' | 'USER_NOT_FOUND' | 'TOKEN_NOT_FOUND' | 'COLLECTION_NOT_FOUND' | 'CATEGORY_NOT_FOUND' | 'IMPORT_NOT_FOUND' | 'IMPORT_EXPIRED' | 'RECATEGORIZATION_NOT_FOUND' | 'EXPORT_NOT_FOUND' | 'EXPORT_EXPIRED' | 'STORAGE_NOT_FOUND' | 'SCHEDULE_NOT_FOUND' | 'RUN_NOT_FOUND' | 'NOTIFICATION_NOT_FOUND' | 'QUOTA_NOT_FOUND' | 'METHOD_NOT_ALLOWED' | 'STATE_CONFLICT' | 'CATEGORY_REDIRECT_INVALID' | 'SLICE_CONFLICT' | 'KEY_CONFLICT' | 'TOKEN_CONFLICT' | 'STORAGE_CONFLICT' | 'SCHEDULE_CONFLICT' | 'QUOTA_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RANGE_NOT_SATISFIABLE' | 'QUOTA_EXCEEDED' | 'RATE_LIMITED' | 'INTERNAL' | 'UPSTREAM_FAILED' | 'STORAGE_UNREACHABLE' | 'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_TIMEOUT' | 'NOT_CONFIGURED' | 'NOT_READY' | 'OVERLOADED' | 'DATABASE_UNAVAILABLE';
  error_msg: string;
}

export interface ImportProgress {
  job_id: number;
  status: 'queued' | 'running' | 'complete' | 'failed' | 'cancelled';
  done: number;
  total?: number;
  error?: ImportError;
}

export interface Label {
  language: string;
  value: string;
}

export interface MediaImage {
  id: string;
  title: string;
  dates: ImageDates;
  creator: Creator;
  location: ImageLocation;
  existing: ExistingPage[];
  urls: ImageUrls;
  dimensions: ImageDimensions;
  camera: Camera;
  description?: string;
  license?: string;
  tags?: string[];
}

export interface NewCategory {
  title: string;
  text: string;
  wikidata_qid?: string;
}

export interface Notification {
  id: number;
  kind: 'batch-finished' | 'sign-in-needed' | 'schedule-disabled' | 'new-images' | 'quota-near';
  message: string;
  created_at: string;
  link?: string;
}

export interface PartialCollectionImages {
  images: MediaImage[];
  collection: string;
}

export interface PlainError {
  type: 'error' | 'title_blacklisted';
  message: string;
}

export interface Preset {
  preset_id?: number;
  title: string;
  title_template: string;
  labels?: PresetLabel;
  categories?: string;
  exclude_from_date_category: boolean;
  is_default: boolean;
  handler: ImageSourceName;
}

export interface PresetId {
  preset_id: number;
}

export interface PresetItem {
  id: number;
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

export interface PresetLabel {
  language: string;
  value: string;
}

export interface Presets {
  handler: ImageSourceName;
  presets: PresetItem[];
}

export interface RecategorizeProgress {
  source: string;
  done: number;
  total: number;
  untouched: UntouchedFile[];
}

export interface RecategorizedFiles {
  source: string;
  count: number;
}

export interface Redlink {
  title: string;
  linked_from: string;
}

export interface Redlinks {
  items: Redlink[];
}

export interface SourceAndTarget {
  source: string;
  target: string;
}

export interface Titles {
  titles: string[];
}

export interface TitlesToCheck {
  titles: string[];
}

export interface UntouchedFile {
  title: string;
  reason: string;
}

export interface Upload {
  handler: ImageSourceName;
  items: UploadItem[];
}

export interface UploadCreatedItem {
  id: number;
  status: UploadStatus;
  image_id: string;
  input: string;
  batchid: number;
}

export interface UploadItem {
  id: string;
  input: string;
  title: string;
  wikitext: string;
  labels?: Label;
  copyright_override?: boolean;
}

export interface UploadProgress {
  id: number;
  received: number;
  sent: number;
  size?: number;
}

export interface UploadSlice {
  batchid: number;
  sliceid: number;
  handler: ImageSourceName;
  items: UploadItem[];
}

export interface UploadSliceAckItem {
  id: string;
  status: UploadStatus;
}

export interface UploadUpdateItem {
  id: number;
  batchid: number;
  status: UploadStatus;
  key: string;
  handler: ImageSourceName;
  error?: PlainError | DuplicateError;
  success?: string;
}

export interface WantedCategories {
  items: WantedCategory[];
  total: number;
}

export interface WantedCategoriesPage {
  offset?: number;
  filter?: string;
}

export interface WantedCategory {
  title: string;
  subcats: number;
  files: number;
  pages: number;
  total: number;
}

export interface WatchedMove {
  job_id?: number | string;
  source: string;
  target: string;
}

/** Opens a collection. A large one is answered with its ids first and its images in parts. */
export interface FetchImagesMessage {
  type: 'FETCH_IMAGES';
  data: string;
  handler: ImageSourceName;
}

/** Starts an empty batch. */
export interface CreateBatchMessage {
  type: 'CREATE_BATCH';
}

/** Adds images to an own batch. The same slice sent again creates nothing and is acknowledged again. */
export interface UploadSliceMessage {
  type: 'UPLOAD_SLICE';
  data: UploadSlice;
}

/** Creates a batch from these items at once. For older clients. */
export interface UploadMessage {
  type: 'UPLOAD';
  data: Upload;
}

/** Watches the uploads of a batch, in place of the batch watched before. */
export interface SubscribeBatchMessage {
  type: 'SUBSCRIBE_BATCH';
  data: number | string;
}

/** Watches no batch any more, nor any schedule or progress. Not answered. */
export interface UnsubscribeBatchMessage {
  type: 'UNSUBSCRIBE_BATCH';
}

/** Lists batches, newest first. The first page is kept up to date, in place of the list asked for before. */
export interface FetchBatchesMessage {
  type: 'FETCH_BATCHES';
  data?: BatchesPage;
}

/** Deprecated: FETCH_BATCHES with page 1. */
export interface SubscribeBatchesListMessage {
  type: 'SUBSCRIBE_BATCHES_LIST';
  data?: BatchesFilter;
}

/** Ends the updates of the list. Not answered. */
export interface UnsubscribeBatchesListMessage {
  type: 'UNSUBSCRIBE_BATCHES_LIST';
}

/** Lists the uploads of a batch. */
export interface FetchBatchUploadsMessage {
  type: 'FETCH_BATCH_UPLOADS';
  data: number | string;
}

/** Copies the failed uploads of an own batch into a new batch. */
export interface RetryUploadsMessage {
  type: 'RETRY_UPLOADS';
  data: number | string;
}

/** Cancels what is queued or not yet committed. Status updates tell of its success. */
export interface CancelBatchMessage {
  type: 'CANCEL_BATCH';
  data: number | string;
}

/** Keeps what is queued in an own batch from being started; what runs is finished. Doing it twice is doing it once. */
export interface PauseBatchMessage {
  type: 'PAUSE_BATCH';
  data: number | string;
}

/** Lets a paused own batch go on. */
export interface ResumeBatchMessage {
  type: 'RESUME_BATCH';
  data: number | string;
}

/** Tells now and at every change when the queued uploads of a batch come about, in place of the batch asked for before. */
export interface SubscribeScheduleMessage {
  type: 'SUBSCRIBE_SCHEDULE';
  data: number | string;
}

/** Tells how far the files of a batch have come, each at most four times a second, in place of the batch asked for before. */
export interface SubscribeProgressMessage {
  type: 'SUBSCRIBE_PROGRESS';
  data: number | string;
}

/** Tells what the person has not read yet, the newest hundred, and then what is new. */
export interface SubscribeNotificationsMessage {
  type: 'SUBSCRIBE_NOTIFICATIONS';
}

/** Lists the own presets for one image source. */
export interface FetchPresetsMessage {
  type: 'FETCH_PRESETS';
  data: Handler;
}

/** Creates a preset, or replaces the one with this id. */
export interface SavePresetMessage {
  type: 'SAVE_PRESET';
  data: Preset;
}

/** Deletes a preset. */
export interface DeletePresetMessage {
  type: 'DELETE_PRESET';
  data: PresetId;
}

/** Asks which titles new files could have, answered in the same order. Codes of those that they could not: filename-toolong, filename-tooshort, illegal-filename, invalidtitle, filetype-missing, filetype-banned, thumb-name, bad-prefix, duplicate-title (another before it in the list is the same), fileexists, page-exists, titleblacklist-forbidden, protectedtitle. */
export interface CheckTitlesMessage {
  type: 'CHECK_TITLES';
  data: TitlesToCheck;
}

/** Asks which of these categories are not there because they were deleted. Answered when at least one was. */
export interface CheckCategoriesDeletedMessage {
  type: 'CHECK_CATEGORIES_DELETED';
  data: Titles;
}

/** Creates a category page; one that exists stays as it is. With an item of Wikidata, that is linked with the category; if this fails, an ERROR follows the answer. */
export interface CreateCategoryMessage {
  type: 'CREATE_CATEGORY';
  data: NewCategory;
}

/** Moves the files of one category to another in the background. Asking again while it runs joins it. Answered at the end with how many files were moved. */
export interface RecategorizeFilesMessage {
  type: 'RECATEGORIZE_FILES';
  data: SourceAndTarget;
}

/** Tells now and on change how far an own move of files has come, in place of the move watched before; with `job_id` that one, as of files that were chosen from an import. Of `total` files `done` were moved or left untouched, the first 500 of the latter with the reason. An ERROR tells that it failed or was cancelled. */
export interface SubscribeRecategorizeMessage {
  type: 'SUBSCRIBE_RECATEGORIZE';
  data: WatchedMove;
}

/** Tells now and on change how far an own import (POST /api/imports) has come, until it ends, in place of the one watched before. */
export interface SubscribeImportMessage {
  type: 'SUBSCRIBE_IMPORT';
  data: number | string;
}

/** Lists linked categories that do not exist. */
export interface FetchRedlinksMessage {
  type: 'FETCH_REDLINKS';
}

/** Lists categories that are used but have no page. */
export interface FetchWantedCategoriesMessage {
  type: 'FETCH_WANTED_CATEGORIES';
  data?: WantedCategoriesPage;
}

export interface ErrorMessage {
  type: 'ERROR';
  data: string;
  nonce: string;
}

export interface CollectionImagesMessage {
  type: 'COLLECTION_IMAGES';
  data: CollectionImages;
  nonce: string;
}

export interface TryBatchRetrievalMessage {
  type: 'TRY_BATCH_RETRIEVAL';
  data: string;
  nonce: string;
}

export interface CollectionImageIdsMessage {
  type: 'COLLECTION_IMAGE_IDS';
  data: string[];
  nonce: string;
}

export interface PartialCollectionImagesMessage {
  type: 'PARTIAL_COLLECTION_IMAGES';
  data: PartialCollectionImages;
  nonce: string;
}

export interface BatchCreatedMessage {
  type: 'BATCH_CREATED';
  data: number;
  nonce: string;
}

export interface UploadSliceAckMessage {
  type: 'UPLOAD_SLICE_ACK';
  sliceid: number;
  data: UploadSliceAckItem[];
  nonce: string;
}

export interface UploadCreatedMessage {
  type: 'UPLOAD_CREATED';
  data: UploadCreatedItem[];
  nonce: string;
}

export interface SubscribedMessage {
  type: 'SUBSCRIBED';
  data: number;
  nonce: string;
}

export interface UploadsUpdateMessage {
  type: 'UPLOADS_UPDATE';
  data: UploadUpdateItem[];
  nonce: string;
}

export interface UploadsCompleteMessage {
  type: 'UPLOADS_COMPLETE';
  data: number;
  nonce: string;
}

export interface BatchScheduleMessage {
  type: 'BATCH_SCHEDULE';
  data: BatchSchedule;
  nonce: string;
}

export interface UploadProgressMessage {
  type: 'UPLOAD_PROGRESS';
  data: UploadProgress[];
  nonce: string;
}

export interface NotificationMessage {
  type: 'NOTIFICATION';
  data: Notification;
  nonce: string;
}

export interface BatchesListMessage {
  type: 'BATCHES_LIST';
  partial: boolean;
  data: BatchesList;
  nonce: string;
}

export interface BatchUploadsListMessage {
  type: 'BATCH_UPLOADS_LIST';
  data: BatchUploads;
  nonce: string;
}

export interface RetryUploadsResponseMessage {
  type: 'RETRY_UPLOADS_RESPONSE';
  data: number;
  nonce: string;
}

export interface PresetsListMessage {
  type: 'PRESETS_LIST';
  data: Presets;
  nonce: string;
}

export interface TitlesCheckedMessage {
  type: 'TITLES_CHECKED';
  data: CheckedTitles;
  nonce: string;
}

export interface CategoriesDeletedResponseMessage {
  type: 'CATEGORIES_DELETED_RESPONSE';
  data: DeletedCategories;
  nonce: string;
}

export interface CategoryCreatedResponseMessage {
  type: 'CATEGORY_CREATED_RESPONSE';
  data: CreatedCategory;
  nonce: string;
}

export interface RecategorizeFilesResponseMessage {
  type: 'RECATEGORIZE_FILES_RESPONSE';
  data: RecategorizedFiles;
  nonce: string;
}

export interface RecategorizeProgressMessage {
  type: 'RECATEGORIZE_PROGRESS';
  data: RecategorizeProgress;
  nonce: string;
}

export interface ImportProgressMessage {
  type: 'IMPORT_PROGRESS';
  data: ImportProgress;
  nonce: string;
}

export interface RedlinksResponseMessage {
  type: 'REDLINKS_RESPONSE';
  data: Redlinks;
  nonce: string;
}

export interface WantedCategoriesResponseMessage {
  type: 'WANTED_CATEGORIES_RESPONSE';
  data: WantedCategories;
  nonce: string;
}

/** Every message that a client sends, by its type. */
export interface ClientMessages {
  FETCH_IMAGES: FetchImagesMessage;
  CREATE_BATCH: CreateBatchMessage;
  UPLOAD_SLICE: UploadSliceMessage;
  UPLOAD: UploadMessage;
  SUBSCRIBE_BATCH: SubscribeBatchMessage;
  UNSUBSCRIBE_BATCH: UnsubscribeBatchMessage;
  FETCH_BATCHES: FetchBatchesMessage;
  SUBSCRIBE_BATCHES_LIST: SubscribeBatchesListMessage;
  UNSUBSCRIBE_BATCHES_LIST: UnsubscribeBatchesListMessage;
  FETCH_BATCH_UPLOADS: FetchBatchUploadsMessage;
  RETRY_UPLOADS: RetryUploadsMessage;
  CANCEL_BATCH: CancelBatchMessage;
  PAUSE_BATCH: PauseBatchMessage;
  RESUME_BATCH: ResumeBatchMessage;
  SUBSCRIBE_SCHEDULE: SubscribeScheduleMessage;
  SUBSCRIBE_PROGRESS: SubscribeProgressMessage;
  SUBSCRIBE_NOTIFICATIONS: SubscribeNotificationsMessage;
  FETCH_PRESETS: FetchPresetsMessage;
  SAVE_PRESET: SavePresetMessage;
  DELETE_PRESET: DeletePresetMessage;
  CHECK_TITLES: CheckTitlesMessage;
  CHECK_CATEGORIES_DELETED: CheckCategoriesDeletedMessage;
  CREATE_CATEGORY: CreateCategoryMessage;
  RECATEGORIZE_FILES: RecategorizeFilesMessage;
  SUBSCRIBE_RECATEGORIZE: SubscribeRecategorizeMessage;
  SUBSCRIBE_IMPORT: SubscribeImportMessage;
  FETCH_REDLINKS: FetchRedlinksMessage;
  FETCH_WANTED_CATEGORIES: FetchWantedCategoriesMessage;
}

/** Every message that a server sends, by its type. */
export interface ServerMessages {
  ERROR: ErrorMessage;
  COLLECTION_IMAGES: CollectionImagesMessage;
  TRY_BATCH_RETRIEVAL: TryBatchRetrievalMessage;
  COLLECTION_IMAGE_IDS: CollectionImageIdsMessage;
  PARTIAL_COLLECTION_IMAGES: PartialCollectionImagesMessage;
  BATCH_CREATED: BatchCreatedMessage;
  UPLOAD_SLICE_ACK: UploadSliceAckMessage;
  UPLOAD_CREATED: UploadCreatedMessage;
  SUBSCRIBED: SubscribedMessage;
  UPLOADS_UPDATE: UploadsUpdateMessage;
  UPLOADS_COMPLETE: UploadsCompleteMessage;
  BATCH_SCHEDULE: BatchScheduleMessage;
  UPLOAD_PROGRESS: UploadProgressMessage;
  NOTIFICATION: NotificationMessage;
  BATCHES_LIST: BatchesListMessage;
  BATCH_UPLOADS_LIST: BatchUploadsListMessage;
  RETRY_UPLOADS_RESPONSE: RetryUploadsResponseMessage;
  PRESETS_LIST: PresetsListMessage;
  TITLES_CHECKED: TitlesCheckedMessage;
  CATEGORIES_DELETED_RESPONSE: CategoriesDeletedResponseMessage;
  CATEGORY_CREATED_RESPONSE: CategoryCreatedResponseMessage;
  RECATEGORIZE_FILES_RESPONSE: RecategorizeFilesResponseMessage;
  RECATEGORIZE_PROGRESS: RecategorizeProgressMessage;
  IMPORT_PROGRESS: ImportProgressMessage;
  REDLINKS_RESPONSE: RedlinksResponseMessage;
  WANTED_CATEGORIES_RESPONSE: WantedCategoriesResponseMessage;
}

/** What may answer each message, beside `ERROR`. */
export interface Answers {
  FETCH_IMAGES: 'COLLECTION_IMAGES' | 'TRY_BATCH_RETRIEVAL' | 'COLLECTION_IMAGE_IDS' | 'PARTIAL_COLLECTION_IMAGES';
  CREATE_BATCH: 'BATCH_CREATED';
  UPLOAD_SLICE: 'UPLOAD_SLICE_ACK';
  UPLOAD: 'UPLOAD_CREATED';
  SUBSCRIBE_BATCH: 'SUBSCRIBED' | 'UPLOADS_UPDATE' | 'UPLOADS_COMPLETE';
  UNSUBSCRIBE_BATCH: never;
  FETCH_BATCHES: 'BATCHES_LIST';
  SUBSCRIBE_BATCHES_LIST: 'BATCHES_LIST';
  UNSUBSCRIBE_BATCHES_LIST: never;
  FETCH_BATCH_UPLOADS: 'BATCH_UPLOADS_LIST';
  RETRY_UPLOADS: 'RETRY_UPLOADS_RESPONSE';
  CANCEL_BATCH: never;
  PAUSE_BATCH: 'BATCH_SCHEDULE';
  RESUME_BATCH: 'BATCH_SCHEDULE';
  SUBSCRIBE_SCHEDULE: 'BATCH_SCHEDULE';
  SUBSCRIBE_PROGRESS: 'UPLOAD_PROGRESS';
  SUBSCRIBE_NOTIFICATIONS: 'NOTIFICATION';
  FETCH_PRESETS: 'PRESETS_LIST';
  SAVE_PRESET: 'PRESETS_LIST';
  DELETE_PRESET: 'PRESETS_LIST';
  CHECK_TITLES: 'TITLES_CHECKED';
  CHECK_CATEGORIES_DELETED: 'CATEGORIES_DELETED_RESPONSE';
  CREATE_CATEGORY: 'CATEGORY_CREATED_RESPONSE';
  RECATEGORIZE_FILES: 'RECATEGORIZE_FILES_RESPONSE';
  SUBSCRIBE_RECATEGORIZE: 'RECATEGORIZE_PROGRESS';
  SUBSCRIBE_IMPORT: 'IMPORT_PROGRESS';
  FETCH_REDLINKS: 'REDLINKS_RESPONSE';
  FETCH_WANTED_CATEGORIES: 'WANTED_CATEGORIES_RESPONSE';
}

export type ClientMessage = ClientMessages[keyof ClientMessages];

export type ServerMessage = ServerMessages[keyof ServerMessages];

/** The JSON type of each server message's `data`. */
export const SERVER_MESSAGE_DATA = {
  ERROR: 'string',
  COLLECTION_IMAGES: 'object',
  TRY_BATCH_RETRIEVAL: 'string',
  COLLECTION_IMAGE_IDS: 'array',
  PARTIAL_COLLECTION_IMAGES: 'object',
  BATCH_CREATED: 'integer',
  UPLOAD_SLICE_ACK: 'array',
  UPLOAD_CREATED: 'array',
  SUBSCRIBED: 'integer',
  UPLOADS_UPDATE: 'array',
  UPLOADS_COMPLETE: 'integer',
  BATCH_SCHEDULE: 'object',
  UPLOAD_PROGRESS: 'array',
  NOTIFICATION: 'object',
  BATCHES_LIST: 'object',
  BATCH_UPLOADS_LIST: 'object',
  RETRY_UPLOADS_RESPONSE: 'integer',
  PRESETS_LIST: 'object',
  TITLES_CHECKED: 'object',
  CATEGORIES_DELETED_RESPONSE: 'object',
  CATEGORY_CREATED_RESPONSE: 'object',
  RECATEGORIZE_FILES_RESPONSE: 'object',
  RECATEGORIZE_PROGRESS: 'object',
  IMPORT_PROGRESS: 'object',
  REDLINKS_RESPONSE: 'object',
  WANTED_CATEGORIES_RESPONSE: 'object',
} as const;

export const UPLOAD_STATUSES = [
  'queued',
  'in_progress',
  'completed',
  'failed',
  'cancelled',
  'duplicate',
  'duplicated_sdc_updated',
  'duplicated_sdc_not_updated',
] as const;

/** Where images come from: the `handler` of messages. */
export const IMAGE_SOURCE_NAMES = [
  'mapillary',
  'flickr',
  'manifest',
] as const;

export type ImageSourceName = (typeof IMAGE_SOURCE_NAMES)[number];

export type UploadStatus = (typeof UPLOAD_STATUSES)[number];

/** An upload of one of these changes no more. */
export const TERMINAL_STATUSES: readonly UploadStatus[] = [
  'completed',
  'failed',
  'cancelled',
  'duplicate',
  'duplicated_sdc_updated',
  'duplicated_sdc_not_updated',
];

/** Commons had the file already. */
export const DUPLICATE_STATUSES: readonly UploadStatus[] = [
  'duplicate',
  'duplicated_sdc_updated',
  'duplicated_sdc_not_updated',
];

/** Codes of errors on REST, see docs/errors.md. */
export const SERVICE_ERROR_CODES = [
  'VALIDATION_FAILED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BATCH_NOT_FOUND',
  'UPLOAD_NOT_FOUND',
  'PRESET_NOT_FOUND',
  'USER_NOT_FOUND',
  'TOKEN_NOT_FOUND',
  'COLLECTION_NOT_FOUND',
  'CATEGORY_NOT_FOUND',
  'IMPORT_NOT_FOUND',
  'IMPORT_EXPIRED',
  'RECATEGORIZATION_NOT_FOUND',
  'EXPORT_NOT_FOUND',
  'EXPORT_EXPIRED',
  'STORAGE_NOT_FOUND',
  'SCHEDULE_NOT_FOUND',
  'RUN_NOT_FOUND',
  'NOTIFICATION_NOT_FOUND',
  'QUOTA_NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'STATE_CONFLICT',
  'CATEGORY_REDIRECT_INVALID',
  'SLICE_CONFLICT',
  'KEY_CONFLICT',
  'TOKEN_CONFLICT',
  'STORAGE_CONFLICT',
  'SCHEDULE_CONFLICT',
  'QUOTA_CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'RANGE_NOT_SATISFIABLE',
  'QUOTA_EXCEEDED',
  'RATE_LIMITED',
  'INTERNAL',
  'UPSTREAM_FAILED',
  'STORAGE_UNREACHABLE',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'NOT_CONFIGURED',
  'NOT_READY',
  'OVERLOADED',
  'DATABASE_UNAVAILABLE',
] as const;

export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];
