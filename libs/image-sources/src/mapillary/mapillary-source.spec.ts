import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';

import { RefusedError, TemporaryError, type ExistingFiles, type FileLink } from '#app/protocol';

import { Geocoder } from '../geocoder.js';
import { describeImageSource } from '../image-source-contract.js';
import { aGraphImage, startLocalGraph, type LocalGraph } from '../testing/local-graph.js';
import { sendJson, startLocalServer, type LocalServer } from '../testing/local-server.js';
import { MemoryCache } from '../testing/memory-cache.js';
import { MapillarySource, type MapillarySourceOptions } from './mapillary-source.js';

const SEQUENCE = '7nfcwfvjdtphz7yj6zat6a';
const TOKEN = 'MLY|4223665974375089|d62822dd792b6a823d0794ef26450398';

/** Longer than what a JavaScript number holds. */
const longId = (n: number): string => String(26_774_514_888_880_000n + BigInt(n));

class KnownFiles implements ExistingFiles {
  constructor(private readonly pages: ReadonlyMap<string, FileLink[]>) {}

  findByProperty(property: string, values: readonly string[]): Promise<ReadonlyMap<string, FileLink[]>> {
    return Promise.resolve(
      property === 'P1947' ? new Map([...this.pages].filter(([id]) => values.includes(id))) : new Map(),
    );
  }
}

interface Setting {
  graph: LocalGraph;
  places: LocalServer;
  source: MapillarySource;
  sourceWith: (more: Partial<MapillarySourceOptions>) => MapillarySource;
  close: () => Promise<void>;
}

async function set(pages: ReadonlyMap<string, FileLink[]> = new Map()): Promise<Setting> {
  const graph = await startLocalGraph();
  const places = await startLocalServer((_request, response) =>
    sendJson(response, 200, { address: { town: 'Berlin', country: 'Deutschland', country_code: 'de' } }),
  );
  const dispatcher = new Agent();
  const userAgent = 'CuratorTest/1 (https://example.org)';
  const sourceWith = (more: Partial<MapillarySourceOptions>): MapillarySource => {
    const cache = new MemoryCache();
    return new MapillarySource({
      apiUrl: `${graph.url}/`,
      token: TOKEN,
      dispatcher,
      userAgent,
      delayScale: 0.001,
      geocoder: new Geocoder({ url: `${places.url}/reverse`, dispatcher, userAgent, cache }),
      existingFiles: new KnownFiles(pages),
      cache,
      ...more,
    });
  };
  const close = async (): Promise<void> => {
    await dispatcher.destroy();
    await Promise.all([graph.close(), places.close()]);
  };
  return { graph, places, source: sourceWith({}), sourceWith, close };
}

function addSequence(graph: LocalGraph, sequence: string, ids: readonly string[]): void {
  ids.forEach((id, at) => graph.images.set(id, aGraphImage(id, at, { sequence })));
  graph.sequences.set(sequence, [...ids].reverse());
}

describeImageSource('mapillary', async () => {
  const pages = [{ title: 'File:Street.jpg', url: 'https://commons.wikimedia.org/wiki/File:Street.jpg' }];
  const { graph, source, close } = await set(new Map([['464249047982277', pages]]));
  const imageIds = ['4235112816526838', '464249047982277', longId(1), longId(2)];
  addSequence(graph, SEQUENCE, imageIds);
  graph.sequences.get(SEQUENCE)?.push('135511895288847'); // listed, but gone
  const large = Array.from({ length: 1_203 }, (_, n) => longId(1_000 + n));
  addSequence(graph, 'a-long_drive', large);
  return {
    source,
    inputs: [
      SEQUENCE,
      `  ${SEQUENCE}\n`,
      '464249047982277',
      'https://www.mapillary.com/app/?pKey=464249047982277',
      ` https://www.mapillary.com/app/?lat=1.5&lng=2&z=17&pKey=${longId(2)}&focus=photo `,
      'www.mapillary.com/app/user/street_mapper?pKey=4235112816526838&focus=map',
      'mapillary.com/map/im/4235112816526838',
    ],
    collectionId: SEQUENCE,
    imageIds,
    missing: { input: 'https://www.mapillary.com/app/?pKey=999', imageId: '999' },
    malformedInput: 'https://example.org/?pKey=464249047982277',
    large: { input: `https://www.mapillary.com/app/?pKey=${longId(1_000)}`, imageIds: large },
    existing: { imageId: '464249047982277', pages },
    close,
  };
});

describe('MapillarySource', () => {
  let at: Setting;

  beforeEach(async () => {
    at = await set();
  });

  afterEach(() => at.close());

  const failureOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  it('orders by capture time, and images of the same moment by their number', async () => {
    const moment = { captured_at: 1_563_721_059_027, sequence: SEQUENCE };
    for (const id of ['1000', '999', longId(3)]) at.graph.images.set(id, aGraphImage(id, 0, moment));
    at.graph.images.set('5', aGraphImage('5', 0, { ...moment, captured_at: moment.captured_at + 1 }));
    at.graph.sequences.set(SEQUENCE, ['5', longId(3), '1000', '999']);
    const ordered = ['999', '1000', longId(3), '5'];
    expect((await at.source.fetchCollectionIds(SEQUENCE)).imageIds).toEqual(ordered);
    expect((await at.source.fetchCollection(SEQUENCE))?.images.map(({ id }) => id)).toEqual(ordered);
  });

  it('lists and fetches 5,000 images in requests of 50', async () => {
    const ids = Array.from({ length: 5_000 }, (_, n) => longId(n));
    addSequence(at.graph, SEQUENCE, ids);
    expect(await at.source.fetchCollection(SEQUENCE)).toBeNull();
    expect((await at.source.fetchCollectionIds(SEQUENCE)).imageIds).toEqual(ids);
    expect(at.graph.requests).toHaveLength(1 + 1 + 100);
    expect(await at.source.fetchImagesBatch(ids.slice(0, 200), SEQUENCE)).toHaveLength(200);
    expect(at.graph.requests).toHaveLength(1 + 1 + 100 + 4);
  });

  it('takes an image without a sequence as a collection of its own', async () => {
    at.graph.images.set('42', aGraphImage('42', 0));
    const collection = await at.source.fetchCollection('mapillary.com/app/?pKey=42');
    expect(collection?.id).toBe('42');
    expect(collection?.images.map(({ id }) => id)).toEqual(['42']);
    expect(await at.source.fetchCollectionIds('42')).toEqual({ id: '42', imageIds: ['42'] });
  });

  it('asks for the sequence of an image once', async () => {
    addSequence(at.graph, SEQUENCE, ['42', '43']);
    await at.source.fetchCollection('42');
    await at.source.fetchCollectionIds('42');
    expect(at.graph.requests.filter((target) => target.startsWith('/42'))).toHaveLength(1);
  });

  it('keeps the sequence of an image for as long as it should', async () => {
    addSequence(at.graph, SEQUENCE, ['42']);
    const cache = new MemoryCache();
    await at.sourceWith({ cache, collectionTtlSeconds: 77 }).fetchCollection('42');
    expect([...cache.lifetimes.values()]).toEqual([77]);
  });

  it('leaves out images without a time or a place, in lists and batches alike', async () => {
    addSequence(at.graph, SEQUENCE, ['42', '43', '44']);
    at.graph.images.set('43', { ...aGraphImage('43', 1), geometry: null });
    at.graph.images.set('44', {
      ...aGraphImage('44', 2),
      geometry: null,
      computed_geometry: { type: 'Point', coordinates: [1, 2] },
    });
    expect((await at.source.fetchCollectionIds(SEQUENCE)).imageIds).toEqual(['42', '44']);
    const images = await at.source.fetchImagesBatch(['42', '43', '44'], SEQUENCE);
    expect(images.map(({ id }) => id)).toEqual(['42', '44']);
    expect(images[1]?.location).toMatchObject({ latitude: 2, longitude: 1 });
    expect(await failureOf(at.source.fetchImageMetadata('43', SEQUENCE))).toMatchObject({
      code: 'mapillary-incomplete',
    });
  });

  it('sends its token in the header alone', async () => {
    addSequence(at.graph, SEQUENCE, ['42']);
    await at.source.fetchCollection('42');
    expect([...at.graph.tokens]).toEqual([`OAuth ${TOKEN}`]);
    expect(at.graph.requests.join()).not.toMatch(/MLY|token/);
  });

  it('asks again once, then for fewer images, when the answer would be too large', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => longId(n));
    addSequence(at.graph, SEQUENCE, ids);
    at.graph.mostIds = 13;
    expect(await at.source.fetchImagesBatch(ids, SEQUENCE)).toHaveLength(50);
    const sizes = at.graph.requests.map(
      (target) => decodeURIComponent(target).split('&')[0]?.split(',').length,
    );
    expect(sizes.sort((a = 0, b = 0) => b - a)).toEqual([50, 50, 25, 25, 25, 25, 13, 13, 12, 12]);
  });

  it('finds the images that exist where one that is gone spoils a batch', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => longId(n));
    addSequence(at.graph, SEQUENCE, ids);
    at.graph.images.delete(longId(7));
    at.graph.refusesWholeBatch = true;
    const images = await at.source.fetchImagesBatch(ids, SEQUENCE);
    expect(images.map(({ id }) => id)).toEqual(ids.filter((id) => id !== longId(7)));
  });

  it('reads ids that arrive as numbers without rounding them', async () => {
    const id = longId(7_984);
    at.graph.images.set(id, aGraphImage(id, 0));
    at.graph.faults.push({ status: 200, body: `{"data":[{"id":${id}}]}` });
    expect(await at.source.fetchCollectionIds(SEQUENCE)).toEqual({ id: SEQUENCE, imageIds: [id] });
  });

  it('survives lost connections and passing faults of the server', async () => {
    addSequence(at.graph, SEQUENCE, ['42']);
    at.graph.faults.push(
      { status: 502, body: '<html>Bad gateway</html>', headers: { 'content-type': 'text/html' } },
      { status: 500, body: '{"error":{"message":"An unexpected error","type":"MLYApiException","code":2}}' },
      { status: 200, body: '{"data":[', headers: { 'content-length': '9' } },
    );
    expect((await at.source.fetchCollectionIds(SEQUENCE)).imageIds).toEqual(['42']);
  });

  it('gives up after four tries', async () => {
    at.graph.faults.push(...Array.from({ length: 10 }, () => ({ status: 503, body: '' })));
    const error = await failureOf(at.source.fetchCollection(SEQUENCE));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error).toMatchObject({ code: 'http-503' });
    expect(at.graph.requests).toHaveLength(4);
  });

  it('says when to come back after too many requests, and does not insist', async () => {
    const body = '{"error":{"message":"Application request limit reached","code":4,"is_transient":true}}';
    at.graph.faults.push({ status: 400, body, headers: { 'retry-after': '17' } }, { status: 400, body });
    const error = await failureOf(at.source.fetchCollection(SEQUENCE));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error).toMatchObject({ code: 'mapillary-rate-limit', retryAfterMs: 17_000 });
    expect(await failureOf(at.source.fetchCollectionIds(SEQUENCE))).toMatchObject({ retryAfterMs: 60_000 });
    expect(at.graph.requests).toHaveLength(2);
  });

  it('does not tell its token when Mapillary refuses it', async () => {
    const body = JSON.stringify({ error: { message: `Invalid OAuth 2.0 Access Token ${TOKEN}`, code: 190 } });
    at.graph.faults.push({ status: 400, body });
    const error = await failureOf(at.source.fetchCollection(SEQUENCE));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ code: 'mapillary-token' });
    expect(
      JSON.stringify(error) + String(error) + String(error instanceof Error && error.cause),
    ).not.toContain('MLY');
  });

  it('leaves a collection to batches when Mapillary is slow', async () => {
    addSequence(at.graph, SEQUENCE, ['42']);
    at.graph.latencyMs = 60_000;
    expect(await at.sourceWith({ timeBudgetMs: 50 }).fetchCollection(SEQUENCE)).toBeNull();
  });

  it('stops in the middle of a request when told to', async () => {
    at.graph.latencyMs = 60_000;
    const person = new AbortController();
    const asked = failureOf(at.source.fetchCollectionIds(SEQUENCE, person.signal));
    while (at.graph.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('Socket closed');
    person.abort(reason);
    expect(await asked).toBe(reason);
  });

  it('names places, asking once for what is close together', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => longId(n));
    addSequence(at.graph, SEQUENCE, ids);
    const collection = await at.source.fetchCollection(SEQUENCE);
    expect(collection?.images.every(({ location }) => location.city === 'Berlin')).toBe(true);
    expect(at.places.requests).toHaveLength(2);
  });

  it('gives a collection without place names when there is no geocoder', async () => {
    addSequence(at.graph, SEQUENCE, ['42']);
    await at.places.close();
    const collection = await at.source.fetchCollection(SEQUENCE);
    expect(collection?.images[0]?.location).toEqual({
      latitude: 52.521,
      longitude: 13.401,
      compass_angle: 0,
    });
  });

  it('needs the address of the file for an upload, and gets a new one each time', async () => {
    at.graph.images.set('42', aGraphImage('42', 0, { thumb_original_url: 'https://cdn.example.org/1' }));
    expect((await at.source.fetchImageMetadata('42', SEQUENCE)).downloadUrl).toBe(
      'https://cdn.example.org/1',
    );
    at.graph.images.set('42', aGraphImage('42', 0, { thumb_original_url: undefined }));
    const error = await failureOf(at.source.fetchImageMetadata('42', SEQUENCE));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error).toMatchObject({ code: 'mapillary-no-file' });
  });
});
