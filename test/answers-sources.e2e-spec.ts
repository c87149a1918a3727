import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Stack } from './support/stack.js';
import type { Item } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import type { Fault, LogEntry, PhotoCdn } from './upstreams/index.js';

const COMPLETED = 'completed';

describe('what the source of the files answers', () => {
  let stack: Stack;
  let cdn: PhotoCdn;
  let uploads: UploadsInTurn;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1' },
    });
    cdn = stack.upstreams.cdn;
    uploads = new UploadsInTurn(stack, await stack.connect());
  }, 60_000);

  beforeEach(() => {
    cdn.faults.clear();
    stack.upstreams.mapillary.faults.clear();
  });

  afterAll(async () => {
    await stack.stop();
  });

  const downloadsOf = ({ id }: Item): LogEntry[] => cdn.log.filter(({ action }) => action === id);

  const passing: { what: string; fault: Fault }[] = [
    { what: 'HTTP 502', fault: { answer: { status: 502 } } },
    { what: 'a lost connection', fault: { close: 'before' } },
    { what: 'a file that ends too early', fault: { truncateAfter: 9_000 } },
    { what: 'a page', fault: { answer: { body: '<!DOCTYPE html><title>Sorry</title>' } } },
    {
      what: 'a script',
      fault: { answer: { headers: { 'content-type': 'application/x-php' }, body: '<?php' } },
    },
  ];

  it.each(passing)('tries a download four times: three times $what', async ({ fault }) => {
    const item = uploads.newItem();
    cdn.faults.add({ ...fault, times: 3 });
    expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
    expect(downloadsOf(item)).toHaveLength(4);
    const published = stack.upstreams.commons.file(item.title)?.versions[0];
    expect(published?.sha1).toBe(uploads.sha1Of(item));
  });

  it('rests in the queue after the fourth failure, and is done in the end', async () => {
    const item = uploads.newItem();
    cdn.faults.add({ answer: { status: 500 }, times: 5 });
    expect(await uploads.uploadOne(item)).toMatchObject({ status: COMPLETED });
    expect(downloadsOf(item)).toHaveLength(6);
  });

  it('fails after eight, with what was received', async () => {
    const item = uploads.newItem();
    const answer = { headers: { 'content-type': 'application/x-php' }, body: '<?php' };
    cdn.faults.add({ answer, times: 0 });
    const upload = await uploads.uploadOne(item);
    expect(upload).toMatchObject({ status: 'failed', error: { type: 'error' } });
    expect(upload?.error?.message).toMatch(/^download-not-media: .*application\/x-php/);
    expect(downloadsOf(item)).toHaveLength(8);
    expect(uploads.requests(item, 'chunk')).toEqual([]);
  });

  it.each([403, 410])('asks the source for another address after HTTP %i, once', async (status) => {
    const [again, never] = [uploads.newItem(), uploads.newItem()];
    cdn.faults.add({ match: { action: again.id }, answer: { status } });
    expect(await uploads.uploadOne(again)).toMatchObject({ status: COMPLETED });
    expect(downloadsOf(again)).toHaveLength(2);

    cdn.faults.add({ match: { action: never.id }, answer: { status }, times: 0 });
    const upload = await uploads.uploadOne(never);
    expect(upload).toMatchObject({ status: 'failed' });
    expect(upload?.error?.message).toMatch(/^download-expired: /);
    expect(downloadsOf(never)).toHaveLength(2);
  });

  it('sends no file whose type is not that of its title', async () => {
    const item = { ...uploads.newItem(), title: 'Not a drawing.png' };
    const upload = await uploads.uploadOne(item);
    expect(upload?.error).toEqual({
      type: 'error',
      message: 'filetype-mime-mismatch: The title ends with “.png”, but the file is of the type “.jpg”.',
    });
    expect(uploads.requests(item, 'chunk')).toEqual([]);
  });

  it('waits for another upload of the same content', async () => {
    const item = uploads.newItem();
    const same = { ...item, title: `Same as ${item.title}` };
    stack.upstreams.commons.faults.add({ match: { action: 'upload', step: 'chunk' }, delayMs: 900 });
    const ends = await Promise.all([uploads.uploadOne(item), uploads.uploadOne(same, await stack.connect())]);
    expect(ends.map((upload) => upload?.status).sort()).toEqual([COMPLETED, 'duplicated_sdc_not_updated']);
    expect(uploads.publishedTimes(item) + uploads.publishedTimes(same)).toBe(1);
  });
});
