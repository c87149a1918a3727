import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createImageSources, downloadFile } from '#app/image-sources';
import { TemporaryError, type Cache, type CallRate, type FileLink, type ImageSource } from '#app/protocol';
import { Agent } from 'undici';

import { describeImageSource } from '../libs/image-sources/src/image-source-contract.js';
import { FlickrService } from './upstreams/flickr/flickr-service.js';
import { idsOf, photoId, SAMPLE_GALLERY, SAMPLE_ROLLS } from './upstreams/flickr/sample-photos.js';

// Thousands of photos take their time on a machine that has other things to do.
jest.setTimeout(60_000);

const { harbour, fiveThousand, lighthouses } = SAMPLE_ROLLS;
const WEB = 'https://www.flickr.com';
const ALBUM = `${WEB}/photos/harbour_walks/albums/${harbour.album}`;
const LONG_ALBUM = `${WEB}/photos/coast-archive/albums/${fiveThousand.album}`;

interface Running {
  flickr: FlickrService;
  source: ImageSource;
  /** What the operator is told. */
  problems: string[];
  /** Calls by how many may be made in an hour. */
  calls: CallRate[];
  /** Answers of the wiki with the list of bad authors. */
  wiki: { status: number; text: string };
  /** Somebody else's process, with the same shared cache or one of its own. */
  sourceWith: (more: { acceptsReview?: boolean; shortUrl?: string; cache?: Cache }) => ImageSource;
  close: () => Promise<void>;
}

const inMemory = (): Cache => {
  const kept = new Map<string, string>();
  return {
    find: async (key) => kept.get(key) ?? null,
    keep: async (key, value) => void kept.set(key, value),
  };
};

async function startWiki(answer: Running['wiki']): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'text/x-wiki; charset=UTF-8' }).end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/w/index.php` };
}

async function start(existing: ReadonlyMap<string, FileLink[]> = new Map()): Promise<Running> {
  const flickr = new FlickrService();
  await flickr.start();
  const wiki = { status: 200, text: '# nobody yet\n' };
  const { server, url: badAuthorsUrl } = await startWiki(wiki);
  const dispatcher = new Agent();
  const problems: string[] = [];
  const calls: CallRate[] = [];
  const cache = inMemory();
  const sourceWith: Running['sourceWith'] = (more) => {
    const { flickr: source } = createImageSources({
      dispatcher,
      userAgent: 'CuratorTest/1 (https://example.org)',
      existingFiles: {
        findByProperty: async (property) => (property === 'P12120' ? existing : new Map()),
      },
      cache: more.cache ?? cache,
      flickr: {
        apiUrl: flickr.apiUrl,
        key: flickr.key,
        shortUrl: more.shortUrl ?? flickr.url,
        rate: { take: async (rate) => void calls.push(rate) },
        acceptsReview: more.acceptsReview ?? false,
        badAuthorsUrl,
      },
      geocoding: { url: 'http://127.0.0.1:9/reverse', concurrency: 10 }, // nobody there: places stay unnamed
      delayScale: 0.001,
      onProblem: (problem) => problems.push(problem.message),
    });
    if (!source) throw new Error('Flickr is not offered');
    return source;
  };
  const close = async (): Promise<void> => {
    await dispatcher.destroy();
    server.closeAllConnections();
    await Promise.all([flickr.stop(), new Promise((resolve) => server.close(resolve))]);
  };
  return { flickr, source: sourceWith({}), problems, calls, wiki, sourceWith, close };
}

describeImageSource('flickr', async () => {
  const pages = [{ title: 'File:Quay.jpg', url: 'https://commons.wikimedia.org/wiki/File:Quay.jpg' }];
  const { flickr, source, close } = await start(new Map([[photoId(harbour, 3), pages]]));
  const gone = photoId(harbour, 7);
  flickr.gone.add(gone);
  return {
    source,
    inputs: [
      ALBUM,
      `  ${WEB}/photos/${harbour.owner.nsid}/albums/${harbour.album}/ \n`,
      `flickr.com/photos/Harbour_Walks/sets/${harbour.album}/page2`,
      `${WEB}//photos/harbour_walks/albums/${harbour.album}/with/${photoId(harbour, 2)}`,
      'https://flic.kr/s/aHBqjAharb',
    ],
    collectionId: `${WEB}/photos/${harbour.owner.nsid}/albums/${harbour.album}/`,
    imageIds: idsOf(harbour).filter((id) => id !== gone),
    missing: { input: `${WEB}/photos/harbour_walks/albums/1`, imageId: gone },
    malformedInput: `${WEB}/explore`,
    large: { input: LONG_ALBUM, imageIds: idsOf(fiveThousand) },
    existing: { imageId: photoId(harbour, 3), pages },
    close,
  };
});

describe('Flickr', () => {
  let at: Running;

  beforeAll(async () => {
    at = await start();
  });

  afterEach(() => {
    at.flickr.faults.clear();
    at.flickr.gone.clear();
    at.flickr.licenses.clear();
    Object.assign(at.wiki, { status: 200, text: '# nobody yet\n' });
  });

  afterAll(() => at.close());

  /** What was asked while this was done. */
  const methodsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = at.flickr.log.length;
    await work();
    return at.flickr.log.slice(before).map(({ action }) => action);
  };
  /** A process that remembers nothing. */
  const fresh = (more: Parameters<Running['sourceWith']>[0] = {}): ImageSource =>
    at.sourceWith({ cache: inMemory(), ...more });
  const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
  const listed = async (input: string): Promise<Set<string>> =>
    new Set((await fresh().fetchCollectionIds(input)).imageIds);

  it('opens an album of 5,000 photos within 15 calls, whatever is looked at afterwards', async () => {
    const source = fresh();
    const methods = await methodsOf(async () => {
      expect(await source.fetchCollection(LONG_ALBUM)).toBeNull();
      const { imageIds } = await source.fetchCollectionIds(LONG_ALBUM);
      expect(imageIds).toEqual(idsOf(fiveThousand));
      for (let from = 0; from < imageIds.length; from += 100) {
        const ids = imageIds.slice(from, from + 100);
        expect(await source.fetchImagesBatch(ids, LONG_ALBUM)).toHaveLength(100);
      }
      expect(await source.findRefusals(imageIds)).toEqual(new Map());
    });
    expect(methods.length).toBeLessThanOrEqual(15);
    expect(new Set(methods)).toEqual(
      new Set(['urls.lookupUser', 'photosets.getPhotos', 'photos.licenses.getInfo']),
    );
  });

  it('goes beyond what a search answers, each photo once', async () => {
    const methods = await methodsOf(async () => {
      const { id, imageIds } = await fresh().fetchCollectionIds('https://flickr.com/photos/tags/Lighthouse/');
      expect(id).toBe(`${WEB}/photos/tags/lighthouse/`);
      expect(imageIds).toEqual(idsOf(lighthouses));
    });
    // 18 pages, and a window's first page for each time the cap was reached.
    expect(methods.length).toBeLessThanOrEqual(22);
    expect(new Set(methods)).toEqual(new Set(['photos.search']));
  });

  it('finds the whole pool of a large group', async () => {
    expect(await listed(`${WEB}/groups/lighthouses/pool/`)).toEqual(new Set(idsOf(lighthouses)));
  });

  it('opens people, galleries, groups and short links', async () => {
    const safe = idsOf(harbour).filter((_, index) => index !== 6);
    expect(await listed(`${WEB}/photos/harbour_walks/`)).toEqual(new Set(safe));
    expect(await listed(harbour.owner.nsid)).toEqual(new Set(safe));
    expect(await listed('https://flic.kr/ps/ZHaRb')).toEqual(new Set(safe));
    const gallery = new Set(idsOf(harbour).slice(0, SAMPLE_GALLERY.count));
    expect(await listed(`${WEB}/photos/harbour_walks/galleries/${SAMPLE_GALLERY.id}`)).toEqual(gallery);
    expect(await listed('https://flic.kr/y/2Xha4rb')).toEqual(gallery);
    expect(await listed(`${WEB}/groups/small-harbours`)).toEqual(new Set(idsOf(harbour)));
  });

  it('opens a single photo under an address of its own', async () => {
    const id = photoId(harbour, 0);
    const page = `${WEB}/photos/harbour_walks/${id}/`;
    for (const input of [id, page, `https://live.staticflickr.com/65535/${id}_0123456789_b.jpg`]) {
      const collection = await fresh().fetchCollection(input);
      expect(collection).toMatchObject({ id: page, images: [{ id, urls: { url: page } }] });
      expect(await fresh().fetchCollectionIds(input)).toEqual({ id: page, imageIds: [id] });
    }
  });

  it('tells the same of a photo, whether it was listed or asked for by itself', async () => {
    const fromList = (await fresh().fetchCollection(ALBUM))?.images ?? [];
    const ids = fromList.map(({ id }) => id);
    expect(await fresh().fetchImagesBatch(ids, ALBUM)).toEqual(fromList);
    expect(fromList[0]).toMatchObject({
      title: `Quay no. 1 & boats (${ids[0]}).jpg`,
      license: 'CC BY 2.0',
      description: 'Walk 1: quay & boats',
      tags: ['harbour', 'boats'],
      creator: { id: harbour.owner.nsid, profile_url: `${WEB}/people/harbour_walks/` },
      dimensions: { width: 2560, height: 1920 },
    });
    expect(fromList[3]?.location).toEqual({ latitude: 0, longitude: 0, accuracy: 0 });
  });

  it('follows short links to Flickr only', async () => {
    for (const link of ['https://flic.kr/s/away', 'https://flic.kr/s/inside']) {
      expect(await failureOf(fresh().fetchCollection(link))).toMatchObject({
        code: 'flickr-link',
        message: 'This short link leads away from Flickr.',
      });
    }
    expect(await failureOf(fresh().fetchCollection('https://flic.kr/s/nothing'))).toMatchObject({
      code: 'flickr-link',
    });
  });

  it('resolves a short link once', async () => {
    const source = fresh();
    const methods = await methodsOf(async () => {
      await source.fetchCollection('https://flic.kr/s/aHBqjAharb');
      await source.fetchCollection('https://flic.kr/s/aHBqjAharb');
    });
    expect(methods.filter((method) => method === 'link')).toHaveLength(1);
  });

  it('repeats what is not available at the moment, and no more often than it makes sense', async () => {
    at.flickr.failNext(3);
    expect((await fresh().fetchCollection(ALBUM))?.images).toHaveLength(12);
    at.flickr.failNext(50);
    const error = await failureOf(fresh().fetchCollection(ALBUM));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error).toMatchObject({ code: 'flickr-unavailable' });
  });

  it('counts every call, retries too, and leaves room for people', async () => {
    at.calls.length = 0;
    at.flickr.failNext(1);
    await fresh().fetchCollection(ALBUM);
    expect(at.calls).toEqual(
      Array.from({ length: 3 }, () => ({ key: 'flickr', calls: 3_600, seconds: 3_600 })),
    );
    at.calls.length = 0;
    await at.source.fetchImageMetadata(photoId(harbour, 0), ALBUM);
    expect(at.calls.slice(0, 2)).toEqual(
      Array.from({ length: 2 }, () => ({ key: 'flickr', calls: 3_000, seconds: 3_600 })),
    );
  });

  it('keeps its key out of what it says', async () => {
    const wrong = 'https://flickr.com/photos/nobody-here/';
    const error = await failureOf(fresh().fetchCollection(wrong));
    expect(error).toMatchObject({
      code: 'flickr-not-found',
      message: 'Flickr knows nobody by the name “nobody-here”.',
    });
    expect(JSON.stringify([error, String(error)])).not.toContain(at.flickr.key);
  });

  const refusalsOf = async (source: ImageSource): Promise<Record<string, string>> =>
    Object.fromEntries(
      [...(await source.findRefusals(idsOf(harbour)))].map(([id, { code }]) => [
        idsOf(harbour).indexOf(id),
        code,
      ]),
    );

  it('refuses what is not free at selection, with and without a list at hand', async () => {
    const expected = {
      6: 'flickr-unsafe',
      7: 'flickr-license',
      8: 'flickr-license',
      9: 'flickr-license',
      10: 'flickr-license',
      11: 'flickr-license',
    };
    const source = fresh();
    await source.fetchCollection(ALBUM);
    expect(await methodsOf(async () => expect(await refusalsOf(source)).toEqual(expected))).toEqual([
      'photos.licenses.getInfo',
    ]);
    expect(await refusalsOf(fresh())).toEqual(expected);
    expect(await refusalsOf(fresh({ acceptsReview: true }))).toEqual({
      6: 'flickr-unsafe',
      7: 'flickr-license',
      8: 'flickr-license',
      11: 'flickr-license',
    });
  });

  it('refuses again when the photo is uploaded, by what Flickr says then', async () => {
    const id = photoId(harbour, 0);
    await at.source.fetchCollection(ALBUM);
    expect(await at.source.findRefusals([id])).toEqual(new Map());
    at.flickr.licenses.set(id, '2');
    expect(await failureOf(at.source.fetchImageMetadata(id, ALBUM))).toMatchObject({
      code: 'flickr-license',
      message: 'This photo is under CC BY-NC 2.0, which Wikimedia Commons does not accept.',
    });
    at.flickr.licenses.set(id, '5');
    const found = await at.source.fetchImageMetadata(id, ALBUM);
    expect(found.image.license).toBe('CC BY-SA 2.0');
    expect(JSON.stringify(found.statements(false))).toContain('Q19068220');
    at.flickr.gone.add(id);
    expect(await failureOf(at.source.fetchImageMetadata(id, ALBUM))).toMatchObject({
      code: 'flickr-not-found',
    });
  });

  it('refuses what Flickr no longer lists as it was known, and tells the operator at start', async () => {
    const listedBefore = at.flickr.listedLicenses;
    at.flickr.listedLicenses = listedBefore.map(({ id, name, url }) => ({
      id: id === 4 ? 40 : id,
      name,
      url,
    }));
    at.problems.length = 0;
    const source = fresh();
    expect(await methodsOf(async () => source.checkUpstream?.())).toEqual(['photos.licenses.getInfo']);
    expect(at.problems).toEqual([expect.stringContaining('not as expected: 4')]);
    expect(await failureOf(source.fetchImageMetadata(photoId(harbour, 0), ALBUM))).toMatchObject({
      code: 'flickr-license',
    });
    at.flickr.listedLicenses = listedBefore;
  });

  it('starts although Flickr is away, and decides nothing without its list of licences', async () => {
    at.problems.length = 0;
    at.flickr.faults.add({ times: 0, match: { action: 'photos.licenses.getInfo' }, answer: { status: 503 } });
    const source = fresh();
    await source.checkUpstream?.();
    expect(at.problems).toHaveLength(1);
    const error = await failureOf(source.fetchImageMetadata(photoId(harbour, 0), ALBUM));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(await source.findRefusals([photoId(harbour, 0)])).toEqual(new Map());
    at.flickr.faults.clear();
    expect((await source.fetchImageMetadata(photoId(harbour, 0), ALBUM)).image.license).toBe('CC BY 2.0');
  });

  it.each(['71000001@n03', 'Harbour_Walks'])(
    'refuses authors that the wiki lists, here as %s',
    async (name) => {
      at.wiki.text = `# people who take what is not theirs\n12345@N01 ${name}\n\tsomebody_else`;
      const id = photoId(harbour, 0);
      expect(await failureOf(fresh().fetchImageMetadata(id, ALBUM))).toMatchObject({
        code: 'flickr-bad-author',
      });
      expect((await fresh().findRefusals([id])).get(id)).toMatchObject({ code: 'flickr-bad-author' });
      expect((await fresh().findRefusals([photoId(fiveThousand, 0)])).size).toBe(0);
    },
  );

  it('trusts nobody while the list of bad authors cannot be read, and everybody where there is none', async () => {
    const id = photoId(harbour, 0);
    at.wiki.status = 503;
    expect(await failureOf(fresh().fetchImageMetadata(id, ALBUM))).toBeInstanceOf(TemporaryError);
    at.wiki.status = 404;
    expect((await fresh().fetchImageMetadata(id, ALBUM)).image.id).toBe(id);
  });

  it('brings the original to disk, or the largest size there is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'curator-flickr-'));
    try {
      for (const [index, size] of [
        [0, /_o\.jpg$/],
        [5, /_k\.jpg$/],
      ] as const) {
        const id = photoId(fiveThousand, index);
        const { downloadUrl } = await at.source.fetchImageMetadata(id, LONG_ALBUM);
        expect(downloadUrl).toMatch(size);
        const picture = at.flickr.picture(id);
        const to = join(folder, id);
        const file = await downloadFile({
          url: downloadUrl,
          to,
          allowedHosts: [at.flickr.host],
          maxBytes: 1e7,
        });
        const sha1 = createHash('sha1').update(picture).digest('hex');
        expect(file).toEqual({ sha1, size: picture.length, mime: 'image/jpeg', extension: 'jpg' });
        expect((await readFile(to)).equals(picture)).toBe(true);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
