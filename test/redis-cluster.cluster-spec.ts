import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase } from './support/create-database.js';
import { nodesOf, openTestRedis } from './support/databases.js';
import { Stack } from './support/stack.js';
import { createBatch, listUploads } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';

describe('Curator on a cluster of Redis', () => {
  let stack: Stack;

  beforeAll(async () => {
    const database = await createDatabase();
    const redisUrl = process.env['TEST_REDIS_URL'] ?? '';
    stack = await Stack.start(
      { apis: 2, workers: 2, environment: { RECONCILE_INTERVAL_SECONDS: '1' } },
      async () => ({ databaseUrl: database.url, redisUrl, release: () => database.drop() }),
    );
  }, 60_000);

  afterAll(() => stack.stop());

  it('uploads a batch and tells its end on every API, although the subscribers lose their node', async () => {
    const redis = openTestRedis();
    try {
      await redis.ping();
      expect(nodesOf(redis)).toHaveLength(3);
      const clients = await Promise.all(stack.apis.map((api) => stack.connect('Uploader', api)));
      const [client = await stack.connect()] = clients;
      const uploads = new UploadsInTurn(stack, client);
      const items = uploads.newItems(24);
      stack.upstreams.commons.latencyMs = 40;
      const batchid = await createBatch(client, items);
      await Promise.all(
        clients.map((one) => one.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED')),
      );
      await waitUntil(
        'some uploads',
        () => items.filter((item) => uploads.publishedTimes(item) > 0).length >= 4,
      );
      for (const node of nodesOf(redis)) await node.client('KILL', 'TYPE', 'PUBSUB');
      for (const one of clients)
        await one.next('UPLOADS_COMPLETE', { where: ({ data }) => data === batchid, timeoutMs: 60_000 });
      const { batch } = await listUploads(client, batchid);
      expect(batch.stats).toMatchObject({ total: 24, completed: 24 });
      for (const item of items) expect(uploads.publishedTimes(item)).toBe(1);
      const slots = await Promise.all(nodesOf(redis).map((node) => node.dbsize()));
      expect(slots.filter((keys) => keys > 0).length).toBeGreaterThan(1);
    } finally {
      await redis.close();
    }
  });
});
