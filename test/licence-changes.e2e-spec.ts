import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveClient } from './support/live-client.js';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { anItem, listUploads, watchToTheEnd, type Item } from './support/upload-collection.js';
import { waitUntil } from './support/wait-until.js';
import { WikiUserAgent } from './upstreams/commons/testing/wiki-under-test.js';
import { photoId, SAMPLE_ROLLS } from './upstreams/index.js';

const { fiveThousand: coast } = SAMPLE_ROLLS;
const ALBUM = `https://www.flickr.com/photos/${coast.owner.alias}/albums/${coast.album}/`;
const BAD_AUTHORS = 'User:FlickreviewR/bad-authors';
/** One commit at a time, so that what follows has to wait, staged, for its own moment. */
const ONE_AT_A_TIME = { upload: { user: { hits: 1, seconds: 6 } } };

const NOT_FREE = 'flickr-license: This photo is under CC BY-NC 2.0, which Wikimedia Commons does not accept.';
const RESERVED = 'flickr-license: This photo is not free: all rights are reserved.';
const UNSAFE = 'flickr-unsafe: This photo is not marked on Flickr as safe for everyone.';
const BAD_AUTHOR =
  'flickr-bad-author: Wikimedia Commons takes no photos of this Flickr account, because they are known to be often not its own.';

/** Photos that were free when they were accepted. */
describe('a photo that is not free any more', () => {
  let stack: Stack;
  let client: LiveClient;
  let used = 0;

  beforeAll(async () => {
    stack = await Stack.start({
      workers: 0,
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1' },
    });
    stack.upstreams.commons.createUser({ name: 'Reviewer', groups: ['bot'], editCount: 5_000 });
    stack.upstreams.commons.setLimits('Uploader', ONE_AT_A_TIME);
    client = await stack.connect();
  }, 60_000);

  /** Each case has a worker of its own, which remembers nothing. */
  afterEach(async () => {
    await Promise.all(stack.workers.splice(0).map((worker) => worker.stop()));
  });

  afterAll(() => stack.stop());

  const newItems = (count: number): Item[] =>
    Array.from({ length: count }, () => anItem({ id: photoId(coast, used++) }, ALBUM));

  /** A batch that was accepted whole. */
  const accept = async (items: readonly Item[]): Promise<number> => {
    const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
    const slice = { batchid, sliceid: 0, handler: 'flickr' as const, items: [...items] };
    const { data } = await client.ask({ type: 'UPLOAD_SLICE', data: slice }, 'UPLOAD_SLICE_ACK');
    expect(data.map(({ status }) => status)).toEqual(items.map(() => 'queued'));
    return batchid;
  };
  const endingsOf = async (batchid: number, items: readonly Item[]): Promise<(string | undefined)[]> => {
    await watchToTheEnd(client, batchid);
    const { uploads } = await listUploads(client, batchid);
    return items.map(({ id }) => {
      const upload = uploads.find(({ key }) => key === id);
      return upload?.status === 'failed' ? upload.error?.message : upload?.status;
    });
  };
  const sentOf = ({ title }: Item, step: string): number =>
    stack.upstreams.commons.log.filter((entry) => entry.step === step && entry.params['filename'] === title)
      .length;
  const expectUnpublished = (items: readonly Item[]): void => {
    for (const item of items) {
      expect(stack.upstreams.commons.file(item.title)).toBeNull();
      expect(sentOf(item, 'commit') + sentOf(item, 'whole')).toBe(0);
    }
  };
  const areStaged = async (batchid: number, items: readonly Item[]): Promise<boolean> => {
    const rows = await queryRows(
      stack.stores.databaseUrl,
      "SELECT id FROM upload_requests WHERE batchid = ? AND `key` IN (?) AND status = 'queued' AND staged = 1",
      [batchid, items.map(({ id }) => id)],
    );
    return rows.length === items.length;
  };

  it('fails before anything of it is downloaded', async () => {
    const { flickr } = stack.upstreams;
    const [free, notFree, unsafe, gone] = newItems(4) as [Item, Item, Item, Item];
    const batchid = await accept([free, notFree, unsafe, gone]);
    flickr.licenses.set(notFree.id, '2');
    flickr.changes.set(unsafe.id, { safetyLevel: 2 });
    flickr.gone.add(gone.id);
    const before = flickr.log.length;
    await stack.startWorker();
    expect(await endingsOf(batchid, [free, notFree, unsafe, gone])).toEqual([
      'completed',
      NOT_FREE,
      UNSAFE,
      expect.stringMatching(new RegExp(`Flickr has no photo ${gone.id}`)),
    ]);
    expectUnpublished([notFree, unsafe, gone]);
    const files = flickr.log.slice(before).filter(({ action }) => action === 'file');
    expect(files.map(({ path }) => path)).toEqual([expect.stringContaining(`/${free.id}_`)]);
  });

  it('fails although it lies in the stash already, and is not committed', async () => {
    const { flickr, commons } = stack.upstreams;
    const items = newItems(4) as [Item, Item, Item, Item];
    const [first, notFree, unsafe, free] = items;
    const batchid = await accept(items);
    await stack.startWorker();
    await waitUntil('staged uploads', () => areStaged(batchid, [notFree, unsafe, free]));
    expect(sentOf(notFree, 'chunk')).toBe(1);
    flickr.licenses.set(notFree.id, '0');
    flickr.changes.set(unsafe.id, { safetyLevel: 1 });
    expect(await endingsOf(batchid, [first, notFree, unsafe, free])).toEqual([
      'completed',
      RESERVED,
      UNSAFE,
      'completed',
    ]);
    expectUnpublished([notFree, unsafe]);
    expect(commons.file(free.title)).not.toBeNull();
  });

  it('fails when its owner turns out to publish what is not their own', async () => {
    const items = newItems(1);
    const batchid = await accept(items);
    const reviewer = await WikiUserAgent.of(stack.upstreams.commons, 'Reviewer');
    await reviewer.edit({
      title: BAD_AUTHORS,
      text: `# takes pictures from newspapers\n${coast.owner.nsid}`,
    });
    // The list is read again after half a day.
    const redis = new Redis(stack.stores.redisUrl);
    await redis.del('curator:cache:flickr:bad-authors');
    redis.disconnect();
    await stack.startWorker();
    expect(await endingsOf(batchid, items)).toEqual([BAD_AUTHOR]);
    expectUnpublished(items);
  });
});
