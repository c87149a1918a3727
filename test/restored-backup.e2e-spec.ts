import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { createBatch, listUploads, watchToTheEnd } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';

describe('rows that a backup has brought back', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1', UPLOAD_LEASE_SECONDS: '2' },
    });
  }, 60_000);

  afterAll(() => stack.stop());

  it('publish nothing twice and add nothing twice to what was published since', async () => {
    const { commons } = stack.upstreams;
    const sql = (statement: string) => queryRows(stack.stores.databaseUrl, statement);
    const client = await stack.connect();
    const uploads = new UploadsInTurn(stack, client);
    const items = uploads.newItems(16);
    commons.latencyMs = 60;
    const batchid = await createBatch(client, items);
    await waitUntil(
      'a commit between its answer and its structured data',
      async () =>
        (
          await sql(`SELECT 1 FROM upload_requests WHERE JSON_EXTRACT(checkpoint, '$.commitSentAt') IS NOT NULL
            AND JSON_EXTRACT(checkpoint, '$.sdcAttemptedAt') IS NULL`)
        ).length > 0,
    );
    await sql('CREATE TABLE kept AS SELECT * FROM upload_requests');
    await watchToTheEnd(client, batchid);
    await stack.worker.stop();
    stack.workers.length = 0;
    const published = commons.uploads.length;

    await sql('REPLACE INTO upload_requests SELECT * FROM kept');
    await stack.startWorker();
    await watchToTheEnd(client, batchid);
    const { batch } = await listUploads(client, batchid);
    expect(batch.stats).toMatchObject({ total: 16, queued: 0, in_progress: 0, failed: 0 });
    expect(commons.uploads.length).toBe(published);
    for (const item of items)
      expect(Object.values(uploads.statementsOf(item)).map((some) => some.length)).toEqual(Array(10).fill(1));
  });
});
