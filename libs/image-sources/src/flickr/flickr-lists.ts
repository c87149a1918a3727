import { RefusedError } from '#app/protocol';

import { asObject, readList, readObject, type JsonObject } from '../http/read-fields.js';
import type { FlickrApi } from './flickr-api.js';
import type { FlickrPhoto } from './flickr-photo.js';
import { LIST_EXTRAS, readListedPhoto } from './read-flickr-photo.js';
import { readNumeric } from './read-numeric.js';

/** A collection by what the API wants to know of it. */
export type PhotoList =
  | { kind: 'album'; id: string; nsid: string }
  | { kind: 'gallery'; id: string }
  | { kind: 'user'; nsid: string }
  | { kind: 'group'; nsid: string }
  | { kind: 'tag'; tag: string };

export interface ListPage {
  photos: FlickrPhoto[];
  /** How many there are on all pages, films included. */
  total: number;
  pages: number;
}

/** The most that one call answers. */
const PER_PAGE = 500;
/** A search answers no more than this many, whatever page is asked for. */
const SEARCH_CAP = 4_000;
/** Larger ones take too long to open, and too many calls. */
const MOST_PHOTOS = 50_000;

interface ListMethod {
  method: string;
  params: Record<string, string>;
}

const SEARCH = 'flickr.photos.search';
const BY_UPLOAD = { sort: 'date-posted-asc', media: 'photos', safe_search: '1' };

function methodOf(list: PhotoList): ListMethod {
  switch (list.kind) {
    case 'album':
      return {
        method: 'flickr.photosets.getPhotos',
        params: { photoset_id: list.id, user_id: list.nsid, media: 'photos' },
      };
    case 'gallery':
      return { method: 'flickr.galleries.getPhotos', params: { gallery_id: list.id } };
    case 'user':
      return { method: 'flickr.people.getPublicPhotos', params: { user_id: list.nsid } };
    case 'group':
      return { method: 'flickr.groups.pools.getPhotos', params: { group_id: list.nsid } };
    case 'tag':
      return { method: SEARCH, params: { tags: list.tag, ...BY_UPLOAD } };
  }
}

/** What finds the photos of a list that is too long for its own method; null where that gives all of them. */
function searchOf(list: PhotoList): ListMethod | null {
  if (list.kind === 'tag') return methodOf(list);
  return list.kind === 'group' ? { method: SEARCH, params: { group_id: list.nsid, ...BY_UPLOAD } } : null;
}

const tooLarge = (total: number): RefusedError =>
  new RefusedError(
    'flickr-too-large',
    `These are ${total} photos; at most ${MOST_PHOTOS} can be opened together. Open an album instead.`,
  );

/** Reads lists of photos with all that is to be known of each, 500 in a call. */
export class FlickrLists {
  constructor(private readonly api: FlickrApi) {}

  /** The first page of a list, which tells how long it is. */
  getFirstPage(list: PhotoList, signal?: AbortSignal): Promise<ListPage> {
    return this.getPage(methodOf(list), 1, signal);
  }

  /** Every photo of a list, each once, films left out. */
  async listAll(list: PhotoList, signal?: AbortSignal): Promise<FlickrPhoto[]> {
    const own = methodOf(list);
    const first = await this.getPage(own, 1, signal);
    if (first.total > MOST_PHOTOS) throw tooLarge(first.total);
    const search = first.total > SEARCH_CAP ? searchOf(list) : null;
    const photos = search
      ? await this.listByUploadDate(search, list.kind === 'tag' ? first : null, signal)
      : [...first.photos, ...(await this.getOtherPages(own, first.pages, signal))];
    return [...new Map(photos.map((photo) => [photo.id, photo])).values()];
  }

  /**
   * A search from the oldest to the newest upload: where it reaches the cap, the next one begins at the last photo's
   * moment.
   * @param first the first page, if it is known already
   */
  private async listByUploadDate(
    search: ListMethod,
    first: ListPage | null,
    signal: AbortSignal | undefined,
  ): Promise<FlickrPhoto[]> {
    const found: FlickrPhoto[] = [];
    let window = search;
    let page = first ?? (await this.getPage(window, 1, signal));
    let from = 0;
    while (page.total > SEARCH_CAP) {
      const photos = [...page.photos, ...(await this.getOtherPages(window, SEARCH_CAP / PER_PAGE, signal))];
      found.push(...photos);
      const latest = photos.reduce((moment, { postedAt }) => Math.max(moment, postedAt), 0);
      from = Math.max(latest, from + 1);
      window = { ...search, params: { ...search.params, min_upload_date: String(from) } };
      page = await this.getPage(window, 1, signal);
    }
    return [...found, ...page.photos, ...(await this.getOtherPages(window, page.pages, signal))];
  }

  private async getOtherPages(
    list: ListMethod,
    pages: number,
    signal: AbortSignal | undefined,
  ): Promise<FlickrPhoto[]> {
    const giveUp = new AbortController();
    const until = signal ? AbortSignal.any([signal, giveUp.signal]) : giveUp.signal;
    const numbers = Array.from({ length: Math.max(0, pages - 1) }, (_, index) => index + 2);
    try {
      const others = await Promise.all(numbers.map((page) => this.getPage(list, page, until)));
      return others.flatMap(({ photos }) => photos);
    } finally {
      giveUp.abort(); // one page that fails makes the others pointless
    }
  }

  private async getPage(
    { method, params }: ListMethod,
    page: number,
    signal: AbortSignal | undefined,
  ): Promise<ListPage> {
    const answer = await this.api.call(
      method,
      { ...params, extras: LIST_EXTRAS, per_page: String(PER_PAGE), page: String(page) },
      { signal },
    );
    const list = readObject(answer, 'photoset') ?? readObject(answer, 'photos');
    const total = readNumeric(list, 'total') ?? 0;
    return { photos: photosOf(list), total, pages: Math.ceil(total / PER_PAGE) };
  }
}

const photosOf = (list: JsonObject | undefined): FlickrPhoto[] =>
  readList(list, 'photo').flatMap((entry) => {
    const raw = asObject(entry);
    const photo = raw && readListedPhoto(raw, list);
    return photo && !photo.isVideo ? [photo] : [];
  });
