import { isStoreAway } from '#app/persistence';
import {
  DomainError,
  RefusedError,
  TemporaryError,
  type FileLink,
  type ImageSource,
  type ImageSourceName,
  type MediaImage,
} from '#app/protocol';
import { mergeFiles, titlesToLookUp, type FilesByImage } from './merge-files.js';

/** Where files of images are known from. */
export interface ExistingFilesOf {
  source: Pick<ImageSource, 'name' | 'hasLocalIds' | 'fetchExistingPages'>;
  /** What this service has uploaded itself. */
  uploads: {
    listFiles(
      handler: ImageSourceName,
      ids: readonly string[],
      collection: string | null,
    ): Promise<FilesByImage>;
  };
  /** The files that titles lead to now, null where there is none; asked only for what the query service has not seen. */
  findFiles: (
    titles: readonly string[],
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, FileLink | null>>;
}

/** Longer than this nobody waits for news about files that were uploaded here. */
const LOOKING_UP_MS = 10_000;

/**
 * Which images of one collection are on Commons already: by the query service, which lags by minutes to hours, and by the
 * record of our own uploads. Advisory: what fails once is asked no more.
 */
export class ExistingPages {
  private readonly failed = new Set<string>();

  constructor(
    private readonly from: ExistingFilesOf,
    private readonly signal: AbortSignal,
    private readonly onFailure: (what: string, error: Error) => void,
  ) {}

  /** Whether some images could not be looked up. */
  get isIncomplete(): boolean {
    return this.failed.has('query service') || this.failed.has('past uploads');
  }

  /** The same images, with the pages that show them. @param collection its id */
  async addTo(images: readonly MediaImage[], collection: string): Promise<MediaImage[]> {
    const ids = images.map(({ id }) => id);
    const pages = await this.find(ids, this.from.source.hasLocalIds ? collection : null);
    return images.map((image) => ({
      ...image,
      existing: (pages.get(image.id) ?? []).map(({ url }) => ({ url })),
    }));
  }

  private async find(ids: readonly string[], collection: string | null): Promise<FilesByImage> {
    if (ids.length === 0) return new Map();
    const { source, uploads, findFiles } = this.from;
    const [known, uploaded] = await Promise.all([
      this.attempt<FilesByImage>('query service', () => source.fetchExistingPages(ids, this.signal)),
      this.attempt<FilesByImage>('past uploads', () => uploads.listFiles(source.name, ids, collection)),
    ]);
    const titles = titlesToLookUp(known, uploaded);
    const current =
      titles.length === 0
        ? new Map<string, FileLink | null>()
        : await this.attempt('wiki', () =>
            findFiles(titles, AbortSignal.any([this.signal, AbortSignal.timeout(LOOKING_UP_MS)])),
          );
    return mergeFiles(known, uploaded, current);
  }

  private async attempt<Found extends ReadonlyMap<string, unknown>>(
    what: string,
    ask: () => Promise<Found>,
  ): Promise<Found | ReadonlyMap<string, never>> {
    if (this.failed.has(what)) return new Map<string, never>();
    try {
      return await ask();
    } catch (error) {
      this.signal.throwIfAborted();
      if (!(error instanceof Error) || !isExpected(error)) throw error;
      this.failed.add(what);
      this.onFailure(what, error);
      return new Map<string, never>();
    }
  }
}

const isExpected = (error: Error): boolean =>
  error instanceof TemporaryError ||
  error instanceof RefusedError ||
  error instanceof DomainError ||
  error.name === 'TimeoutError' ||
  isStoreAway(error);
