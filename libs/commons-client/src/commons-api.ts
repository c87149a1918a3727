import type { SharedLimiter } from '#app/protocol';
import type { CommonsClient } from './commons-client.js';
import type { AccessToken, CommonsUser, Consumer } from './types.js';

export interface CommonsApiOptions {
  /** `…/w/api.php` */
  readonly apiUrl: string;
  /** `…/w/index.php` */
  readonly indexUrl: string;
  /** Site id of the wiki in Wikibase. Default `commonswiki`. */
  readonly siteId?: string;
  /** With a contact, see https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy */
  readonly userAgent: string;
  readonly consumer: Consumer;
  /** Every request runs inside `limiter.run('commons:<userid>', …)`; waiting between tries does not. */
  readonly limiter: SharedLimiter;
  /** Factor on the waits between tries of one request; 1 in production. What `Retry-After` asks is never shortened. */
  readonly delayScale?: number;
  /** Milliseconds until a request counts as lost. Default 30,000 for reads, 180,000 for writes. */
  readonly timeouts?: { readonly read?: number; readonly write?: number };
}

/** The Commons API as one process uses it: connections, consumer and limits. Hands out clients that act as one user each. */
export declare class CommonsApi {
  constructor(options: CommonsApiOptions);
  /** A client with a cookie jar of its own. Keep it while the person's token is the same: it caches the CSRF token. */
  clientFor(user: CommonsUser, token: AccessToken): CommonsClient;
  /** Closes all connections. */
  close(): Promise<void>;
}
