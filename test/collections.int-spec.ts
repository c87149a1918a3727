import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type RunningApi } from './sign-in/running-api.js';
import { LiveClient } from './support/live-client.js';
import { signIn } from './support/sign-in.js';
import {
  idOf,
  photoId,
  SAMPLE_ROLLS,
  SAMPLE_SEQUENCES,
  startUpstreams,
  type Upstreams,
} from './upstreams/index.js';

const { demo, single, thousand, fiveThousand } = SAMPLE_SEQUENCES;
const idsOf = (sequence: Parameters<typeof idOf>[0]): string[] =>
  Array.from({ length: sequence.count }, (_, index) => idOf(sequence, index));

describe('collections', () => {
  let upstreams: Upstreams;
  let api: RunningApi;
  let client: LiveClient;

  beforeAll(async () => {
    upstreams = await startUpstreams();
    api = await startApi(upstreams.environment);
    const { cookie } = await signIn(api.origin, 'Uploader');
    client = await LiveClient.connect(api.origin, { cookie });
  });

  afterEach(() => {
    upstreams.mapillary.faults.clear();
    upstreams.mapillary.gone.clear();
    upstreams.wcqs.faults.clear();
  });

  afterAll(async () => {
    await client.close();
    await api.stop();
    await upstreams.stop();
  });

  const open = (data: string): void => client.send({ type: 'FETCH_IMAGES', data, handler: 'mapillary' });

  /** Everything of a collection that comes in batches. */
  const follow = async (input: string): Promise<{ listed: string[]; arrived: string[] }> => {
    await client.next('TRY_BATCH_RETRIEVAL');
    const { data: listed } = await client.next('COLLECTION_IMAGE_IDS');
    const arrived: string[] = [];
    while (arrived.length < listed.length) {
      const { data } = await client.next('PARTIAL_COLLECTION_IMAGES');
      expect(data.collection).toBe(input);
      arrived.push(...data.images.map(({ id }) => id));
    }
    return { listed, arrived };
  };

  it('of usual size come whole and in the order of capture', async () => {
    open(`  https://www.mapillary.com/app/?pKey=${idOf(demo, 3)}&focus=photo `);
    const { data } = await client.next('COLLECTION_IMAGES');
    expect(Object.keys(data.images)).toEqual(idsOf(demo));
    expect(data.sequence_id).toBe(demo.id);
    expect(data.creator.username).toBe(demo.username);
    expect(Object.values(data.images)[0]).toMatchObject({
      location: { city: 'Berlin', country_code: 'de' },
      existing: [],
      license: 'CC BY-SA 4.0',
    });
  });

  it('of one image are collections', async () => {
    open(single.id);
    expect(Object.keys((await client.next('COLLECTION_IMAGES')).data.images)).toEqual(idsOf(single));
  });

  it('that are large come in batches, all of what is listed and nothing else', async () => {
    const lost = idOf(thousand, 500);
    upstreams.mapillary.gone.add(lost);
    const address = `https://www.mapillary.com/app/?pKey=${idOf(thousand, 0)}`;
    open(address);
    const { listed, arrived } = await follow(address);
    expect(listed).toEqual(idsOf(thousand).filter((id) => id !== lost));
    expect(arrived).toEqual(listed);
  });

  it('arrive whole although the source fails in between', async () => {
    upstreams.mapillary.faults.add({ match: { action: 'ids' }, skip: 25, times: 6, answer: { status: 500 } });
    open(thousand.id);
    const { listed, arrived } = await follow(thousand.id);
    expect(listed).toEqual(idsOf(thousand));
    expect(arrived).toEqual(listed);
  });

  it('are shown although the query service is down, which is told once and last', async () => {
    upstreams.wcqs.faults.add({ times: 0, answer: { status: 503 } });
    open(demo.id);
    const { data } = await client.next('COLLECTION_IMAGES');
    expect(Object.values(data.images).every(({ existing }) => existing.length === 0)).toBe(true);
    expect((await client.next('ERROR')).data).toBe('Could not check which images are already on Commons.');
  });

  it('give way to the one that is opened next', async () => {
    open(fiveThousand.id);
    await client.next('COLLECTION_IMAGE_IDS');
    open(single.id);
    await client.next('COLLECTION_IMAGES');
    const late = client.frames.length;
    open(demo.id);
    await client.next('COLLECTION_IMAGES');
    expect(client.frames.slice(late).map(({ type }) => type)).toEqual(['COLLECTION_IMAGES']);
  });

  it('that do not exist are told in a sentence', async () => {
    for (const unknown of ['cUr8torSeqNobodyKnows1', 'not a collection!']) {
      open(unknown);
      expect((await client.next('ERROR')).data).toMatch(/ .* .*\.$/);
    }
  });

  it('of Flickr come in the same way, with their licences', async () => {
    const openAlbum = ({ owner, album }: (typeof SAMPLE_ROLLS)['harbour' | 'fiveThousand']): void =>
      client.send({
        type: 'FETCH_IMAGES',
        data: `https://www.flickr.com/photos/${owner.alias}/albums/${album}`,
        handler: 'flickr',
      });
    const { harbour, fiveThousand: long } = SAMPLE_ROLLS;
    openAlbum(harbour);
    const { data } = await client.next('COLLECTION_IMAGES');
    const ids = Array.from({ length: harbour.count }, (_, index) => photoId(harbour, index));
    expect(Object.keys(data.images)).toEqual(ids);
    expect(ids.slice(0, 3).map((id) => data.images[id]?.license)).toEqual([
      'CC BY 2.0',
      'CC BY-SA 2.0',
      'CC0 1.0',
    ]);
    const before = upstreams.flickr.log.length;
    openAlbum(long);
    expect(
      (await follow(`https://www.flickr.com/photos/${long.owner.alias}/albums/${long.album}`)).arrived,
    ).toHaveLength(5_000);
    expect(upstreams.flickr.log.length - before).toBeLessThanOrEqual(15);
  });
});
