import { RefusedError, TemporaryError } from '#app/protocol';

import { readObject, readText } from '../http/read-fields.js';
import type { FlickrApi } from './flickr-api.js';
import type { PhotoList } from './flickr-lists.js';
import { NOT_FOUND } from './parse-flickr-answer.js';
import { isNsid, parseFlickrInput } from './parse-flickr-input.js';
import { ShortLinks, type NamedPhotos, type ShortLinksOptions } from './short-links.js';

export type NamedCollection =
  | { kind: 'photo'; id: string }
  /** `id`: the address that goes for the collection, whatever was typed. */
  | { kind: 'list'; id: string; list: PhotoList };

const TTL_SECONDS = 24 * 3_600;

const LOOKUPS = {
  user: { method: 'flickr.urls.lookupUser', path: 'photos', missing: 'Flickr knows nobody by the name' },
  group: { method: 'flickr.urls.lookupGroup', path: 'groups', missing: 'Flickr has no group' },
} as const;

/** From what a person typed to what the API has to be asked for. */
export class FlickrNames {
  private readonly links: ShortLinks;

  constructor(
    private readonly api: FlickrApi,
    private readonly options: ShortLinksOptions,
  ) {
    this.links = new ShortLinks(options);
  }

  /** @throws RefusedError `flickr-input`, `flickr-link`, `flickr-not-found` */
  async find(input: string, signal?: AbortSignal): Promise<NamedCollection> {
    signal?.throwIfAborted();
    const typed = parseFlickrInput(input);
    const named = typed.kind === 'link' ? await this.links.resolve(typed, signal) : typed;
    return this.toCollection(named, signal);
  }

  private async toCollection(named: NamedPhotos, signal: AbortSignal | undefined): Promise<NamedCollection> {
    const { webUrl } = this.options;
    const list = (id: string, query: PhotoList): NamedCollection => ({
      kind: 'list',
      id: webUrl + id,
      list: query,
    });
    switch (named.kind) {
      case 'photo':
        return named;
      case 'album': {
        const nsid = await this.findNsid('user', named.user, signal);
        return list(`/photos/${nsid}/albums/${named.id}/`, { kind: 'album', id: named.id, nsid });
      }
      case 'gallery':
        return list(`/photos/${named.user}/galleries/${named.id}/`, { kind: 'gallery', id: named.id });
      case 'user': {
        const nsid = await this.findNsid('user', named.user, signal);
        return list(`/photos/${nsid}/`, { kind: 'user', nsid });
      }
      case 'group': {
        const nsid = await this.findNsid('group', named.group, signal);
        return list(`/groups/${nsid}/pool/`, { kind: 'group', nsid });
      }
      case 'tag':
        return list(`/photos/tags/${encodeURIComponent(named.tag)}/`, { kind: 'tag', tag: named.tag });
    }
  }

  /** The NSID behind the alias in somebody's addresses. */
  private async findNsid(
    what: keyof typeof LOOKUPS,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    if (isNsid(name)) return name;
    const key = `flickr:nsid:${what}:${name}`;
    const kept = await this.options.cache.find(key);
    if (kept !== null) return kept;
    const { method, path, missing } = LOOKUPS[what];
    const url = `${this.options.webUrl}/${path}/${name}/`;
    try {
      const nsid = readText(readObject(await this.api.call(method, { url }, { signal }), what), 'id');
      if (nsid === undefined)
        throw new TemporaryError('flickr-unreadable', 'Flickr answered without a name.');
      await this.options.cache.keep(key, nsid, TTL_SECONDS);
      return nsid;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== NOT_FOUND) throw error;
      throw new RefusedError(NOT_FOUND, `${missing} “${name}”.`, { cause: error });
    }
  }
}
