import { RefusedError, TemporaryError, type ImageSource, type MediaImage } from '#app/protocol';

/** Which images of one collection are on Commons already. Advisory: once the query service fails it is asked no more. */
export class ExistingPages {
  private failed = false;

  constructor(
    private readonly source: ImageSource,
    private readonly signal: AbortSignal,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /** Whether some images could not be looked up. */
  get isIncomplete(): boolean {
    return this.failed;
  }

  /** The same images, with the pages that show them. */
  async addTo(images: readonly MediaImage[]): Promise<MediaImage[]> {
    const pages = await this.find(images.map(({ id }) => id));
    return images.map((image) => ({
      ...image,
      existing: (pages.get(image.id) ?? []).map(({ url }) => ({ url })),
    }));
  }

  private async find(ids: readonly string[]): ReturnType<ImageSource['fetchExistingPages']> {
    if (this.failed || ids.length === 0) return new Map();
    try {
      return await this.source.fetchExistingPages(ids, this.signal);
    } catch (error) {
      this.signal.throwIfAborted();
      if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
      this.failed = true;
      this.onFailure(error);
      return new Map();
    }
  }
}
