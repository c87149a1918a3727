import type { Creator, FileLink, ImageSourceName, MediaImage } from './nouns.js';
import type { Statement } from './statements.js';

export interface Collection {
  /** Canonical id; what the person typed may have been a URL. */
  id: string;
  /** In display order: by capture time. `existing` is still empty. */
  images: MediaImage[];
  creator: Creator;
}

export interface CollectionIds {
  id: string;
  imageIds: string[];
}

/** What the worker needs to upload one image: resolved anew at every start, because source addresses expire. */
export interface SourceImage {
  image: MediaImage;
  /** Address of the largest file; valid for a limited time. */
  downloadUrl: string;
  /** Structured data of a new file. @param copyrightOverride leaves out licence and copyright statements */
  statements(copyrightOverride: boolean): Statement[];
}

/**
 * One place that images come from. Adapters own the retries of single requests to their upstream and throw
 * TemporaryError (upstream busy or down) or RefusedError (not found, malformed id, bad key) with a message for a person.
 */
export interface ImageSource {
  readonly name: ImageSourceName;
  /** What edit summaries call one image, followed by its id: `Mapillary image`. */
  readonly imageLabel: string;
  /**
   * The whole collection, or null when it is so large or slow that the caller should list ids and fetch in batches.
   * @param input a collection id or any address of it, as a person typed it
   */
  fetchCollection(input: string, signal?: AbortSignal): Promise<Collection | null>;
  /** Ids in capture order where the upstream tells it cheaply, complete in any case. */
  fetchCollectionIds(input: string, signal?: AbortSignal): Promise<CollectionIds>;
  /** Metadata of these images in the order of `ids`; images that the source no longer has are absent. */
  fetchImagesBatch(ids: readonly string[], input: string, signal?: AbortSignal): Promise<MediaImage[]>;
  /** One image, with the address of its file resolved now. @throws RefusedError when the source no longer has it */
  fetchImageMetadata(id: string, input: string, signal?: AbortSignal): Promise<SourceImage>;
  /** Image id → file pages that already show it; advisory, lags by hours. @throws TemporaryError when it cannot be told */
  fetchExistingPages(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, FileLink[]>>;
}
