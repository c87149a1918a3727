import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stack } from './support/stack.js';
import {
  anItem,
  createBatch,
  listUploads,
  openCollection,
  watchToTheEnd,
} from './support/upload-collection.js';
import { SAMPLE_SEQUENCES } from './upstreams/index.js';

describe('the main job', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1' },
    });
  }, 60_000);

  afterAll(async () => {
    await stack.stop();
  });

  it('uploads a sequence with its captions and statements, told live', async () => {
    const { commons } = stack.upstreams;
    const client = await stack.connect();
    const { images, sequenceId } = await openCollection(client, SAMPLE_SEQUENCES.demo.id);
    expect(images).toHaveLength(24);
    const items = images.map((image) => anItem(image, sequenceId));
    const batchid = await createBatch(client, items);
    await watchToTheEnd(client, batchid);

    const { batch, uploads } = await listUploads(client, batchid);
    expect(batch.stats).toMatchObject({ total: 24, completed: 24 });
    for (const item of items) {
      const upload = uploads.find(({ key }) => key === item.id);
      const page = commons.file(item.title);
      expect(upload).toMatchObject({ status: 'completed', filename: item.title });
      expect(page?.revisions.at(-1)?.text).toBe(item.wikitext);
    }
  }, 120_000);
});
