import type { ClientMessageType } from '#app/protocol';

/**
 * Messages that cost much of the database or of services elsewhere: of one person a process works on a few at the same
 * time. Collections (`FETCH_IMAGES`) have turns of their own, because they take long.
 */
export const COSTLY_MESSAGES: ReadonlySet<ClientMessageType> = new Set([
  'UPLOAD_SLICE',
  'UPLOAD',
  'RETRY_UPLOADS',
  'CANCEL_BATCH',
  'FETCH_BATCH_UPLOADS',
  'CHECK_TITLES',
  'CHECK_CATEGORIES_DELETED',
  'CREATE_CATEGORY',
  'RECATEGORIZE_FILES',
  'FETCH_REDLINKS',
  'FETCH_WANTED_CATEGORIES',
]);
