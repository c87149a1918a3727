import type { TokenScope } from '../token-scopes.js';
import type { ClientMessageType } from './message-tables.js';

/** The scope that an API token needs for each message. A message without one does not compile. */
export const MESSAGE_SCOPES: Readonly<Record<ClientMessageType, Exclude<TokenScope, 'admin'>>> = {
  FETCH_IMAGES: 'read',
  CREATE_BATCH: 'upload',
  UPLOAD_SLICE: 'upload',
  UPLOAD: 'upload',
  SUBSCRIBE_BATCH: 'read',
  UNSUBSCRIBE_BATCH: 'read',
  FETCH_BATCHES: 'read',
  SUBSCRIBE_BATCHES_LIST: 'read',
  UNSUBSCRIBE_BATCHES_LIST: 'read',
  FETCH_BATCH_UPLOADS: 'read',
  RETRY_UPLOADS: 'upload',
  CANCEL_BATCH: 'upload',
  PAUSE_BATCH: 'upload',
  RESUME_BATCH: 'upload',
  SUBSCRIBE_SCHEDULE: 'read',
  SUBSCRIBE_PROGRESS: 'read',
  FETCH_PRESETS: 'read',
  SAVE_PRESET: 'upload',
  DELETE_PRESET: 'upload',
  CHECK_TITLES: 'read',
  CHECK_CATEGORIES_DELETED: 'read',
  CREATE_CATEGORY: 'upload',
  RECATEGORIZE_FILES: 'upload',
  SUBSCRIBE_RECATEGORIZE: 'read',
  SUBSCRIBE_IMPORT: 'read',
  SUBSCRIBE_NOTIFICATIONS: 'read',
  FETCH_REDLINKS: 'read',
  FETCH_WANTED_CATEGORIES: 'read',
};
