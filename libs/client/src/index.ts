export type * from './generated/messages.js';
export {
  DUPLICATE_STATUSES,
  IMAGE_SOURCE_NAMES,
  SERVICE_ERROR_CODES,
  TERMINAL_STATUSES,
  UPLOAD_STATUSES,
} from './generated/messages.js';
export { CLIENT_ERROR_CODES, CuratorError, type ClientErrorCode } from './curator-error.js';
export { CuratorClient } from './curator-client.js';
export type { CuratorClientOptions } from './client-options.js';
export type { Backoff } from './backoff.js';
export type { Collection, CollectionRequest } from './collection-exchange.js';
export type { AnswerTo, Request, RequestOptions, RequestType } from './exchanges.js';
export type { ConnectionState } from './link.js';
export type { Subscription } from './subscriptions.js';
export type { WebSocketClass, WebSocketLike } from './web-socket.js';
export type * as Rest from './generated/routes.js';
export { CuratorRest, type CuratorRestOptions, type RestRequest, type RouteName } from './curator-rest.js';
