import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveClient } from './support/live-client.js';
import { Stack } from './support/stack.js';
import { waitUntil } from './support/wait-until.js';
import type { CommonsWiki } from './upstreams/index.js';

const FILES = 2_000;
const SOURCE = 'Old town';
const TARGET = 'New town';

describe('moving 2,000 files', () => {
  let stack: Stack;
  let commons: CommonsWiki;
  let client: LiveClient;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1', UPLOAD_LEASE_SECONDS: '2' },
    });
    commons = stack.upstreams.commons;
    commons.setLimits('Uploader', { edit: { user: { hits: 100_000, seconds: 180 } } });
    commons.addPage(`Category:${TARGET}`, '');
    for (let n = 0; n < FILES; n += 1)
      commons.addPage(`File:Street ${n}.jpg`, `Street\n[[Category:${SOURCE}|${n}]]`);
    client = await stack.connect();
  }, 60_000);

  afterAll(async () => {
    await stack.stop();
  });

  const edited = (): number =>
    commons.log.filter(({ action, status }) => action === 'edit' && status === 200).length;

  it('survives killed workers, and repeats no edit', async () => {
    client.send({ type: 'RECATEGORIZE_FILES', data: { source: SOURCE, target: TARGET } });
    for (const reached of [500, 1_000, 1_500]) {
      await waitUntil(`${reached} edits`, () => edited() >= reached, 120_000);
      await stack.workers.at(-1)?.kill();
      await stack.startWorker();
    }
    const { data } = await client.next('RECATEGORIZE_FILES_RESPONSE', { timeoutMs: 180_000 });
    expect(data).toEqual({ source: SOURCE, count: FILES });
    const files = [...commons.pages.values()].filter(({ title }) => title.ns === 6);
    expect(files).toHaveLength(FILES);
    const wrong = files.filter(
      ({ revisions: [newest, ...older] }, n) =>
        older.length !== 1 || newest?.text !== `Street\n[[Category:${TARGET}|${n}]]`,
    );
    expect(wrong.map(({ title, revisions }) => [title.text, revisions.length, revisions[0]?.text])).toEqual(
      [],
    );
  }, 400_000);
});
