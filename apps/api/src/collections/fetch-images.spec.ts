import 'reflect-metadata';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  DomainError,
  RefusedError,
  TemporaryError,
  type Collection,
  type FileLink,
  type ImageSource,
  type MediaImage,
  type ServerMessage,
  type SourceImage,
} from '#app/protocol';
import type { ImageSources } from '../upstreams/image-sources.js';
import { FetchImages } from './fetch-images.js';

const anImage = (id: string): MediaImage => ({
  id,
  title: id,
  dates: { taken: '2024-01-01T00:00:00Z' },
  creator: { id: 'c', username: 'c', profile_url: '' },
  location: { latitude: 0, longitude: 0 },
  existing: [],
  urls: { url: '', original: '', preview: '', thumbnail: '' },
  dimensions: { width: 1, height: 1 },
  camera: { is_pano: false },
});

/** A collection in memory. */
class MemorySource implements ImageSource {
  readonly name = 'mapillary';
  readonly imageLabel = 'Mapillary image';
  readonly isSmall: boolean = true;
  readonly existing: ReadonlyMap<string, FileLink[]> = new Map();
  /** Calls of `fetchImagesBatch` that fail before one succeeds. */
  failures = 0;
  fetchedBatches = 0;

  constructor(
    readonly ids: readonly string[],
    fields: Partial<Pick<MemorySource, 'isSmall' | 'existing' | 'failures'>> = {},
  ) {
    Object.assign(this, fields);
  }

  async fetchCollection(): Promise<Collection | null> {
    if (!this.isSmall) return null;
    const [first] = this.ids;
    if (first === undefined) throw new RefusedError('not-found', 'Nothing there.');
    const images = this.ids.map(anImage);
    return { id: 'canonical', images, creator: anImage(first).creator };
  }

  async fetchCollectionIds(): Promise<{ id: string; imageIds: string[] }> {
    return { id: 'canonical', imageIds: [...this.ids] };
  }

  async fetchImagesBatch(ids: readonly string[]): Promise<MediaImage[]> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new TemporaryError('http-500', 'Busy.');
    }
    this.fetchedBatches += 1;
    return ids.map(anImage);
  }

  async fetchImageMetadata(): Promise<SourceImage> {
    throw new RefusedError('not-found', 'Not asked for.');
  }

  async findRefusals(): Promise<ReadonlyMap<string, RefusedError>> {
    return new Map();
  }

  async fetchExistingPages(): Promise<ReadonlyMap<string, FileLink[]>> {
    return this.existing;
  }
}

class WithoutQueryService extends MemorySource {
  asked = 0;

  override async fetchExistingPages(): Promise<never> {
    this.asked += 1;
    throw new TemporaryError('http-503', 'Down.');
  }
}

const USER = { userid: '7', username: 'Alice', isAdmin: false, isExempt: false };
/** What this service has uploaded, as far as these specs go: nothing, and then nobody is asked about it. */
const NO_UPLOADS = { listFiles: async (): Promise<ReadonlyMap<string, FileLink[]>> => new Map() };
const NO_WIKI = {
  pages: (): Promise<never> => Promise.reject(new DomainError('FORBIDDEN', 'Nobody is signed in.')),
};

const fetchFrom = (sources: ImageSources): FetchImages =>
  new FetchImages(sources, NO_UPLOADS, NO_WIKI, { retryDelayScale: 0 });

const open = (source: ImageSource, signal = new AbortController().signal): AsyncGenerator<ServerMessage> =>
  fetchFrom({ mapillary: source }).execute('typed', 'mapillary', { user: USER, signal });

const collect = async (messages: AsyncIterable<ServerMessage>): Promise<ServerMessage[]> => {
  const all: ServerMessage[] = [];
  for await (const message of messages) all.push(message);
  return all;
};

const typesOf = (messages: ServerMessage[]): string[] => messages.map(({ type }) => type);

const partialIds = (messages: ServerMessage[]): string[] =>
  messages.flatMap((message) =>
    message.type === 'PARTIAL_COLLECTION_IMAGES' ? message.data.images.map(({ id }) => id) : [],
  );

const longIds = (count: number): string[] => Array.from({ length: count }, (_, n) => String(10 ** 12 + n));
const QUERY_SERVICE_DOWN: ServerMessage = {
  type: 'ERROR',
  data: 'Could not check which images are already on Commons.',
};

describe('FetchImages', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('gives a small collection in one message, with the pages that exist', async () => {
    const page = { title: 'File:A.jpg', url: 'https://commons.wikimedia.org/wiki/File:A.jpg' };
    const [a = '', b = ''] = longIds(2);
    const messages = await collect(open(new MemorySource([b, a], { existing: new Map([[a, [page]]]) })));
    expect(messages).toEqual([
      {
        type: 'COLLECTION_IMAGES',
        data: {
          images: { [b]: anImage(b), [a]: { ...anImage(a), existing: [{ url: page.url }] } },
          creator: anImage(a).creator,
          sequence_id: 'canonical',
        },
      },
    ]);
    const [message] = messages;
    expect(message?.type === 'COLLECTION_IMAGES' && Object.keys(message.data.images)).toEqual([b, a]);
  });

  it('keeps the order of ids that an object would sort', async () => {
    const messages = await collect(open(new MemorySource(['30', '7', '4294967296', '12'])));
    expect(typesOf(messages)).toEqual([
      'TRY_BATCH_RETRIEVAL',
      'COLLECTION_IMAGE_IDS',
      'PARTIAL_COLLECTION_IMAGES',
    ]);
    expect(messages[1]).toEqual({ type: 'COLLECTION_IMAGE_IDS', data: ['30', '7', '4294967296', '12'] });
    expect(partialIds(messages)).toEqual(['30', '7', '4294967296', '12']);
  });

  it('lists a large collection first and brings every listed image', async () => {
    const ids = longIds(1_234);
    const messages = await collect(open(new MemorySource(ids, { isSmall: false })));
    expect(typesOf(messages).slice(0, 2)).toEqual(['TRY_BATCH_RETRIEVAL', 'COLLECTION_IMAGE_IDS']);
    expect(messages[1]?.data).toEqual(ids);
    expect(partialIds(messages)).toEqual(ids);
    expect(messages.slice(2)).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ collection: 'typed' }) }),
    );
  });

  it('asks again for a batch that cannot be had now', async () => {
    const ids = longIds(250);
    const messages = await collect(open(new MemorySource(ids, { isSmall: false, failures: 7 })));
    expect(partialIds(messages)).toEqual(ids);
    expect(typesOf(messages)).not.toContain('ERROR');
  });

  it('tells once, after the images, that the query service is down, and stops asking it', async () => {
    const small = await collect(open(new WithoutQueryService(longIds(3))));
    expect(typesOf(small)).toEqual(['COLLECTION_IMAGES', 'ERROR']);
    expect(small.at(-1)).toEqual(QUERY_SERVICE_DOWN);
    const source = new WithoutQueryService(longIds(2_000), { isSmall: false });
    const large = await collect(open(source));
    expect(typesOf(large).filter((type) => type === 'ERROR')).toHaveLength(1);
    expect(large.at(-1)).toEqual(QUERY_SERVICE_DOWN);
    expect(partialIds(large)).toHaveLength(2_000);
    expect(source.asked).toBeLessThan(10);
  });

  it('stops fetching when nobody wants the images any more', async () => {
    const source = new MemorySource(longIds(5_000), { isSmall: false });
    const wanted = new AbortController();
    let partials = 0;
    for await (const { type } of open(source, wanted.signal)) {
      if (type === 'PARTIAL_COLLECTION_IMAGES') partials += 1;
      if (partials === 2) break;
    }
    wanted.abort();
    const fetched = source.fetchedBatches;
    expect(fetched).toBeLessThan(10);
    await new Promise(setImmediate);
    expect(source.fetchedBatches).toBe(fetched);
  });

  it('passes on what the source refuses, and which sources there are', async () => {
    await expect(collect(open(new MemorySource([])))).rejects.toThrow('Nothing there.');
    const asked = { user: USER, signal: new AbortController().signal };
    await expect(collect(fetchFrom({}).execute('x', 'flickr', asked))).rejects.toThrow(
      'does not offer flickr',
    );
  });
});
