import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stack } from './support/stack.js';
import { anItem, createBatch, listUploads, watchToTheEnd } from './support/upload-collection.js';
import { idOf, SAMPLE_SEQUENCES } from './upstreams/index.js';

const MEBIBYTE = 1024 * 1024;

describe('a file of more than 300 MB', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start({ environment: { RETRY_DELAY_SCALE: '0.01' } });
  }, 60_000);

  afterAll(async () => {
    await stack.stop();
  });

  it('is published whole, by a worker that holds little of it at a time', async () => {
    const { commons } = stack.upstreams;
    const { huge } = SAMPLE_SEQUENCES;
    const item = anItem({ id: idOf(huge, 0) }, huge.id);
    const client = await stack.connect();
    const { now: baseline } = await stack.worker.memory();
    const batchid = await createBatch(client, [item]);
    await watchToTheEnd(client, batchid);

    const { uploads } = await listUploads(client, batchid);
    expect(uploads).toMatchObject([{ status: 'completed' }]);
    expect(commons.file(item.title)?.versions[0]?.size).toBeGreaterThan(300 * MEBIBYTE);
    const uploaded = commons.log.filter(({ action }) => action === 'upload');
    expect(uploaded.filter(({ step }) => step === 'commit')).toHaveLength(1);
    expect(uploaded.some(({ step }) => step === 'checkstatus')).toBe(true);
    const { peak } = await stack.worker.memory();
    expect(peak - baseline).toBeLessThan(150 * MEBIBYTE);
  }, 120_000);
});
