import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './sign-in/browser.js';
import type { LiveClient } from './support/live-client.js';
import { Stack } from './support/stack.js';
import { createBatch, listUploads, watchToTheEnd } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';

describe('administration of what workers do', () => {
  let stack: Stack;
  let client: LiveClient;
  let uploads: UploadsInTurn;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: {
        RETRY_DELAY_SCALE: '0.01',
        RECONCILE_INTERVAL_SECONDS: '1',
        UPLOAD_LEASE_SECONDS: '2',
        ADMIN_USERNAMES: 'Admin',
      },
    });
    client = await stack.connect();
    await stack.cookieOf('Admin');
    uploads = new UploadsInTurn(stack, client);
  }, 60_000);

  afterEach(() => {
    stack.upstreams.commons.latencyMs = 0;
  });

  afterAll(async () => {
    await stack.stop();
  });

  const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const browser = new Browser(stack.api.url);
    browser.cookie = await stack.cookieOf('Admin');
    const answer = await browser.go(`/api/admin${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const told = (await answer.json()) as Record<string, unknown>;
    expect([answer.status, told]).toEqual([200, told]);
    return told;
  };

  const statusesOf = async (batchid: number): Promise<string[]> =>
    (await listUploads(client, batchid)).uploads.map(({ status }) => status);

  const idsOf = async (batchid: number): Promise<number[]> =>
    (await listUploads(client, batchid)).uploads.map(({ id }) => id);

  /** A batch whose uploads all run, none of them near its commit. */
  const startSlowBatch = async () => {
    stack.upstreams.commons.latencyMs = 1_000;
    const items = uploads.newItems(2);
    const batchid = await createBatch(client, items);
    await waitUntil('the uploads to run', async () =>
      (await statusesOf(batchid)).every((status) => status === 'in_progress'),
    );
    return { items, batchid };
  };

  it('fails what runs: nothing of it is published', async () => {
    const { items, batchid } = await startSlowBatch();
    expect(await ask('POST', '/upload_requests/bulk-fail', { ids: await idsOf(batchid) })).toEqual({
      failed_count: 2,
    });
    expect(await statusesOf(batchid)).toEqual(['failed', 'failed']);
    stack.upstreams.commons.latencyMs = 0;
    await waitUntil('the worker to have let go', async () => {
      const { queues } = (await ask('GET', '/queues')) as { queues: { active: number }[] };
      return queues.every(({ active }) => active === 0);
    });
    expect(await statusesOf(batchid)).toEqual(['failed', 'failed']);
    for (const item of items) expect(uploads.publishedTimes(item)).toBe(0);
  });

  it("retries under the administrator's account, naming the batch it came from", async () => {
    const { items, batchid } = await startSlowBatch();
    const ids = await idsOf(batchid);
    expect(await ask('POST', '/upload_requests/bulk-cancel', { ids })).toEqual({ cancelled_count: 2 });
    stack.upstreams.commons.latencyMs = 0;
    await watchToTheEnd(client, batchid);
    expect(await statusesOf(batchid)).toEqual(['cancelled', 'cancelled']);
    const retried = await ask('POST', '/retry', { upload_ids: ids });
    const newBatch = Number(retried['new_batch_id']);
    await watchToTheEnd(client, newBatch);
    expect(await statusesOf(newBatch)).toEqual(['completed', 'completed']);
    for (const item of items) {
      const page = stack.upstreams.commons.file(item.title);
      expect(page?.revisions[0]).toMatchObject({
        user: 'Admin',
        comment: expect.stringContaining(`(batch ${newBatch}) (retry of batch ${batchid}) ([[:toolforge:`),
      });
    }
  });

  it('holds workers back, and lets them go on', async () => {
    await ask('POST', '/queues/uploads/pause');
    const items = uploads.newItems(2);
    const batchid = await createBatch(client, items);
    await waitUntil('the jobs to wait', async () => {
      const { queues } = (await ask('GET', '/queues')) as { queues: { waiting: number }[] };
      return (queues[0]?.waiting ?? 0) >= 2;
    });
    expect(await statusesOf(batchid)).toEqual(['queued', 'queued']);
    await ask('POST', '/queues/uploads/resume');
    await watchToTheEnd(client, batchid);
    expect(await statusesOf(batchid)).toEqual(['completed', 'completed']);
  });
});
