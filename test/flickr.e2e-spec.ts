import { createHash } from 'node:crypto';

import type { MediaImage } from '#app/protocol';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readGolden, renderStatements } from './golden/render-statements.js';
import type { LiveClient } from './support/live-client.js';
import { Stack } from './support/stack.js';
import { anItem, listUploads, watchToTheEnd, type Item } from './support/upload-collection.js';
import type { Statement } from './upstreams/commons/wikibase-values.js';
import type { SamplePhoto } from './upstreams/flickr/sample-photos.js';
import { type Page, photoId, SAMPLE_ROLLS } from './upstreams/index.js';

const { harbour, fiveThousand: coast } = SAMPLE_ROLLS;
const ALBUM = `https://www.flickr.com/photos/${harbour.owner.alias}/albums/${harbour.album}/`;
const FREE = [0, 1, 2, 3, 4, 5];
const NOT_FREE = [6, 7, 8, 9, 10, 11];
/** Its licence is changed after it was chosen. */
const CHANGED = 3;

/** In the order of test/golden/flickr.txt. */
const GOLDEN = [0, 1, 2, 4, 5];
const LESS_IS_KNOWN: Readonly<Record<number, Partial<SamplePhoto>>> = {
  1: { location: { latitude: 59.3294, longitude: 18.0687, accuracy: 16 } },
  2: { granularity: 4, location: { latitude: 59.3301, longitude: 18.0702, accuracy: 11 } },
  4: { granularity: 6, location: { latitude: 59.33, longitude: 18.07, accuracy: 3 } },
  5: { granularity: 8, location: null },
};

describe('an upload from Flickr', () => {
  let stack: Stack;
  let client: LiveClient;
  let images: MediaImage[];
  let items: Item[];
  let acknowledged: readonly { id: string; status: string }[];
  let batchid: number;
  let today: string;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1' },
    });
    const { flickr } = stack.upstreams;
    for (const [index, change] of Object.entries(LESS_IS_KNOWN)) {
      flickr.changes.set(photoId(harbour, Number(index)), change);
    }
    today = new Date().toISOString().slice(0, 10);
    client = await stack.connect();
    client.send({ type: 'FETCH_IMAGES', data: ALBUM, handler: 'flickr' });
    const { data } = await client.next('COLLECTION_IMAGES');
    images = Object.values(data.images).sort((a, b) => Number(a.id) - Number(b.id));
    items = images.map((image, index) =>
      anItem(image, ALBUM, { copyright_override: index === 1 || index === 8 }),
    );
    flickr.licenses.set(photoId(harbour, CHANGED), '2');
    batchid = (await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED')).data;
    const slice = { batchid, sliceid: 0, handler: 'flickr' as const, items };
    acknowledged = (await client.ask({ type: 'UPLOAD_SLICE', data: slice }, 'UPLOAD_SLICE_ACK')).data;
    await watchToTheEnd(client, batchid);
  }, 120_000);

  afterAll(() => stack.stop());

  const at = <T>(list: readonly T[], index: number): T => {
    const found = list[index];
    if (found === undefined) throw new Error(`There is no number ${index}`);
    return found;
  };
  const pageOf = (index: number): Page => {
    const page = stack.upstreams.commons.file(at(items, index).title);
    if (page === null) throw new Error(`Photo ${index} was not published`);
    return page;
  };
  const statementsOf = (index: number): Record<string, Statement[]> =>
    pageOf(index).revisions[0]?.mediaInfo?.statements ?? {};
  const errorsOf = async (): Promise<Map<string | undefined, string | undefined>> => {
    const { uploads } = await listUploads(client, batchid);
    return new Map(uploads.map(({ key, error }) => [key, error?.message]));
  };

  it('asks at start what the licences of Flickr are', () => {
    const { log } = stack.upstreams.flickr;
    expect(log.some(({ action }) => action === 'photos.licenses.getInfo')).toBe(true);
  });

  it('is refused with a reason before anything is queued, where the photo is not free', async () => {
    const status = (index: number): string | undefined =>
      acknowledged.find(({ id }) => id === at(items, index).id)?.status;
    expect(FREE.map(status)).toEqual(FREE.map(() => 'queued'));
    expect(NOT_FREE.map(status)).toEqual(NOT_FREE.map(() => 'failed'));
    const errors = await errorsOf();
    expect(NOT_FREE.map((index) => errors.get(at(items, index).id))).toEqual([
      'flickr-unsafe: This photo is not marked on Flickr as safe for everyone.',
      'flickr-license: This photo is not free: all rights are reserved.',
      'flickr-license: This photo is under CC BY-NC 2.0, which Wikimedia Commons does not accept.',
      expect.stringMatching(/^flickr-license: .*No known copyright restrictions/),
      expect.stringMatching(/^flickr-license: .*Public Domain Mark/),
      "flickr-license: This photo is under a licence that is not known here (Flickr's number 99).",
    ]);
  });

  it('is stopped when the licence is changed after the photo was chosen', async () => {
    const { title, id } = at(items, CHANGED);
    expect(stack.upstreams.commons.file(title)).toBeNull();
    expect((await errorsOf()).get(id)).toBe(
      'flickr-license: This photo is under CC BY-NC 2.0, which Wikimedia Commons does not accept.',
    );
  });

  it('publishes the original, and the largest size where there is none', () => {
    for (const index of FREE.filter((free) => free !== CHANGED)) {
      const sha1 = createHash('sha1')
        .update(stack.upstreams.flickr.picture(at(items, index).id))
        .digest('hex');
      expect(pageOf(index).versions[0]?.sha1).toBe(sha1);
    }
    expect(stack.upstreams.commons.uploads).toHaveLength(FREE.length - 1);
  });

  it('writes what Flickr tells as structured data', async () => {
    const golden = await readGolden('flickr.txt', { flickr: stack.upstreams.flickr.url, today });
    expect([...golden.keys()]).toHaveLength(GOLDEN.length);
    const written = GOLDEN.map((index) => renderStatements(statementsOf(index)));
    expect(written).toEqual([...golden.values()]);
  });

  it('names its creator by the item of Wikidata that tells of the same account', async () => {
    const { upstreams } = stack;
    const item = upstreams.wikidata.addItem('Coast Archive');
    upstreams.wikidata.addClaim(item, 'P3267', coast.owner.nsid);
    const address = `https://www.flickr.com/photos/${coast.owner.alias}/${photoId(coast, 0)}/`;
    const photo = anItem({ id: photoId(coast, 0) }, address);
    const { data: one } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
    const slice = { batchid: one, sliceid: 0, handler: 'flickr' as const, items: [photo] };
    await client.ask({ type: 'UPLOAD_SLICE', data: slice }, 'UPLOAD_SLICE_ACK');
    await watchToTheEnd(client, one);
    const statements = upstreams.commons.file(photo.title)?.revisions[0]?.mediaInfo?.statements;
    expect(renderStatements({ P170: statements?.['P170'] ?? [] })).toEqual([`P170 ${item}`]);
  });

  it('says in its edit summary where the photo is from', () => {
    expect(pageOf(0).revisions.at(-1)?.comment).toMatch(
      new RegExp(`^Uploaded via Curator from Flickr photo ${at(items, 0).id} \\(batch ${batchid}\\) `),
    );
  });

  it('asks the wiki once for the authors it does not trust', () => {
    const { log } = stack.upstreams.commons;
    expect(log.filter(({ action }) => action === 'User:FlickreviewR/bad-authors')).toHaveLength(1);
  });
});
