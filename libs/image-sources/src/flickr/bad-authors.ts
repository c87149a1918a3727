import type { Dispatcher } from 'undici';

import { TemporaryError, type Cache } from '#app/protocol';

import { getText } from '../http/get-text.js';
import type { FlickrPhoto } from './flickr-photo.js';

export interface BadAuthorsOptions {
  /** The raw text of the wiki's list, `https://commons.wikimedia.org/w/index.php?title=User:FlickreviewR/bad-authors&action=raw`. */
  badAuthorsUrl: string;
  dispatcher: Dispatcher;
  userAgent: string;
  cache: Cache;
}

const CACHE_KEY = 'flickr:bad-authors';
const TTL_SECONDS = 12 * 3_600;
/** The list is parsed anew after this. */
const REREAD_MS = 600_000;

/** NSIDs and aliases of the list: separated by blanks, lines with a `#` in front are comments. */
export const parseBadAuthors = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .replace(/^\s*#.*$/gm, '')
      .toLowerCase()
      .split(/\s+/)
      .filter(Boolean),
  );

/**
 * People on Flickr whose photos Commons does not take, because they are known to be somebody else's.
 * @see https://commons.wikimedia.org/wiki/User:FlickreviewR/bad-authors
 */
export class BadAuthors {
  private names: Promise<ReadonlySet<string>> | undefined;
  private readAt = 0;

  constructor(private readonly options: BadAuthorsOptions) {}

  /** @throws TemporaryError when the list cannot be had: nobody can be trusted without it */
  async includes({ nsid, alias }: FlickrPhoto['owner']): Promise<boolean> {
    const names = await this.read();
    return names.has(nsid.toLowerCase()) || (alias !== '' && names.has(alias.toLowerCase()));
  }

  private read(): Promise<ReadonlySet<string>> {
    if (this.names && Date.now() - this.readAt < REREAD_MS) return this.names;
    this.readAt = Date.now();
    const names = this.findText().then(parseBadAuthors);
    this.names = names;
    names.catch(() => {
      if (this.names === names) this.names = undefined;
    });
    return names;
  }

  private async findText(): Promise<string> {
    const { badAuthorsUrl, dispatcher, userAgent, cache } = this.options;
    const kept = await cache.find(CACHE_KEY);
    if (kept !== null) return kept;
    const { status, body } = await getText(new URL(badAuthorsUrl), {
      dispatcher,
      headers: { 'user-agent': userAgent },
      timeoutMs: 10_000,
      upstream: 'The list of Flickr authors that Commons does not accept',
    });
    // A wiki without the page has nothing against anybody.
    if (status !== 200 && status !== 404) {
      throw new TemporaryError(
        `http-${status}`,
        'The list of Flickr authors that Commons does not accept cannot be read just now.',
      );
    }
    const text = status === 200 ? body : '';
    await cache.keep(CACHE_KEY, text, TTL_SECONDS);
    return text;
  }
}
