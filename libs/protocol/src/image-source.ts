import type { RefusedError } from './failures.js';
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
  /**
   * Structured data of the file.
   * @param copyrightOverride leaves out licence and copyright statements
   * @param isExisting for a file that Commons has had already: only what is true of every copy of the image
   */
  statements(copyrightOverride: boolean, isExisting?: boolean): Statement[];
  /** The text of a new file's page with what files of this source have to have on it. Absent: nothing is added. */
  completeWikitext?(wikitext: string, copyrightOverride: boolean): string;
}

/**
 * One place that images come from. Adapters own the retries of single requests to their upstream and throw
 * TemporaryError (upstream busy or down) or RefusedError (not found, malformed id, bad key) with a message for a person.
 */
export interface ImageSource {
  readonly name: ImageSourceName;
  /** What edit summaries call one image, followed by its id: `Mapillary image`. */
  readonly imageLabel: string;
  /** Ids of images mean something within their collection only; elsewhere the same id is another image. */
  readonly hasLocalIds?: boolean;
  /**
   * The whole collection, or null when it is so large or slow that the caller should list ids and fetch in batches.
   * @param input a collection id or any address of it, as a person typed it
   */
  fetchCollection(input: string, signal?: AbortSignal): Promise<Collection | null>;
  /** Ids in capture order where the upstream tells it cheaply, complete in any case. */
  fetchCollectionIds(input: string, signal?: AbortSignal): Promise<CollectionIds>;
  /** Metadata of these images in the order of `ids`; images that the source no longer has are absent. */
  fetchImagesBatch(ids: readonly string[], input: string, signal?: AbortSignal): Promise<MediaImage[]>;
  /**
   * One image as it is now, with the address of its file.
   * @throws RefusedError when the source no longer has it, or it may not be uploaded (any more)
   */
  fetchImageMetadata(id: string, input: string, signal?: AbortSignal): Promise<SourceImage>;
  /** Why some of these images may not be uploaded; those that may, and those that cannot be told about now, are absent. */
  findRefusals(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, RefusedError>>;
  /** At start: checks what is taken for granted about the upstream. What is not as it should be is told to the operator. */
  checkUpstream?(): Promise<void>;
  /** Image id → file pages that already show it; advisory, lags by hours. @throws TemporaryError when it cannot be told */
  fetchExistingPages(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, FileLink[]>>;
}
