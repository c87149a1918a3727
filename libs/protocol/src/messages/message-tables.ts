import * as client from './client-messages.js';
import type { MessageClass } from './field-readers.js';
import * as server from './server-messages.js';

interface ClientRow {
  /** What it does, for the document. */
  readonly about: string;
  readonly message: MessageClass<{ readonly type: string }>;
  /** The types of what the server may say to it. */
  readonly answers: readonly ServerMessageType[];
}

/** Each row's class must carry the row's key as its type. */
type Keyed<Table> = { [K in keyof Table]: MessageClass<{ readonly type: K }> };
const keyed = <const Table extends Keyed<Table>>(table: Table): Table => table;

type KeyedRows<Table> = {
  [K in keyof Table]: ClientRow & { readonly message: MessageClass<{ readonly type: K }> };
};
const keyedRows = <const Table extends KeyedRows<Table>>(table: Table): Table => table;

/** Every message a server sends. */
export const SERVER_MESSAGES = keyed({
  ERROR: server.ErrorMessage,
  COLLECTION_IMAGES: server.CollectionImagesMessage,
  TRY_BATCH_RETRIEVAL: server.TryBatchRetrievalMessage,
  COLLECTION_IMAGE_IDS: server.CollectionImageIdsMessage,
  PARTIAL_COLLECTION_IMAGES: server.PartialCollectionImagesMessage,
  BATCH_CREATED: server.BatchCreatedMessage,
  UPLOAD_SLICE_ACK: server.UploadSliceAckMessage,
  UPLOAD_CREATED: server.UploadCreatedMessage,
  SUBSCRIBED: server.SubscribedMessage,
  UPLOADS_UPDATE: server.UploadsUpdateMessage,
  UPLOADS_COMPLETE: server.UploadsCompleteMessage,
  BATCH_SCHEDULE: server.BatchScheduleMessage,
  UPLOAD_PROGRESS: server.UploadProgressMessage,
  NOTIFICATION: server.NotificationMessage,
  BATCHES_LIST: server.BatchesListMessage,
  BATCH_UPLOADS_LIST: server.BatchUploadsListMessage,
  RETRY_UPLOADS_RESPONSE: server.RetryUploadsResponseMessage,
  PRESETS_LIST: server.PresetsListMessage,
  TITLES_CHECKED: server.TitlesCheckedMessage,
  CATEGORIES_DELETED_RESPONSE: server.CategoriesDeletedResponseMessage,
  CATEGORY_CREATED_RESPONSE: server.CategoryCreatedResponseMessage,
  RECATEGORIZE_FILES_RESPONSE: server.RecategorizeFilesResponseMessage,
  RECATEGORIZE_PROGRESS: server.RecategorizeProgressMessage,
  IMPORT_PROGRESS: server.ImportProgressMessage,
  REDLINKS_RESPONSE: server.RedlinksResponseMessage,
  WANTED_CATEGORIES_RESPONSE: server.WantedCategoriesResponseMessage,
});

/** Every message a client sends, with its answers. A new one is a class and a line here. */
export const CLIENT_MESSAGES = keyedRows({
  FETCH_IMAGES: {
    about: 'Opens a collection. A large one is answered with its ids first and its images in parts.',
    message: client.FetchImagesMessage,
    answers: [
      'COLLECTION_IMAGES',
      'TRY_BATCH_RETRIEVAL',
      'COLLECTION_IMAGE_IDS',
      'PARTIAL_COLLECTION_IMAGES',
      'ERROR',
    ],
  },
  CREATE_BATCH: {
    about: 'Starts an empty batch.',
    message: client.CreateBatchMessage,
    answers: ['BATCH_CREATED', 'ERROR'],
  },
  UPLOAD_SLICE: {
    about:
      'Adds images to an own batch. The same slice sent again creates nothing and is acknowledged again.',
    message: client.UploadSliceMessage,
    answers: ['UPLOAD_SLICE_ACK', 'ERROR'],
  },
  UPLOAD: {
    about: 'Creates a batch from these items at once. For older clients.',
    message: client.UploadMessage,
    answers: ['UPLOAD_CREATED', 'ERROR'],
  },
  SUBSCRIBE_BATCH: {
    about: 'Watches the uploads of a batch, in place of the batch watched before.',
    message: client.SubscribeBatchMessage,
    answers: ['SUBSCRIBED', 'UPLOADS_UPDATE', 'UPLOADS_COMPLETE', 'ERROR'],
  },
  UNSUBSCRIBE_BATCH: {
    about: 'Watches no batch any more, nor any schedule or progress. Not answered.',
    message: client.UnsubscribeBatchMessage,
    answers: [],
  },
  FETCH_BATCHES: {
    about:
      'Lists batches, newest first. The first page is kept up to date, in place of the list asked for before.',
    message: client.FetchBatchesMessage,
    answers: ['BATCHES_LIST', 'ERROR'],
  },
  SUBSCRIBE_BATCHES_LIST: {
    about: 'Deprecated: FETCH_BATCHES with page 1.',
    message: client.SubscribeBatchesListMessage,
    answers: ['BATCHES_LIST', 'ERROR'],
  },
  UNSUBSCRIBE_BATCHES_LIST: {
    about: 'Ends the updates of the list. Not answered.',
    message: client.UnsubscribeBatchesListMessage,
    answers: [],
  },
  FETCH_BATCH_UPLOADS: {
    about: 'Lists the uploads of a batch.',
    message: client.FetchBatchUploadsMessage,
    answers: ['BATCH_UPLOADS_LIST', 'ERROR'],
  },
  RETRY_UPLOADS: {
    about: 'Copies the failed uploads of an own batch into a new batch.',
    message: client.RetryUploadsMessage,
    answers: ['RETRY_UPLOADS_RESPONSE', 'ERROR'],
  },
  CANCEL_BATCH: {
    about: 'Cancels what is queued or not yet committed. Status updates tell of its success.',
    message: client.CancelBatchMessage,
    answers: ['ERROR'],
  },
  PAUSE_BATCH: {
    about:
      'Keeps what is queued in an own batch from being started; what runs is finished. Doing it twice is doing it once.',
    message: client.PauseBatchMessage,
    answers: ['BATCH_SCHEDULE', 'ERROR'],
  },
  RESUME_BATCH: {
    about: 'Lets a paused own batch go on.',
    message: client.ResumeBatchMessage,
    answers: ['BATCH_SCHEDULE', 'ERROR'],
  },
  SUBSCRIBE_SCHEDULE: {
    about:
      'Tells now and at every change when the queued uploads of a batch come about, in place of the batch asked for before.',
    message: client.SubscribeScheduleMessage,
    answers: ['BATCH_SCHEDULE', 'ERROR'],
  },
  SUBSCRIBE_PROGRESS: {
    about:
      'Tells how far the files of a batch have come, each at most four times a second, in place of the batch asked for before.',
    message: client.SubscribeProgressMessage,
    answers: ['UPLOAD_PROGRESS', 'ERROR'],
  },
  SUBSCRIBE_NOTIFICATIONS: {
    about: 'Tells what the person has not read yet, the newest hundred, and then what is new.',
    message: client.SubscribeNotificationsMessage,
    answers: ['NOTIFICATION', 'ERROR'],
  },
  FETCH_PRESETS: {
    about: 'Lists the own presets for one image source.',
    message: client.FetchPresetsMessage,
    answers: ['PRESETS_LIST', 'ERROR'],
  },
  SAVE_PRESET: {
    about: 'Creates a preset, or replaces the one with this id.',
    message: client.SavePresetMessage,
    answers: ['PRESETS_LIST', 'ERROR'],
  },
  DELETE_PRESET: {
    about: 'Deletes a preset.',
    message: client.DeletePresetMessage,
    answers: ['PRESETS_LIST', 'ERROR'],
  },
  CHECK_TITLES: {
    about:
      'Asks which titles new files could have, answered in the same order. Codes of those that they could not: filename-toolong, ' +
      'filename-tooshort, illegal-filename, invalidtitle, filetype-missing, filetype-banned, thumb-name, bad-prefix, ' +
      'duplicate-title (another before it in the list is the same), fileexists, page-exists, titleblacklist-forbidden, protectedtitle.',
    message: client.CheckTitlesMessage,
    answers: ['TITLES_CHECKED', 'ERROR'],
  },
  CHECK_CATEGORIES_DELETED: {
    about:
      'Asks which of these categories are not there because they were deleted. Answered when at least one was.',
    message: client.CheckCategoriesDeletedMessage,
    answers: ['CATEGORIES_DELETED_RESPONSE', 'ERROR'],
  },
  CREATE_CATEGORY: {
    about:
      'Creates a category page; one that exists stays as it is. With an item of Wikidata, that is linked with the category; if this fails, an ERROR follows the answer.',
    message: client.CreateCategoryMessage,
    answers: ['CATEGORY_CREATED_RESPONSE', 'ERROR'],
  },
  RECATEGORIZE_FILES: {
    about:
      'Moves the files of one category to another in the background. Asking again while it runs joins it. Answered at the end with how many files were moved.',
    message: client.RecategorizeFilesMessage,
    answers: ['RECATEGORIZE_FILES_RESPONSE', 'ERROR'],
  },
  SUBSCRIBE_RECATEGORIZE: {
    about:
      'Tells now and on change how far an own move of files has come, in place of the move watched before; with `job_id` that one, as of files that were chosen from an import. Of `total` files `done` were moved or left untouched, the first 500 of the latter with the reason. An ERROR tells that it failed or was cancelled.',
    message: client.SubscribeRecategorizeMessage,
    answers: ['RECATEGORIZE_PROGRESS', 'ERROR'],
  },
  SUBSCRIBE_IMPORT: {
    about:
      'Tells now and on change how far an own import (POST /api/imports) has come, until it ends, in place of the one watched before.',
    message: client.SubscribeImportMessage,
    answers: ['IMPORT_PROGRESS', 'ERROR'],
  },
  FETCH_REDLINKS: {
    about: 'Lists linked categories that do not exist.',
    message: client.FetchRedlinksMessage,
    answers: ['REDLINKS_RESPONSE', 'ERROR'],
  },
  FETCH_WANTED_CATEGORIES: {
    about: 'Lists categories that are used but have no page.',
    message: client.FetchWantedCategoriesMessage,
    answers: ['WANTED_CATEGORIES_RESPONSE', 'ERROR'],
  },
});

export type ClientMessageType = keyof typeof CLIENT_MESSAGES;
type ClientMessages = { [T in ClientMessageType]: InstanceType<(typeof CLIENT_MESSAGES)[T]['message']> };
export type ClientMessageOf<T extends ClientMessageType> = ClientMessages[T];
export type ClientMessage = ClientMessages[ClientMessageType];

export type ServerMessageType = keyof typeof SERVER_MESSAGES;
export type ServerMessageOf<T extends ServerMessageType> = Omit<
  InstanceType<(typeof SERVER_MESSAGES)[T]>,
  'nonce'
>;
/** A message before it becomes a frame: without its `nonce`. */
export type ServerMessage = { [T in ServerMessageType]: ServerMessageOf<T> }[ServerMessageType];
