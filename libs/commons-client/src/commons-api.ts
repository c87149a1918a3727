import { Agent } from 'undici';
import type { CategorySource, RequestObserver, SharedLimiter } from '#app/protocol';
import { CategoryClient } from './categories/category-client.js';
import { CommonsClient } from './commons-client.js';
import { FilePages } from './file-pages.js';
import { ApiCaller, type Connection } from './http/api-caller.js';
import { PageClient } from './pages/page-client.js';
import { PageEditor } from './pages/page-editor.js';
import type { AccessToken, CommonsUser, Consumer } from './types.js';
import { WikidataClient } from './wikidata/wikidata-client.js';

export interface CommonsApiOptions {
  /** `…/w/api.php` */
  readonly apiUrl: string;
  /** `…/w/index.php` */
  readonly indexUrl: string;
  /** Site id of the wiki in Wikibase. Default `commonswiki`. */
  readonly siteId?: string;
  /** The api.php of the repository of items. Default that of Wikidata. */
  readonly wikidataApiUrl?: string;
  /** With a contact, see https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy */
  readonly userAgent: string;
  readonly consumer: Consumer;
  /** Every request runs inside `limiter.run('commons:<userid>', …)`; waiting between tries does not. */
  readonly limiter: SharedLimiter;
  /** Is told of each request that is sent, also of each repetition. */
  readonly observer?: RequestObserver;
  /** Factor on the waits between tries of one request; 1 in production. What `Retry-After` asks is never shortened. */
  readonly delayScale?: number;
  /** Milliseconds until a request counts as lost. Default 30,000 for reads, 180,000 for writes. */
  readonly timeouts?: { readonly read?: number; readonly write?: number };
}

const READ_TIMEOUT = 30_000;
const WRITE_TIMEOUT = 180_000;
const CONNECT_TIMEOUT = 10_000;

/** The Commons API as one process uses it: connections, consumer and limits. Hands out clients that act as one user each. */
export class CommonsApi {
  private readonly connection: Connection;
  private readonly pages: FilePages;
  private readonly siteId: string;
  private readonly wikidataApiUrl: string;

  constructor(options: CommonsApiOptions) {
    const { apiUrl, indexUrl, userAgent, consumer, limiter, delayScale = 1, timeouts } = options;
    this.siteId = options.siteId ?? 'commonswiki';
    this.wikidataApiUrl = options.wikidataApiUrl ?? 'https://www.wikidata.org/w/api.php';
    this.pages = new FilePages(indexUrl, apiUrl);
    this.connection = {
      upstream: 'commons',
      observer: options.observer,
      apiUrl,
      userAgent,
      consumer,
      limiter,
      delayScale,
      timeouts: { read: timeouts?.read ?? READ_TIMEOUT, write: timeouts?.write ?? WRITE_TIMEOUT },
      dispatcher: new Agent({ connect: { timeout: CONNECT_TIMEOUT } }),
    };
  }

  /** A client with a cookie jar of its own. Keep it while the person's token is the same: it caches the CSRF token. */
  clientFor(user: CommonsUser, token: AccessToken): CommonsClient {
    return new CommonsClient(new ApiCaller(this.connection, user, token), this.pages, this.siteId);
  }

  /** A client for pages and titles, with a cookie jar of its own. */
  pagesFor(user: CommonsUser, token: AccessToken): PageClient {
    return new PageClient(new ApiCaller(this.connection, user, token));
  }

  /** A client for changes of pages, with a cookie jar of its own. */
  editorFor(user: CommonsUser, token: AccessToken): PageEditor {
    return new PageEditor(new ApiCaller(this.connection, user, token));
  }

  /**
   * Categories as the person reads them.
   * @param redirectTemplates templates, without namespace, whose use makes a category lead to another
   */
  categoriesFor(user: CommonsUser, token: AccessToken, redirectTemplates: readonly string[]): CategorySource {
    return new CategoryClient(new ApiCaller(this.connection, user, token), redirectTemplates);
  }

  /** A client for the repository of items, with a cookie jar of its own. */
  wikidataFor(user: CommonsUser, token: AccessToken): WikidataClient {
    const connection: Connection = { ...this.connection, upstream: 'wikidata', apiUrl: this.wikidataApiUrl };
    return new WikidataClient(new ApiCaller(connection, user, token), this.siteId);
  }

  /** Closes all connections once their requests are done. */
  async close(): Promise<void> {
    await this.connection.dispatcher.close();
  }
}
