import { RedisConnections, ServiceBreaker, LiveUpdates, UploadQueue } from '#app/persistence';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveClient } from './support/live-client.js';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { createBatch, listUploads, watchToTheEnd, type Item } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';
import type { CommonsWiki } from './upstreams/index.js';

describe('turns', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let redis: RedisConnections;
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
    redis = new RedisConnections(stack.stores.redisUrl);
    client = await stack.connect();
    uploads = new UploadsInTurn(stack, client);
  }, 60_000);

  afterEach(() => {
    commons.latencyMs = 0;
  });

  afterAll(async () => {
    await redis.close();
    await stack.stop();
  });

  const countDone = (items: readonly Item[]): number =>
    items.filter((item) => uploads.publishedTimes(item) > 0).length;
  const statusesOf = async (batchid: number): Promise<string[]> => {
    const sql = 'SELECT DISTINCT status FROM upload_requests WHERE batchid = ?';
    return (await queryRows(stack.stores.databaseUrl, sql, [batchid])).map(({ status }) => String(status));
  };
  const expectAllDoneOnce = async (batchid: number, items: readonly Item[]): Promise<void> => {
    await waitUntil(
      'all to be completed',
      async () => (await statusesOf(batchid)).join() === 'completed',
      60_000,
    );
    expect(items.map((item) => uploads.publishedTimes(item))).toEqual(items.map(() => 1));
  };

  it('are given to a person with few uploads beside one with many', async () => {
    commons.latencyMs = 60;
    const [many, few] = [uploads.newItems(50), uploads.newItems(4)];
    const other = await stack.connect('Second uploader');
    const manyId = await createBatch(client, many);
    await waitUntil('the first of many', () => countDone(many) > 0);
    const fewId = await createBatch(other, few);
    await watchToTheEnd(other, fewId);
    expect((await listUploads(client, manyId)).batch.stats.queued).toBeGreaterThan(20);
    commons.latencyMs = 0;
    await expectAllDoneOnce(manyId, many);
    await expectAllDoneOnce(fewId, few);
  });

  it('wait while the wiki blocks the service, and go on by themselves', async () => {
    const live = new LiveUpdates(redis.shared, () => redis.open());
    const until = new Date(Date.now() + 1_500);
    await new ServiceBreaker(redis.shared, live).open('blocked', until);
    const items = uploads.newItems(5);
    const batchid = await createBatch(client, items);
    await expectAllDoneOnce(batchid, items);
    const titles = new Set(items.map(({ title }) => title));
    const sent = commons.log.filter(({ params }) => titles.has(params['filename'] ?? ''));
    expect(sent).not.toEqual([]);
    expect(Math.min(...sent.map(({ time }) => Date.parse(time)))).toBeGreaterThanOrEqual(until.getTime());
  });

  it('are not upset by jobs of uploads that are not there', async () => {
    const queue = new UploadQueue(redis.open());
    await queue.addUploads([99_999, 99_998].map((uploadId) => ({ uploadId, delayMs: 0 })));
    await waitUntil('the jobs to be gone', async () => {
      const { waiting, delayed, active } = await queue.count();
      return waiting + delayed + active === 0;
    });
    await queue.close();
    const items = uploads.newItems(2);
    await expectAllDoneOnce(await createBatch(client, items), items);
  });

  it('come to all when the database refuses everything for a while', async () => {
    commons.latencyMs = 40;
    const items = uploads.newItems(16);
    const batchid = await createBatch(client, items);
    await waitUntil('some uploads', () => countDone(items) > 2);
    const { databaseUrl } = stack.stores;
    await queryRows(databaseUrl, 'RENAME TABLE upload_requests TO put_away');
    try {
      await waitUntil('a run to be given up', () =>
        stack.worker.logs.some((line) => line.includes('A run was given up')),
      );
    } finally {
      await queryRows(databaseUrl, 'RENAME TABLE put_away TO upload_requests');
    }
    await expectAllDoneOnce(batchid, items);
  });

  it('come to all when Redis loses everything', async () => {
    commons.latencyMs = 40;
    const items = uploads.newItems(24);
    const batchid = await createBatch(client, items);
    await waitUntil('some uploads', () => countDone(items) > 2);
    await redis.shared.flushall();
    await expectAllDoneOnce(batchid, items);
  });
});
