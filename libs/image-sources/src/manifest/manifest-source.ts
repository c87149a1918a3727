import {
  RefusedError,
  type Collection,
  type CollectionIds,
  type FileLink,
  type ImageSource,
  type ManifestRow,
  type ManifestRows,
  type MediaImage,
  type SourceImage,
} from '#app/protocol';

import { buildManifestStatements } from './build-manifest-statements.js';
import { completePage } from './complete-page.js';
import { readManifestRow, type ManifestImage } from './read-manifest-row.js';

export interface ManifestSourceOptions {
  rows: ManifestRows;
  /** A larger manifest is not answered in one piece. */
  largeCollection?: number;
}

const MANIFEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NOT_FOUND = 'manifest-not-found';

/** The images of files that people have handed in, by the id of the manifest; in the order of its rows. */
export class ManifestSource implements ImageSource {
  readonly name = 'manifest';
  readonly imageLabel = 'manifest image';
  readonly hasLocalIds = true;

  constructor(private readonly options: ManifestSourceOptions) {}

  async fetchCollection(input: string, signal?: AbortSignal): Promise<Collection | null> {
    const { id, imageIds } = await this.fetchCollectionIds(input, signal);
    if (imageIds.length > (this.options.largeCollection ?? 500)) return null;
    const images = await this.fetchImagesBatch(imageIds, id, signal);
    const [first] = images;
    if (first === undefined) throw nothingThere(id);
    return { id, images, creator: first.creator };
  }

  async fetchCollectionIds(input: string, signal?: AbortSignal): Promise<CollectionIds> {
    signal?.throwIfAborted();
    const id = readManifestId(input);
    const imageIds = await this.options.rows.listKeys(id);
    if (imageIds.length === 0) throw nothingThere(id);
    return { id, imageIds };
  }

  async fetchImagesBatch(ids: readonly string[], input: string, signal?: AbortSignal): Promise<MediaImage[]> {
    signal?.throwIfAborted();
    const rows = await this.options.rows.list(readManifestId(input), ids);
    const byKey = new Map(rows.map((row) => [row.key, row]));
    return ids.flatMap((id) => {
      const row = byKey.get(id);
      return row ? [toMediaImage(row, readManifestRow(row.cells))] : [];
    });
  }

  async fetchImageMetadata(id: string, input: string, signal?: AbortSignal): Promise<SourceImage> {
    signal?.throwIfAborted();
    const manifestId = readManifestId(input);
    const [row] = await this.options.rows.list(manifestId, [id]);
    if (row === undefined) {
      throw new RefusedError(NOT_FOUND, `The manifest ${manifestId} has no image “${id}”.`);
    }
    const image = readManifestRow(row.cells);
    return {
      image: toMediaImage(row, image),
      downloadUrl: image.url,
      statements: (copyrightOverride, isExisting = false) =>
        buildManifestStatements(image, !copyrightOverride && !isExisting),
      completeWikitext: (wikitext, copyrightOverride) =>
        completePage(wikitext, image, {
          language: row.cells.label_language?.trim() ?? '',
          copyrightOverride,
        }),
    };
  }

  /** Every row was read before its manifest was kept, and is read again when it is uploaded. */
  findRefusals(): Promise<ReadonlyMap<string, RefusedError>> {
    return Promise.resolve(new Map());
  }

  /** Nothing on Commons names these images. */
  fetchExistingPages(): Promise<ReadonlyMap<string, FileLink[]>> {
    return Promise.resolve(new Map());
  }
}

function readManifestId(input: string): string {
  const id = input.trim();
  if (MANIFEST_ID.test(id)) return id.toLowerCase();
  throw new RefusedError('manifest-input', `“${id}” is not the id of a manifest.`);
}

const nothingThere = (id: string): RefusedError =>
  new RefusedError(NOT_FOUND, `There is no manifest ${id} here.`);

/** What clients show. Where a row tells no time, it is the time of its manifest; no place is 0, 0 with the accuracy 0. */
const toMediaImage = (row: ManifestRow, image: ManifestImage): MediaImage => ({
  id: row.key,
  title: row.cells.title ?? row.key,
  dates: { taken: image.taken?.at ?? row.storedAt.toISOString() },
  creator: { id: image.author, username: image.author, profile_url: image.authorUrl ?? image.sourceUrl },
  location: { ...(image.location ?? { latitude: 0, longitude: 0, accuracy: 0 }) },
  existing: [],
  urls: { url: image.sourceUrl, original: image.url, preview: image.url, thumbnail: image.url },
  dimensions: { width: 0, height: 0 },
  camera: { is_pano: false },
  ...(image.description !== undefined && { description: image.description }),
  ...(image.license && { license: image.license.name }),
});
