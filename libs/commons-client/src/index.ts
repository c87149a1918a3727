export { CommonsApi, type CommonsApiOptions } from './commons-api.js';
export { CommonsClient } from './commons-client.js';
export type {
  AccessToken,
  Block,
  Commit,
  CommitResult,
  CommonsUser,
  Consumer,
  ExistingFile,
  Identity,
  MediaInfo,
  MediaInfoEdit,
  PublishedFile,
  PurgeResult,
  RateWindow,
  RateWindows,
  StashChunk,
  StashResult,
  UploadCheck,
  UploadObstacle,
  UploadStatusResult,
  UserInfo,
} from './types.js';
