import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createImageSources, downloadFile, OutboundAgents } from '#app/image-sources';
import type { FileLink, ImageSource } from '#app/protocol';
import { Agent } from 'undici';

import { describeImageSource } from '../libs/image-sources/src/image-source-contract.js';
import { PhotoCdn } from './upstreams/cdn/photo-cdn.js';
import { MapillaryGraph } from './upstreams/mapillary/mapillary-graph.js';
import { idOf, SAMPLE_SEQUENCES, type SampleSequence } from './upstreams/mapillary/sample-images.js';

const idsOf = (sequence: SampleSequence): string[] =>
  Array.from({ length: sequence.count }, (_, index) => idOf(sequence, index));

const { demo, single, fiveThousand } = SAMPLE_SEQUENCES;

interface Running {
  cdn: PhotoCdn;
  graph: MapillaryGraph;
  source: ImageSource;
  close: () => Promise<void>;
}

async function start(existing: ReadonlyMap<string, FileLink[]> = new Map()): Promise<Running> {
  const cdn = new PhotoCdn();
  await cdn.start();
  const graph = new MapillaryGraph(cdn);
  const dispatcher = new Agent();
  const { mapillary: source } = createImageSources({
    dispatcher,
    userAgent: 'CuratorTest/1 (https://example.org)',
    existingFiles: { findByProperty: async () => existing },
    cache: { find: async () => null, keep: async () => undefined },
    mapillary: { apiUrl: await graph.start(), token: graph.token },
    geocoding: { url: 'http://127.0.0.1:9/reverse', concurrency: 10 }, // nobody there: places stay unnamed
    delayScale: 0.01,
  });
  if (!source) throw new Error('Mapillary is not offered');
  const close = async (): Promise<void> => {
    await dispatcher.destroy();
    await Promise.all([graph.stop(), cdn.stop()]);
  };
  return { cdn, graph, source, close };
}

describeImageSource('mapillary', async () => {
  const pages = [{ title: 'File:Street.jpg', url: 'https://commons.wikimedia.org/wiki/File:Street.jpg' }];
  const { graph, source, close } = await start(new Map([[idOf(demo, 3), pages]]));
  const gone = idOf(demo, 7);
  graph.gone.add(gone);
  return {
    source,
    inputs: [
      demo.id,
      idOf(demo, 0),
      ` https://www.mapillary.com/app/user/x?pKey=${idOf(demo, 23)}&focus=photo`,
    ],
    collectionId: demo.id,
    imageIds: idsOf(demo).filter((id) => id !== gone),
    missing: { input: 'n0SuchSequence', imageId: gone },
    malformedInput: 'https://www.mapillary.com/app/',
    large: { input: idOf(fiveThousand, 4_999), imageIds: idsOf(fiveThousand) },
    existing: { imageId: idOf(demo, 3), pages },
    close,
  };
});

describe('Mapillary and its CDN', () => {
  let at: Running;
  let folder: string;
  let agents: OutboundAgents;

  beforeAll(async () => {
    at = await start();
    agents = new OutboundAgents();
    folder = await mkdtemp(join(tmpdir(), 'curator-sources-'));
    at.cdn.photo(idOf(demo, 0)); // the first picture of a process takes seconds to draw
  }, 60_000);

  beforeEach(() => {
    at.graph.log.length = 0;
  });

  afterAll(async () => {
    await agents.close();
    await at.close();
    await rm(folder, { recursive: true });
  });

  const download = async (id: string): ReturnType<typeof downloadFile> => {
    const { downloadUrl } = await at.source.fetchImageMetadata(id, '');
    return downloadFile({
      url: downloadUrl,
      to: join(folder, id),
      allowedHosts: [at.cdn.host],
      maxBytes: 10_000_000,
      agents,
    });
  };

  it('brings a photograph to disk as it is', async () => {
    const id = idOf(demo, 0);
    const photo = at.cdn.photo(id);
    const sha1 = createHash('sha1').update(photo).digest('hex');
    expect(await download(id)).toEqual({ sha1, size: photo.length, mime: 'image/jpeg', extension: 'jpg' });
    expect((await readFile(join(folder, id))).equals(photo)).toBe(true);
  });

  it('tells an address that has run out from a file that breaks off', async () => {
    const id = idOf(demo, 1);
    at.cdn.urlLifetimeSeconds = -10;
    await expect(download(id)).rejects.toMatchObject({ code: 'download-expired' });
    at.cdn.urlLifetimeSeconds = 3_600;
    at.cdn.faults.add({ truncateAfter: 100_000 });
    await expect(download(id)).rejects.toMatchObject({ code: 'download-truncated' });
    expect(await download(id)).toMatchObject({ mime: 'image/jpeg' });
  });

  it('opens a sequence of one image', async () => {
    const collection = await at.source.fetchCollection(single.id);
    expect(collection).toMatchObject({ id: single.id, creator: { username: 'élan vélo' } });
    expect(collection?.images).toHaveLength(1);
  });

  it('needs two requests for a small sequence and never asks for more than 50 images at once', async () => {
    await at.source.fetchCollection(demo.id);
    expect(at.graph.log.map(({ action }) => action)).toEqual(['image_ids', 'ids']);
    await at.source.fetchCollectionIds(fiveThousand.id);
    expect(at.graph.log.filter(({ status }) => status !== 200)).toEqual([]);
    expect(at.graph.log).toHaveLength(2 + 1 + 100);
  });

  it('gets everything although Mapillary wants less at once', async () => {
    at.graph.refuseData(1);
    at.graph.mostIdsAtOnce = 6;
    const images = await at.source.fetchImagesBatch(idsOf(demo), demo.id);
    expect(images.map(({ id }) => id)).toEqual(idsOf(demo));
    at.graph.mostIdsAtOnce = 50;
  });

  it('passes on that Mapillary has had enough', async () => {
    at.graph.limitRate();
    await expect(at.source.fetchCollection(demo.id)).rejects.toMatchObject({ code: 'mapillary-rate-limit' });
  });
});
