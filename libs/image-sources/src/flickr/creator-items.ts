import type { Dispatcher } from 'undici';

import { TemporaryError, type Cache } from '#app/protocol';

import { getText } from '../http/get-text.js';
import { asObject, readList, readObject, readText } from '../http/read-fields.js';

export interface CreatorItemsOptions {
  /** The api.php of Wikidata; absent: nobody is looked up. */
  wikidataApiUrl?: string;
  dispatcher: Dispatcher;
  userAgent: string;
  cache: Cache;
  /** Told of failures, at most once while nothing is asked. */
  onProblem?: (problem: Error) => void;
}

const DAY_SECONDS = 86_400;
const KNOWN_SECONDS = 7 * DAY_SECONDS;
const TIMEOUT_MS = 3_000;
/** How long nothing is asked after a failure. */
const REST_MS = 300_000;
const NOBODY = '-';

/** @throws TemporaryError when this is no answer of a search */
function readItems(body: string): string[] {
  let query: ReturnType<typeof readObject>;
  try {
    query = readObject(asObject(JSON.parse(body)), 'query');
  } catch (cause) {
    throw new TemporaryError('not-json', 'Wikidata answered without data.', { cause });
  }
  if (query === undefined) throw new TemporaryError('unexpected-answer', 'Wikidata gave no results.');
  return readList(query, 'search').flatMap((entry) => readText(asObject(entry), 'title') ?? []);
}

/**
 * Items of Wikidata about people on Flickr, by the id that Flickr knows them by (P3267). Best effort: whoever cannot be looked
 * up quickly has none, and so has an id that several items claim.
 * @see https://www.mediawiki.org/wiki/Help:Extension:WikibaseCirrusSearch#haswbstatement
 */
export class CreatorItems {
  private restsUntil = 0;

  constructor(private readonly options: CreatorItemsOptions) {}

  /** The id of the item, `Q42`, or null. @throws only the signal's reason */
  async find(nsid: string, signal?: AbortSignal): Promise<string | null> {
    const { wikidataApiUrl, cache, onProblem } = this.options;
    if (wikidataApiUrl === undefined || !/^\d+@N\d+$/.test(nsid)) return null;
    const key = `flickr:creator-item:${nsid}`;
    const kept = await cache.find(key);
    if (kept !== null) return kept === NOBODY ? null : kept;
    if (Date.now() < this.restsUntil) return null;
    try {
      const items = await this.search(wikidataApiUrl, nsid, signal);
      const [item = NOBODY] = items.length === 1 ? items : [];
      const isItem = /^Q[1-9]\d*$/.test(item);
      await cache.keep(key, isItem ? item : NOBODY, isItem ? KNOWN_SECONDS : DAY_SECONDS);
      return isItem ? item : null;
    } catch (error) {
      if (!(error instanceof TemporaryError)) throw error;
      this.restsUntil = Date.now() + REST_MS;
      onProblem?.(error);
      return null;
    }
  }

  private async search(apiUrl: string, nsid: string, signal: AbortSignal | undefined): Promise<string[]> {
    const { dispatcher, userAgent } = this.options;
    const url = new URL(apiUrl);
    const params = {
      action: 'query',
      list: 'search',
      srsearch: `haswbstatement:P3267=${nsid}`,
      srnamespace: '0',
      srlimit: '2',
      srinfo: '',
      srprop: '',
      format: 'json',
      formatversion: '2',
    };
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
    const { status, body } = await getText(url, {
      dispatcher,
      headers: { 'user-agent': userAgent },
      timeoutMs: TIMEOUT_MS,
      upstream: 'Wikidata',
      signal,
    });
    if (status !== 200) throw new TemporaryError(`http-${status}`, `Wikidata answered HTTP ${status}.`);
    return readItems(body);
  }
}
