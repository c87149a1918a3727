import {
  RefusedError,
  TemporaryError,
  type Cache,
  type Collection,
  type CollectionIds,
  type ExistingFiles,
  type FileLink,
  type ImageSource,
  type MediaImage,
  type SourceImage,
} from '#app/protocol';

import type { Geocoder } from '../geocoder.js';
import { readText } from '../http/read-fields.js';
import { buildMapillaryStatements } from './build-mapillary-statements.js';
import { MapillaryApi, type MapillaryApiOptions } from './mapillary-api.js';
import { NOT_FOUND } from './parse-mapillary-answer.js';
import { parseMapillaryInput } from './parse-mapillary-input.js';
import { findCapture, IMAGE_FIELDS, ORDER_FIELDS, toMediaImage } from './to-media-image.js';

export interface MapillarySourceOptions extends MapillaryApiOptions {
  geocoder: Geocoder;
  existingFiles: ExistingFiles;
  cache: Cache;
  /** For which it is kept what the source told of an image; an hour unless told. */
  collectionTtlSeconds?: number;
  /** Address of the web application that people and files are pointed to. */
  webUrl?: string;
  /** A larger sequence is not answered in one piece. */
  largeCollection?: number;
  /** Milliseconds that `fetchCollection` may wait for Mapillary. */
  timeBudgetMs?: number;
}

const TTL_SECONDS = 3_600;
const MAPILLARY_PHOTO_ID = 'P1947';

/** Sequences of Mapillary; an image that belongs to none is a collection of its own. */
export class MapillarySource implements ImageSource {
  readonly name = 'mapillary';
  readonly imageLabel = 'Mapillary image';
  private readonly api: MapillaryApi;
  private readonly webUrl: string;

  constructor(private readonly options: MapillarySourceOptions) {
    this.api = new MapillaryApi(options);
    this.webUrl = (options.webUrl ?? 'https://www.mapillary.com').replace(/\/+$/, '');
  }

  async fetchCollection(input: string, signal?: AbortSignal): Promise<Collection | null> {
    const budget = AbortSignal.timeout(this.options.timeBudgetMs ?? 10_000);
    const until = signal ? AbortSignal.any([signal, budget]) : budget;
    let found: { id: string; images: MediaImage[] };
    try {
      const { id, imageIds } = await this.resolve(input, until);
      if (imageIds.length > (this.options.largeCollection ?? 500)) return null;
      found = { id, images: [...(await this.findImages(imageIds, until)).values()].sort(byCapture) };
    } catch (error) {
      signal?.throwIfAborted();
      if (budget.aborted) return null;
      throw error;
    }
    const [first] = found.images;
    if (!first) throw nothingThere(found.id);
    return { id: found.id, images: await this.withPlaces(found.images, signal), creator: first.creator };
  }

  /** Only images that still exist, in capture order: a light request for every 50 of them finds out both. */
  async fetchCollectionIds(input: string, signal?: AbortSignal): Promise<CollectionIds> {
    const { id, imageIds } = await this.resolve(input, signal);
    const found = await this.api.findImages(imageIds, ORDER_FIELDS, signal);
    const captures = [...found].flatMap(([imageId, raw]) => {
      const capture = findCapture(raw);
      return capture ? [{ imageId, takenAt: capture.takenAt }] : [];
    });
    if (captures.length === 0) throw nothingThere(id);
    captures.sort((a, b) => a.takenAt - b.takenAt || compareIds(a.imageId, b.imageId));
    return { id, imageIds: captures.map(({ imageId }) => imageId) };
  }

  async fetchImagesBatch(
    ids: readonly string[],
    _input: string,
    signal?: AbortSignal,
  ): Promise<MediaImage[]> {
    const images = await this.findImages(ids, signal);
    const found = ids.flatMap((id) => images.get(id) ?? []);
    return this.withPlaces(found, signal);
  }

  /** Without place names: nobody looks at them here. */
  async fetchImageMetadata(id: string, _input: string, signal?: AbortSignal): Promise<SourceImage> {
    if (!/^\d+$/.test(id))
      throw new RefusedError('mapillary-input', `“${id}” is not the id of a Mapillary image.`);
    const raw = await this.getImage(id, IMAGE_FIELDS, signal);
    const image = toMediaImage(raw, this.webUrl);
    if (!image) {
      throw new RefusedError('mapillary-incomplete', `Mapillary tells no time or place for image ${id}.`);
    }
    if (!image.urls.original) {
      throw new TemporaryError(
        'mapillary-no-file',
        `Mapillary gives no address for the file of image ${id}.`,
      );
    }
    return {
      image,
      downloadUrl: image.urls.original,
      statements: (copyrightOverride) => buildMapillaryStatements(image, copyrightOverride),
    };
  }

  /** All of Mapillary is free. */
  findRefusals(): Promise<ReadonlyMap<string, RefusedError>> {
    return Promise.resolve(new Map());
  }

  fetchExistingPages(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, FileLink[]>> {
    return this.options.existingFiles.findByProperty(MAPILLARY_PHOTO_ID, ids, signal);
  }

  private async resolve(input: string, signal?: AbortSignal): Promise<{ id: string; imageIds: string[] }> {
    const named = parseMapillaryInput(input);
    const sequenceId = named.kind === 'sequence' ? named.id : await this.findSequenceOf(named.id, signal);
    if (sequenceId === null) return { id: named.id, imageIds: [named.id] };
    const imageIds = await this.api.listImageIds(sequenceId, signal);
    if (imageIds.length > 0) return { id: sequenceId, imageIds };
    if (named.kind === 'image') return { id: sequenceId, imageIds: [named.id] };
    throw nothingThere(sequenceId);
  }

  /** Null for an image that belongs to no sequence. */
  private async findSequenceOf(imageId: string, signal?: AbortSignal): Promise<string | null> {
    const key = `mapillary:sequence-of:${imageId}`;
    const kept = await this.options.cache.find(key);
    if (kept !== null) return kept || null;
    const sequenceId = readText(await this.getImage(imageId, 'id,sequence', signal), 'sequence') ?? null;
    await this.options.cache.keep(key, sequenceId ?? '', this.options.collectionTtlSeconds ?? TTL_SECONDS);
    return sequenceId;
  }

  private async getImage(
    id: string,
    fields: string,
    signal?: AbortSignal,
  ): ReturnType<MapillaryApi['getImage']> {
    try {
      return await this.api.getImage(id, fields, signal);
    } catch (error) {
      if (error instanceof RefusedError && error.code === NOT_FOUND) {
        throw new RefusedError(NOT_FOUND, `Mapillary has no image ${id}, or does not show it.`, {
          cause: error,
        });
      }
      throw error;
    }
  }

  private async findImages(ids: readonly string[], signal?: AbortSignal): Promise<Map<string, MediaImage>> {
    const raw = await this.api.findImages(ids, IMAGE_FIELDS, signal);
    return new Map(
      [...raw].flatMap(([id, entity]): [string, MediaImage][] => {
        const image = toMediaImage(entity, this.webUrl);
        return image ? [[id, image]] : [];
      }),
    );
  }

  private async withPlaces(images: readonly MediaImage[], signal?: AbortSignal): Promise<MediaImage[]> {
    const places = await this.options.geocoder.findPlaces(
      images.map(({ location }) => location),
      signal,
    );
    return images.map((image, index) => ({ ...image, location: { ...image.location, ...places[index] } }));
  }
}

/** Ids are numbers of any length. */
const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : Number(a > b));

const byCapture = (a: MediaImage, b: MediaImage): number =>
  Date.parse(a.dates.taken) - Date.parse(b.dates.taken) || compareIds(a.id, b.id);

const nothingThere = (id: string): RefusedError =>
  new RefusedError(NOT_FOUND, `Mapillary has no sequence “${id}”, or shows none of its images.`);
