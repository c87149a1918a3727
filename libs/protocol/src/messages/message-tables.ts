import * as client from './client-messages.js';
import type { MessageClass } from './fields.js';
import * as server from './server-messages.js';

interface ClientRow {
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
  BATCHES_LIST: server.BatchesListMessage,
  BATCH_UPLOADS_LIST: server.BatchUploadsListMessage,
  RETRY_UPLOADS_RESPONSE: server.RetryUploadsResponseMessage,
  PRESETS_LIST: server.PresetsListMessage,
  CATEGORIES_DELETED_RESPONSE: server.CategoriesDeletedResponseMessage,
  CATEGORY_CREATED_RESPONSE: server.CategoryCreatedResponseMessage,
  RECATEGORIZE_FILES_RESPONSE: server.RecategorizeFilesResponseMessage,
  REDLINKS_RESPONSE: server.RedlinksResponseMessage,
  WANTED_CATEGORIES_RESPONSE: server.WantedCategoriesResponseMessage,
});

/** Every message a client sends, with its answers. A new one is a class and a line here. */
export const CLIENT_MESSAGES = keyedRows({
  FETCH_IMAGES: {
    message: client.FetchImagesMessage,
    answers: [
      'COLLECTION_IMAGES',
      'TRY_BATCH_RETRIEVAL',
      'COLLECTION_IMAGE_IDS',
      'PARTIAL_COLLECTION_IMAGES',
      'ERROR',
    ],
  },
  CREATE_BATCH: { message: client.CreateBatchMessage, answers: ['BATCH_CREATED', 'ERROR'] },
  UPLOAD_SLICE: { message: client.UploadSliceMessage, answers: ['UPLOAD_SLICE_ACK', 'ERROR'] },
  UPLOAD: { message: client.UploadMessage, answers: ['UPLOAD_CREATED', 'ERROR'] },
  SUBSCRIBE_BATCH: {
    message: client.SubscribeBatchMessage,
    answers: ['SUBSCRIBED', 'UPLOADS_UPDATE', 'UPLOADS_COMPLETE', 'ERROR'],
  },
  UNSUBSCRIBE_BATCH: { message: client.UnsubscribeBatchMessage, answers: [] },
  FETCH_BATCHES: { message: client.FetchBatchesMessage, answers: ['BATCHES_LIST', 'ERROR'] },
  SUBSCRIBE_BATCHES_LIST: { message: client.SubscribeBatchesListMessage, answers: ['BATCHES_LIST', 'ERROR'] },
  UNSUBSCRIBE_BATCHES_LIST: { message: client.UnsubscribeBatchesListMessage, answers: [] },
  FETCH_BATCH_UPLOADS: { message: client.FetchBatchUploadsMessage, answers: ['BATCH_UPLOADS_LIST', 'ERROR'] },
  RETRY_UPLOADS: { message: client.RetryUploadsMessage, answers: ['RETRY_UPLOADS_RESPONSE', 'ERROR'] },
  CANCEL_BATCH: { message: client.CancelBatchMessage, answers: ['ERROR'] },
  FETCH_PRESETS: { message: client.FetchPresetsMessage, answers: ['PRESETS_LIST', 'ERROR'] },
  SAVE_PRESET: { message: client.SavePresetMessage, answers: ['PRESETS_LIST', 'ERROR'] },
  DELETE_PRESET: { message: client.DeletePresetMessage, answers: ['PRESETS_LIST', 'ERROR'] },
  CHECK_CATEGORIES_DELETED: {
    message: client.CheckCategoriesDeletedMessage,
    answers: ['CATEGORIES_DELETED_RESPONSE', 'ERROR'],
  },
  CREATE_CATEGORY: { message: client.CreateCategoryMessage, answers: ['CATEGORY_CREATED_RESPONSE', 'ERROR'] },
  RECATEGORIZE_FILES: {
    message: client.RecategorizeFilesMessage,
    answers: ['RECATEGORIZE_FILES_RESPONSE', 'ERROR'],
  },
  FETCH_REDLINKS: { message: client.FetchRedlinksMessage, answers: ['REDLINKS_RESPONSE', 'ERROR'] },
  FETCH_WANTED_CATEGORIES: {
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
