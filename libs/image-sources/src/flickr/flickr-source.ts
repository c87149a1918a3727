import {
  RefusedError,
  TemporaryError,
  type Collection,
  type CollectionIds,
  type ExistingFiles,
  type FileLink,
  type ImageSource,
  type MediaImage,
  type SourceImage,
} from '#app/protocol';

import type { Geocoder } from '../geocoder.js';
import { readObject, type JsonObject } from '../http/read-fields.js';
import { Acceptance, type AcceptanceOptions } from './acceptance.js';
import { BadAuthors, type BadAuthorsOptions } from './bad-authors.js';
import { buildFlickrStatements } from './build-flickr-statements.js';
import { completeWikitext } from './complete-wikitext.js';
import { CreatorItems, type CreatorItemsOptions } from './creator-items.js';
import { FlickrApi, type FlickrApiOptions, type Urgency } from './flickr-api.js';
import { FlickrLists } from './flickr-lists.js';
import type { FlickrPhoto } from './flickr-photo.js';
import { FlickrNames, type NamedCollection } from './flickr-names.js';
import { NOT_FOUND } from './parse-flickr-answer.js';
import { PhotoShelf } from './photo-shelf.js';
import { largestSize, readSinglePhoto } from './read-flickr-photo.js';
import { creatorOf, pagesOf, takenAt, toMediaImage } from './to-media-image.js';

export interface FlickrSourceOptions
  extends FlickrApiOptions, AcceptanceOptions, BadAuthorsOptions, CreatorItemsOptions {
  geocoder: Geocoder;
  existingFiles: ExistingFiles;
  /** For which it is kept what the source told of an image; an hour unless told. */
  collectionTtlSeconds?: number;
  /** Where short links are resolved. */
  shortUrl?: string;
  /** Address of the web application that people and files are pointed to. */
  webUrl?: string;
  /** A larger collection is not answered in one piece. */
  largeCollection?: number;
}

const FLICKR_PHOTO_ID = 'P12120';

/** Photos, albums, galleries, groups, tags and people of Flickr. */
export class FlickrSource implements ImageSource {
  readonly name = 'flickr';
  readonly imageLabel = 'Flickr photo';
  private readonly api: FlickrApi;
  private readonly lists: FlickrLists;
  private readonly names: FlickrNames;
  private readonly acceptance: Acceptance;
  private readonly creatorItems: CreatorItems;
  private readonly shelf: PhotoShelf;
  private readonly webUrl: string;

  constructor(private readonly options: FlickrSourceOptions) {
    const { cache, userAgent } = options;
    this.webUrl = (options.webUrl ?? 'https://www.flickr.com').replace(/\/+$/, '');
    const shortUrl = (options.shortUrl ?? 'https://flic.kr').replace(/\/+$/, '');
    this.api = new FlickrApi(options);
    this.lists = new FlickrLists(this.api);
    this.names = new FlickrNames(this.api, { cache, userAgent, shortUrl, webUrl: this.webUrl });
    this.acceptance = new Acceptance(this.api, new BadAuthors(options), options);
    this.creatorItems = new CreatorItems(options);
    this.shelf = new PhotoShelf(cache, options.collectionTtlSeconds);
  }

  async fetchCollection(input: string, signal?: AbortSignal): Promise<Collection | null> {
    const named = await this.names.find(input, signal);
    const large = this.options.largeCollection ?? 500;
    const first = named.kind === 'list' ? await this.lists.getFirstPage(named.list, signal) : null;
    if (first !== null && first.total > large) return null;
    const photos = await this.listPhotos(named, signal, first?.pages === 1 ? first.photos : undefined);
    const [earliest] = photos;
    if (!earliest) throw nothingThere();
    const images = await this.withPlaces(photos, signal);
    return { id: this.idOf(named, earliest), images, creator: creatorOf(earliest, this.webUrl) };
  }

  async fetchCollectionIds(input: string, signal?: AbortSignal): Promise<CollectionIds> {
    const named = await this.names.find(input, signal);
    const photos = await this.listPhotos(named, signal);
    const [earliest] = photos;
    if (!earliest) throw nothingThere();
    return { id: this.idOf(named, earliest), imageIds: photos.map(({ id }) => id) };
  }

  /** As the lists have told of them; only those that nobody has listed lately are asked for by themselves. */
  async fetchImagesBatch(
    ids: readonly string[],
    _input: string,
    signal?: AbortSignal,
  ): Promise<MediaImage[]> {
    signal?.throwIfAborted();
    const photos = await Promise.all(ids.map((id) => this.findPhoto(id, signal)));
    return this.withPlaces(
      photos.filter((photo) => photo !== null),
      signal,
    );
  }

  /** Without place names: nobody looks at them here. */
  async fetchImageMetadata(id: string, _input: string, signal?: AbortSignal): Promise<SourceImage> {
    const photo = await this.getPhoto(id, 'upload', signal);
    const retrievedAt = new Date().toISOString();
    const refusal = await this.acceptance.findRefusal(photo);
    if (refusal) throw refusal;
    const creatorItem = await this.creatorItems.find(photo.owner.nsid, signal);
    const downloadUrl = largestSize(photo)?.url;
    if (downloadUrl === undefined) {
      throw new TemporaryError('flickr-no-file', `Flickr gives no address for the file of photo ${id}.`);
    }
    const { webUrl } = this;
    return {
      image: toMediaImage(photo, webUrl),
      downloadUrl,
      statements: (copyrightOverride, isExisting = false) =>
        buildFlickrStatements(photo, { webUrl, retrievedAt, creatorItem, copyrightOverride, isExisting }),
      completeWikitext: (wikitext, copyrightOverride) =>
        completeWikitext(wikitext, photo.license, copyrightOverride),
    };
  }

  async findRefusals(
    ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, RefusedError>> {
    const refusals = await Promise.all(ids.map((id) => this.findRefusal(id, signal)));
    return new Map(
      ids.flatMap((id, index): [string, RefusedError][] => {
        const refusal = refusals[index];
        return refusal ? [[id, refusal]] : [];
      }),
    );
  }

  /** Compares the licences; a Flickr that cannot be asked now is asked again when a photo depends on it. */
  async checkUpstream(): Promise<void> {
    try {
      await this.acceptance.confirmLicenses();
    } catch (error) {
      if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
      this.options.onProblem?.(error);
    }
  }

  fetchExistingPages(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, FileLink[]>> {
    return this.options.existingFiles.findByProperty(FLICKR_PHOTO_ID, ids, signal);
  }

  private idOf(named: NamedCollection, first: FlickrPhoto): string {
    return named.kind === 'list' ? named.id : pagesOf(first, this.webUrl).photo;
  }

  /** In the order in which they were taken. @param known all of them, if they are at hand */
  private async listPhotos(
    named: NamedCollection,
    signal: AbortSignal | undefined,
    known?: readonly FlickrPhoto[],
  ): Promise<FlickrPhoto[]> {
    if (named.kind === 'photo') return [await this.getPhoto(named.id, 'person', signal)];
    const photos = known ?? (await this.lists.listAll(named.list, signal));
    await this.shelf.keep(photos);
    return [...photos].sort(byCapture);
  }

  /** Null when there is no such photo. */
  private async findPhoto(id: string, signal: AbortSignal | undefined): Promise<FlickrPhoto | null> {
    const kept = await this.shelf.find(id);
    if (kept) return kept;
    try {
      return await this.getPhoto(id, 'person', signal);
    } catch (error) {
      if (error instanceof RefusedError && error.code === NOT_FOUND) return null;
      throw error;
    }
  }

  private async findRefusal(id: string, signal: AbortSignal | undefined): Promise<RefusedError | null> {
    try {
      const photo = (await this.shelf.find(id)) ?? (await this.getPhoto(id, 'person', signal));
      return await this.acceptance.findRefusal(photo);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TemporaryError) return null;
      if (error instanceof RefusedError) return error;
      throw error;
    }
  }

  private async getPhoto(
    id: string,
    urgency: Urgency,
    signal: AbortSignal | undefined,
  ): Promise<FlickrPhoto> {
    if (!/^\d{1,24}$/.test(id)) {
      throw new RefusedError('flickr-input', `“${id}” is not the number of a Flickr photo.`);
    }
    const [info, sizes] = await this.askFor(id, urgency, signal);
    const raw = readObject(info, 'photo');
    const photo = raw && readSinglePhoto(raw, readObject(sizes, 'sizes'));
    if (!photo) throw new RefusedError('flickr-incomplete', `Flickr does not tell enough about photo ${id}.`);
    if (urgency === 'person') await this.shelf.keep([photo]);
    return photo;
  }

  private async askFor(
    id: string,
    urgency: Urgency,
    signal: AbortSignal | undefined,
  ): Promise<[info: JsonObject, sizes: JsonObject]> {
    const call = (method: string): Promise<JsonObject> =>
      this.api.call(method, { photo_id: id }, { urgency, signal });
    try {
      return await Promise.all([call('flickr.photos.getInfo'), call('flickr.photos.getSizes')]);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== NOT_FOUND) throw error;
      throw new RefusedError(NOT_FOUND, `Flickr has no photo ${id}, or does not show it to everyone.`, {
        cause: error,
      });
    }
  }

  /** Photos whose place nobody knows have no name for it either. */
  private async withPlaces(
    photos: readonly FlickrPhoto[],
    signal: AbortSignal | undefined,
  ): Promise<MediaImage[]> {
    const located = photos.flatMap(({ id, location }) => (location ? [{ id, location }] : []));
    const places = await this.options.geocoder.findPlaces(
      located.map(({ location }) => location),
      signal,
    );
    const byId = new Map(located.map(({ id }, index) => [id, places[index]]));
    return photos.map((photo) => {
      const image = toMediaImage(photo, this.webUrl);
      return { ...image, location: { ...image.location, ...byId.get(photo.id) } };
    });
  }
}

/** Ids are numbers of any length. */
const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : Number(a > b));

const byCapture = (a: FlickrPhoto, b: FlickrPhoto): number =>
  Date.parse(takenAt(a)) - Date.parse(takenAt(b)) || compareIds(a.id, b.id);

const nothingThere = (): RefusedError =>
  new RefusedError(NOT_FOUND, 'Flickr shows no photos here, or not to everyone.');
