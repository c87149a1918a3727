import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveClient } from './support/live-client.js';
import { Stack } from './support/stack.js';
import { createBatch, listUploads, watchToTheEnd, type Item } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';
import { type CommonsWiki, type LogEntry, SAMPLE_SEQUENCES } from './upstreams/index.js';

const { someLarge } = SAMPLE_SEQUENCES;
const WINDOW_S = 4;
const HITS = 3;

const startOf = ({ time }: LogEntry): number => Date.parse(time);
const endOf = (entry: LogEntry): number => startOf(entry) + entry.milliseconds;

describe('the pace of uploads', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let client: LiveClient;
  let uploads: UploadsInTurn;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1' },
    });
    commons = stack.upstreams.commons;
    client = await stack.connect();
    uploads = new UploadsInTurn(stack, client);
  }, 60_000);

  afterEach(() => {
    commons.setLimits('Uploader', null);
    stack.upstreams.cdn.bandwidth = null;
  });

  afterAll(async () => {
    await stack.stop();
  });

  const stepsOf = (items: readonly Item[], step: string): LogEntry[] => {
    const titles = new Set(items.map(({ title }) => title));
    return commons.log.filter((entry) => entry.step === step && titles.has(entry.params['filename'] ?? ''));
  };
  const limitUploads = (): void =>
    commons.setLimits('Uploader', { upload: { user: { hits: HITS, seconds: WINDOW_S } } });

  it('prepares uploads ahead of their moments and commits them as the window frees', async () => {
    limitUploads();
    const items = uploads.newItems(8);
    const batchid = await createBatch(client, items);
    await watchToTheEnd(client, batchid);

    const { batch } = await listUploads(client, batchid);
    expect(batch.stats).toMatchObject({ completed: items.length });
    expect(commons.log.filter(({ errorCode }) => errorCode === 'ratelimited')).toEqual([]);
    const commits = stepsOf(items, 'commit').map(startOf);
    expect(commits).toHaveLength(items.length);
    commits.slice(HITS).forEach((commit, index) => {
      expect(commit - (commits[index] ?? Infinity)).toBeGreaterThanOrEqual(WINDOW_S * 1000);
    });
    const lastChunk = Math.max(...stepsOf(items, 'chunk').map(endOf));
    expect(lastChunk).toBeLessThan(commits[HITS] ?? 0);
  });

  it('gives way when somebody else uses the account, and loses nothing', async () => {
    limitUploads();
    const items = uploads.newItems(4);
    commons.faults.add({
      match: { step: 'commit' },
      times: 2,
      error: { code: 'ratelimited', info: "You've exceeded your rate limit." },
    });
    const batchid = await createBatch(client, items);
    await watchToTheEnd(client, batchid);
    const { batch, uploads: ended } = await listUploads(client, batchid);
    expect(batch.stats).toMatchObject({ completed: items.length, failed: 0 });
    expect(ended.every(({ error }) => error === undefined)).toBe(true);
  });

  it('sends a large file while it is still coming, and completes it only when its content is checked', async () => {
    stack.upstreams.cdn.bandwidth = 20_000_000;
    const item = uploads.newItem(someLarge);
    const batchid = await createBatch(client, [item]);
    await watchToTheEnd(client, batchid);
    await waitUntil('the end', () => stepsOf([item], 'commit').length === 1);
    const download = stack.upstreams.cdn.log.at(-1);
    const chunks = stepsOf([item], 'chunk');
    const check = commons.log.find(
      ({ params }) => params['list'] === 'allimages' && params['titles'] === `File:${item.title}`,
    );
    expect(startOf(chunks[0]!)).toBeLessThan(endOf(download!));
    expect(startOf(chunks.at(-1)!)).toBeGreaterThanOrEqual(startOf(check!));
  });
});
