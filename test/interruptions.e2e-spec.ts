import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppProcess } from './support/app-process.js';
import type { LiveClient } from './support/live-client.js';
import { Stack } from './support/stack.js';
import { createBatch, listUploads, watchToTheEnd, type Item } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';
import type { CommonsWiki } from './upstreams/index.js';

const LATENCY_MS = 60;

describe('interruptions', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let client: LiveClient;
  let uploads: UploadsInTurn;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: {
        RETRY_DELAY_SCALE: '0.01',
        RECONCILE_INTERVAL_SECONDS: '1',
        UPLOAD_LEASE_SECONDS: '2',
      },
    });
    commons = stack.upstreams.commons;
    client = await stack.connect();
    uploads = new UploadsInTurn(stack, client);
  }, 60_000);

  afterEach(() => {
    commons.faults.clear();
    commons.latencyMs = 0;
  });

  afterAll(async () => {
    await stack.stop();
  });

  const newestWorker = (): AppProcess => stack.workers.at(-1) ?? stack.worker;
  const sendSlice = (as: LiveClient, batchid: number, items: Item[]) =>
    as.ask({ type: 'UPLOAD_SLICE', data: { batchid, sliceid: 0, handler: 'mapillary', items } }, [
      'UPLOAD_SLICE_ACK',
      'ERROR',
    ]);

  /** A batch of 16 of which some are done and some are not. */
  const startBatch = async (): Promise<{ batchid: number; items: Item[] }> => {
    commons.latencyMs = LATENCY_MS;
    const items = uploads.newItems(16);
    const batchid = await createBatch(client, items);
    await waitUntil(
      'some uploads',
      () => items.filter((item) => uploads.publishedTimes(item) > 0).length >= 3,
    );
    return { batchid, items };
  };

  const expectAllDoneOnce = async (batchid: number, items: readonly Item[]): Promise<void> => {
    await watchToTheEnd(client, batchid);
    const { batch } = await listUploads(client, batchid);
    expect(batch.stats).toMatchObject({ total: items.length, completed: items.length });
    for (const item of items) {
      expect(uploads.publishedTimes(item)).toBe(1);
      const info = commons.file(item.title)?.revisions[0]?.mediaInfo;
      expect(Object.values(info?.statements ?? {}).map((some) => some.length)).toEqual(Array(10).fill(1));
    }
  };

  it('cancels what is queued and what is running, and tells the end', async () => {
    commons.faults.add({ match: { action: 'upload', step: 'chunk' }, times: 0, delayMs: 4_000 });
    const items = uploads.newItems(12);
    const batchid = await createBatch(client, items);
    await waitUntil('chunks under way', () =>
      commons.log.some(({ step, params }) => step === 'chunk' && params['filename'] === items[0]?.title),
    );
    await client.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
    client.send({ type: 'CANCEL_BATCH', data: batchid });
    await client.next('UPLOADS_COMPLETE', { where: ({ data }) => data === batchid });
    const { batch } = await listUploads(client, batchid);
    expect(batch.stats).toMatchObject({ total: 12, cancelled: 12 });
    expect(items.filter((item) => uploads.publishedTimes(item) > 0)).toEqual([]);

    client.send({ type: 'CANCEL_BATCH', data: batchid });
    expect(await client.next('ERROR')).toMatchObject({ data: 'No queued items to cancel' });
  });

  it('completes everything once when a worker is killed in the middle', async () => {
    const { batchid, items } = await startBatch();
    await newestWorker().kill();
    const { batch } = await listUploads(client, batchid);
    expect(batch.stats.completed).toBeLessThan(items.length);
    await stack.startWorker();
    await expectAllDoneOnce(batchid, items);
  });

  it('completes everything once when a worker is told to stop in the middle', async () => {
    const { batchid, items } = await startBatch();
    const worker = newestWorker();
    await worker.stop();
    expect(worker.exitCode).toBe(0);
    const { batch } = await listUploads(client, batchid);
    expect(batch.stats).toMatchObject({ in_progress: 0, failed: 0 });
    expect(batch.stats.queued).toBeGreaterThan(0);
    await stack.startWorker();
    await expectAllDoneOnce(batchid, items);
  });

  it('lets two workers share a batch without doing anything twice', async () => {
    const second = await stack.startWorker();
    const items = uploads.newItems(30);
    const before = commons.log.length;
    const batchid = await createBatch(client, items);
    await expectAllDoneOnce(batchid, items);
    const own = commons.log.slice(before).filter(({ user }) => user === 'Uploader');
    expect(Math.max(...own.map(({ concurrent }) => concurrent))).toBeLessThanOrEqual(3);
    await second.stop();
    stack.workers.splice(stack.workers.indexOf(second), 1);
  });

  it('creates nothing twice when a slice is sent again', async () => {
    const items = uploads.newItems(6);
    const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
    const first = await sendSlice(client, batchid, items);
    const second = await sendSlice(client, batchid, items);
    const idsOf = ({ data }: typeof first): unknown =>
      Array.isArray(data) ? data.map(({ id }) => id) : data;
    expect(first.type).toBe('UPLOAD_SLICE_ACK');
    expect(idsOf(second)).toEqual(idsOf(first));
    await expectAllDoneOnce(batchid, items);
    const third = await sendSlice(client, batchid, items);
    expect(idsOf(third)).toEqual(idsOf(first));
    expect((await listUploads(client, batchid)).batch.stats).toMatchObject({ total: 6, completed: 6 });
  });

  it("refuses a slice to another user's batch", async () => {
    const other = await stack.connect('Second uploader');
    const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
    expect(await sendSlice(other, batchid, uploads.newItems(1))).toMatchObject({
      type: 'ERROR',
      data: 'Permission denied',
    });
    expect((await listUploads(client, batchid)).uploads).toEqual([]);
  });
});
