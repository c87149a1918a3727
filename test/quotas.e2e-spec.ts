import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signIn } from './support/sign-in.js';
import { Stack } from './support/stack.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';

describe('a quota of bytes', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start({ environment: { ADMIN_USERNAMES: 'Patroller', RETRY_DELAY_SCALE: '0.01' } });
  }, 60_000);

  afterAll(() => stack.stop());

  it('lets files through until it is spent, fails those that are larger than what is left, and says until when', async () => {
    const uploads = new UploadsInTurn(stack, await stack.connect());
    const items = uploads.newItems(6);
    const sizes = items.map(({ id }) => stack.upstreams.cdn.photo(id).length);
    const largest = Math.max(...sizes);
    const admin = await signIn(stack.api.url, 'Patroller');
    const made = await admin.go('/api/admin/quotas', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'Bytes',
        type: 'max_bytes',
        value: 3 * largest,
        expire: { period: 'month' },
        is_default: true,
      }),
    });
    expect(made.status).toBe(201);
    const ended = await uploads.upload(items);
    const completed = items.filter((_, index) => ended[index]?.status === 'completed');
    const failed = ended.filter((upload) => upload?.status === 'failed');
    expect(completed.length).toBeGreaterThanOrEqual(3);
    expect(failed.length).toBeGreaterThanOrEqual(1);
    expect(completed.length + failed.length).toBe(6);
    for (const upload of failed) {
      expect(upload?.error?.message).toMatch(
        /Your quota “Bytes” of \d+ bytes has \d+ left, and this takes \d+\. It resets at/,
      );
    }
    const used = items.reduce(
      (sum, item, index) => sum + (completed.includes(item) ? (sizes[index] ?? 0) : 0),
      0,
    );
    expect(used).toBeLessThanOrEqual(3 * largest);
    const published = stack.upstreams.commons.uploads.map(({ title }) => title).sort();
    expect(published).toEqual(completed.map(({ title }) => `File:${title}`).sort());
    const asAdmin = new UploadsInTurn(stack, await stack.connect('Patroller'));
    asAdmin.newItems(6);
    expect(await asAdmin.uploadOne(asAdmin.newItem())).toMatchObject({ status: 'completed' });
  });
});
