import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  DomainError,
  TemporaryError,
  type Collection,
  type ImageSource,
  type ImageSourceName,
  type MediaImage,
  type ServerMessage,
} from '#app/protocol';
import { UploadLedger } from '#app/persistence';
import { ApiConfig } from '../api.config.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { IMAGE_SOURCES, type ImageSources } from '../upstreams/image-sources.js';
import { PersonClients } from '../upstreams/person-clients.js';
import { ExistingPages } from './existing-pages.js';
import { findFiles } from './find-files.js';
import { inOrderAhead } from './in-order-ahead.js';
import { keepsOrder } from './keeps-order.js';

const BATCH_SIZE = 100;
/** Batches that are fetched while an earlier one is on its way to the client. */
const BATCHES_AHEAD = 3;
const RETRY_DELAYS_MS = [2_000, 5_000, 10_000, 20_000];
const LAST_DELAY_MS = 30_000;
const MAX_TRIES = 20;

const EXISTING_UNKNOWN: ServerMessage = {
  type: 'ERROR',
  data: 'Could not check which images are already on Commons.',
};

/** Opens a collection for a person to look at. */
@Injectable()
export class FetchImages {
  private readonly logger = new Logger(FetchImages.name);

  constructor(
    @Inject(IMAGE_SOURCES) private readonly sources: ImageSources,
    @Inject(UploadLedger) private readonly uploads: Pick<UploadLedger, 'listFiles'>,
    @Inject(PersonClients) private readonly clients: Pick<PersonClients, 'pages'>,
    @Inject(ApiConfig) private readonly config: Pick<ApiConfig, 'retryDelayScale'>,
  ) {}

  /**
   * What to tell the client, in order.
   * @param input a collection id or an address of it, as typed
   * @throws RefusedError | TemporaryError with a sentence for the person @throws DomainError NOT_CONFIGURED
   */
  async *execute(
    input: string,
    handler: ImageSourceName,
    { user, signal }: { user: SignedInUser; signal: AbortSignal },
  ): AsyncGenerator<ServerMessage, void, undefined> {
    const source = this.sources[handler];
    if (source === undefined) {
      throw new DomainError('NOT_CONFIGURED', `This server does not offer ${handler}.`);
    }
    const existing = new ExistingPages(
      {
        source,
        uploads: this.uploads,
        findFiles: async (titles, until) => findFiles(await this.clients.pages(user), titles, until),
      },
      signal,
      (what, error) => {
        this.logger.warn(`Could not look up existing pages of ${handler} (${what}): ${error.message}`);
      },
    );
    const collection = await source.fetchCollection(input, signal);
    if (collection !== null && keepsOrder(collection.images.map(({ id }) => id))) {
      yield await this.whole(collection, existing);
    } else {
      yield {
        type: 'TRY_BATCH_RETRIEVAL',
        data: 'This is a large collection: its images arrive in batches.',
      };
      if (collection !== null) yield* this.keptOrder(input, collection, existing);
      else yield* this.inBatches(input, source, existing, signal);
    }
    if (existing.isIncomplete) yield EXISTING_UNKNOWN;
  }

  private async whole({ id, images, creator }: Collection, existing: ExistingPages): Promise<ServerMessage> {
    const known = await existing.addTo(images, id);
    return {
      type: 'COLLECTION_IMAGES',
      data: {
        images: Object.fromEntries(known.map((image) => [image.id, image])),
        creator,
        sequence_id: id,
      },
    };
  }

  /** A collection that is at hand, but whose ids an object would put into another order: lists keep theirs. */
  private async *keptOrder(
    input: string,
    { id: collection, images }: Collection,
    existing: ExistingPages,
  ): AsyncGenerator<ServerMessage, void, undefined> {
    yield { type: 'COLLECTION_IMAGE_IDS', data: images.map(({ id }) => id) };
    for (let start = 0; start < images.length; start += BATCH_SIZE) {
      const batch = await existing.addTo(images.slice(start, start + BATCH_SIZE), collection);
      yield { type: 'PARTIAL_COLLECTION_IMAGES', data: { images: batch, collection: input } };
    }
  }

  /**
   * The ids first, then the images as they come. A client waits for every id it was told, and nothing ends its waiting
   * early: so the source lists only what it still has, and a batch that cannot be had now is asked for again.
   */
  private async *inBatches(
    input: string,
    source: ImageSource,
    existing: ExistingPages,
    signal: AbortSignal,
  ): AsyncGenerator<ServerMessage, void, undefined> {
    const { id: collection, imageIds } = await source.fetchCollectionIds(input, signal);
    yield { type: 'COLLECTION_IMAGE_IDS', data: imageIds };
    const batches: string[][] = [];
    for (let start = 0; start < imageIds.length; start += BATCH_SIZE) {
      batches.push(imageIds.slice(start, start + BATCH_SIZE));
    }
    const fetched = inOrderAhead(batches, BATCHES_AHEAD, async (ids) =>
      existing.addTo(await this.fetchBatch(ids, input, source, signal), collection),
    );
    let missing = imageIds.length;
    for await (const images of fetched) {
      missing -= images.length;
      yield { type: 'PARTIAL_COLLECTION_IMAGES', data: { images, collection: input } };
    }
    if (missing > 0) {
      yield {
        type: 'ERROR',
        data: `${missing} images were removed from the source meanwhile. Please open the collection again.`,
      };
    }
  }

  private async fetchBatch(
    ids: readonly string[],
    input: string,
    source: ImageSource,
    signal: AbortSignal,
  ): Promise<MediaImage[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await source.fetchImagesBatch(ids, input, signal);
      } catch (error) {
        if (!(error instanceof TemporaryError) || tries >= MAX_TRIES) throw error;
        this.logger.warn(`A batch of ${source.name} images is late: ${error.message}`);
        const delay = (RETRY_DELAYS_MS[tries - 1] ?? LAST_DELAY_MS) * this.config.retryDelayScale;
        await wait(Math.max(delay, error.retryAfterMs ?? 0), undefined, { signal });
      }
    }
  }
}
