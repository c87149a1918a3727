import { Cookie, CookieJar } from 'tough-cookie';
import { Agent } from 'undici';
import {
  parseRetryAfter,
  TemporaryError,
  type ExistingFiles,
  type FileLink,
  type RequestObserver,
} from '#app/protocol';
import { FilePages } from '../file-pages.js';
import { explainLostExchange } from '../http/connection-failure.js';
import { exchange, type HttpAnswer } from '../http/exchange.js';
import { buildExistingFilesQuery } from './build-query.js';
import { parseExistingFiles } from './parse-existing-files.js';

export interface WcqsOptions {
  /** `https://commons-query.wikimedia.org/sparql` */
  readonly url: string;
  /** Value of the long-lived `wcqsOauth` cookie of a signed-in browser. */
  readonly oauthToken?: string;
  readonly userAgent: string;
  /** `…/w/index.php` of the wiki that holds the files: their pages are linked there. */
  readonly indexUrl: string;
  /** Is told of each query. */
  readonly observer?: RequestObserver;
  /** Milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT = 30_000;
const MAX_VALUES = 200;
const MAX_REDIRECTS = 4;
/** When the service says that it is too much, but not for how long. */
const DEFAULT_REST = 60_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Finds files by a property's value with the Wikimedia Commons Query Service. Its index lags by minutes to hours.
 * Answers come whole or not at all: every failure is a TemporaryError. After HTTP 429 nothing is asked until its `Retry-After`.
 * @see https://commons.wikimedia.org/wiki/Commons:SPARQL_query_service/API_endpoint
 */
export class WcqsClient implements ExistingFiles {
  private readonly jar = new CookieJar();
  private readonly dispatcher = new Agent({ connect: { timeout: 10_000 } });
  private readonly pages: FilePages;
  private restsUntil = 0;

  constructor(private readonly options: WcqsOptions) {
    const { url, oauthToken, indexUrl } = options;
    this.pages = new FilePages(indexUrl, indexUrl);
    if (oauthToken === undefined) return;
    const secure = new URL(url).protocol === 'https:';
    this.jar.setCookieSync(
      new Cookie({ key: 'wcqsOauth', value: oauthToken, path: '/', secure, httpOnly: true }),
      url,
    );
  }

  async findByProperty(
    property: string,
    values: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, FileLink[]>> {
    const wanted = [...new Set(values)];
    const found = new Map<string, FileLink[]>();
    for (let start = 0; start < wanted.length; start += MAX_VALUES) {
      const query = buildExistingFilesQuery(property, wanted.slice(start, start + MAX_VALUES));
      const results = parseExistingFiles(await this.ask(query, signal), (name) => this.pages.link(name));
      for (const [id, links] of results) found.set(id, links);
    }
    return found;
  }

  async close(): Promise<void> {
    await this.dispatcher.close();
  }

  private async ask(query: string, signal: AbortSignal | undefined): Promise<unknown> {
    const rest = this.restsUntil - Date.now();
    if (rest > 0) throw this.failure('http-429', 'asks us to wait', rest);
    const answer = await this.sendWatched(query, signal);
    if (answer.status === 429) {
      const wait = parseRetryAfter(answer.headers['retry-after']) ?? DEFAULT_REST;
      this.restsUntil = Date.now() + wait;
      throw this.failure('http-429', 'asks us to wait', wait);
    }
    if (answer.status < 200 || answer.status >= 300) {
      throw this.failure(`http-${answer.status}`, `answered HTTP ${answer.status}`);
    }
    try {
      return JSON.parse(answer.body);
    } catch (error) {
      throw new TemporaryError('not-json', 'not-json: The query service answered without data', {
        cause: error,
      });
    }
  }

  private async sendWatched(query: string, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const end = this.options.observer?.begin({ upstream: 'wcqs', method: 'POST', action: 'sparql' });
    let outcome = 'aborted';
    try {
      const answer = await this.send(query, signal);
      outcome = answer.status < 300 ? 'ok' : `http-${answer.status}`;
      return answer;
    } catch (error) {
      if (signal?.aborted !== true) outcome = error instanceof TemporaryError ? error.code : 'lost';
      throw error;
    } finally {
      end?.(outcome);
    }
  }

  /** A missing or aged session cookie is answered with a redirect that sets a new one. */
  private async send(query: string, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const start = new URL(this.options.url);
    let url = start;
    try {
      for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
        const answer = await exchange({
          method: 'POST',
          url,
          headers: {
            accept: 'application/sparql-results+json',
            'content-type': 'application/x-www-form-urlencoded',
            'user-agent': this.options.userAgent,
          },
          body: new URLSearchParams({ query }).toString(),
          jar: this.jar,
          dispatcher: this.dispatcher,
          timeoutMs: this.options.timeoutMs ?? TIMEOUT,
          signal,
        });
        const { location } = answer.headers;
        if (!REDIRECTS.has(answer.status) || typeof location !== 'string') return answer;
        url = new URL(location, url);
        if (url.origin !== start.origin) throw this.failure('not-signed-in', 'wants a new sign-in');
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw explainLostExchange(error, start.host)?.failure ?? error;
    }
    throw this.failure('not-signed-in', 'redirects without end');
  }

  private failure(code: string, what: string, retryAfterMs?: number): TemporaryError {
    const details = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new TemporaryError(code, `${code}: The Commons query service ${what}`, details);
  }
}
