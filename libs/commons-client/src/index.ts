export { answerClass, type AnswerClass, type ClassifiedError } from './answers/answer-classes.js';
export {
  parseApiAnswer,
  type AnswerHeaders,
  type ApiAnswer,
  type ApiError,
} from './answers/parse-api-answer.js';
export { toFailure } from './answers/to-failure.js';
export { CommonsApi, type CommonsApiOptions } from './commons-api.js';
export type { CommonsClient } from './commons-client.js';
export { fetchIdentity, type IdentityRequest } from './oauth/fetch-identity.js';
export {
  freshMoment,
  signRequest,
  type RequestToSign,
  type SigningKeys,
  type SigningMoment,
} from './oauth/sign-request.js';
export { verifyIdentity, type IdentityExpectations } from './oauth/verify-identity.js';
export { mergeStatements, type StructuredDataAdditions } from './structured-data/merge-statements.js';
export { normalizeFileName } from './titles/file-names.js';
export {
  findExtensionProblem,
  findPrefixProblem,
  findRepeatedTitles,
  findTitleProblem,
  type TitleProblem,
} from './titles/find-title-problem.js';
export { parsePrefixBlacklist } from './titles/parse-prefix-blacklist.js';
export { addCategory } from './wikidata/add-category.js';
export type { Item, ItemAdditions, WikidataClient } from './wikidata/wikidata-client.js';
export { listCategoryNames, moveCategory, type CategoryMove } from './pages/category-links.js';
export type { PageClient } from './pages/page-client.js';
export type { CategoryFiles, PageEdit, PageEditor } from './pages/page-editor.js';
export type { RevisedPage } from './pages/parse-revisions.js';
export { tidyCategoryName, type CategorySpelling } from './pages/read-category-name.js';
export type {
  AccessToken,
  Block,
  ByteSource,
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
export { ORDINARY_WINDOWS, toUploadWindows, type UploadWindow } from './upload-windows.js';
export { WcqsClient, type WcqsOptions } from './wcqs/wcqs-client.js';
