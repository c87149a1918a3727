import { describe, expect, it } from '@jest/globals';
import type { RetryableUpload } from '#app/persistence';
import { planRetries } from './plan-retries.js';

const upload = (id: number, members: Partial<RetryableUpload> = {}): RetryableUpload => ({
  id,
  batchid: id,
  key: 'a',
  handler: 'mapillary',
  collection: 'seq',
  ...members,
});

const plan = (...uploads: RetryableUpload[]): number[][] =>
  planRetries(uploads).map((batch) => batch.map(({ id }) => id));

describe('planRetries', () => {
  it('takes the newest upload of an image, whichever collection it is in', () => {
    expect(plan(upload(1), upload(2, { key: 'b' }), upload(3, { collection: 'other' }))).toEqual([[3, 2]]);
  });

  it('loses no image that another source, or another manifest, calls the same', () => {
    const manifest = { handler: 'manifest' as const, key: '1' };
    expect(
      plan(
        upload(1, { key: '1' }),
        upload(2, { key: '1', handler: 'flickr' }),
        upload(3, { ...manifest, collection: 'first' }),
        upload(4, { ...manifest, collection: 'second' }),
        upload(5, { ...manifest, collection: 'second' }),
        upload(6, { key: '2' }),
      ),
    ).toEqual([[1, 6], [2], [3], [5]]);
  });

  it('has nothing to do for nothing', () => {
    expect(plan()).toEqual([]);
  });
});
