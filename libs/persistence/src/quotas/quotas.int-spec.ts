import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aNewUpload } from '../../../../test/support/an-upload.js';
import { ADMIN, QuotaSetting } from '../../../../test/support/quota-setting.js';

let setting: QuotaSetting;
let userid: string;
let batchid: number;

beforeAll(async () => {
  setting = await QuotaSetting.open();
});

afterAll(() => setting.opened.drop());

beforeEach(async () => {
  await setting.begin();
  ({ userid, batchid } = setting);
});

const refusal = (members = {}) => expect.objectContaining({ code: 'QUOTA_EXCEEDED', ...members });

describe('a quota of uploads', () => {
  it('gives fifty who race for its last ten places exactly ten', async () => {
    await setting.aQuota();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => setting.upload(1)));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(40);
    for (const { reason } of refused as PromiseRejectedResult[]) expect(reason).toEqual(refusal());
    expect(await setting.uploads.countBatchUploads(batchid, ['queued'])).toBe(10);
    expect(await setting.left()).toBe(0);
  });

  it('takes a slice whole or not at all, and says what is left and when it resets', async () => {
    await setting.aQuota();
    await setting.upload(7);
    const now = new Date();
    const resets = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
    await expect(setting.upload(4)).rejects.toEqual(
      refusal({
        message: expect.stringContaining('has 3 left, and this takes 4'),
        details: { quota: 'Newcomers', type: 'max_uploads', value: 10, used: 7, left: 3, resets_at: resets },
      }),
    );
    expect(await setting.uploads.countBatchUploads(batchid, ['queued'])).toBe(7);
    await setting.upload(3);
  });

  it('answers a slice that was accepted before, though nothing is left', async () => {
    await setting.aQuota();
    const again = { sliceid: 1_000_000, itemsHash: 'same' };
    const images = Array.from({ length: 10 }, () => aNewUpload());
    const first = await setting.upload(0, { ...again, uploads: images });
    expect(await setting.upload(0, { ...again, uploads: images })).toEqual({
      created: false,
      uploads: first.uploads,
    });
  });

  it('gives back what was cancelled or turned out a duplicate, and does not count what was refused', async () => {
    await setting.aQuota();
    await setting.upload(4);
    const refused = { status: 'failed' as const, error: { type: 'error' as const, message: 'No' } };
    await setting.upload(0, { uploads: [aNewUpload(refused), aNewUpload(refused)] });
    expect(await setting.left()).toBe(6);
    const { cancelled } = await setting.uploads.cancelBatch(batchid, new Date());
    expect(cancelled).toHaveLength(4);
    expect(await setting.left()).toBe(10);
    await setting.upload(5);
    const ends = ['duplicate', 'duplicated_sdc_updated', 'failed', 'completed'];
    const rows = await setting.opened.database.rows<{ id: number }>(
      "SELECT id FROM upload_requests WHERE status = 'queued' ORDER BY id",
    );
    for (const [index, status] of ends.entries()) {
      const values = [status, rows[index]?.id ?? 0];
      await setting.opened.database.change(
        'UPDATE upload_requests SET status = ?, version = 2 WHERE id = ?',
        values,
      );
    }
    expect(await setting.left()).toBe(7);
  });

  it('counts a retry', async () => {
    await setting.aQuota({ value: 3 });
    await setting.upload(2);
    await setting.opened.database.change("UPDATE upload_requests SET status = 'failed'");
    const into = await setting.batches.create(userid);
    const copy = (isExempt: boolean) =>
      setting.uploads.copyForRetry({
        from: { batchid },
        statuses: ['failed'],
        intoBatchid: into.id,
        userid,
        accessToken: 'k1.sealed',
        plannedAt: [new Date()],
        isExempt,
      });
    await expect(copy(false)).rejects.toEqual(refusal());
    expect(await setting.uploads.countBatchUploads(into.id, ['queued'])).toBe(0);
    expect(await copy(true)).toHaveLength(2);
  });

  it('frees the places of a rolling span one after the other', async () => {
    await setting.aQuota({ expire: { period: 'hours', hours: 2 } });
    await setting.upload(10);
    const old = new Date(Date.now() - 7_200_000);
    const first = new Date(old.getTime() + 60_000);
    const age = 'UPDATE upload_requests SET created_at = ? ORDER BY id LIMIT ?';
    await setting.opened.database.change(age, [first, 3]);
    await expect(setting.upload(1)).rejects.toEqual(
      refusal({
        details: expect.objectContaining({ resets_at: new Date(first.getTime() + 7_200_000).toISOString() }),
      }),
    );
    await setting.opened.database.change(age, [old, 3]);
    await setting.upload(3);
    await expect(setting.upload(1)).rejects.toEqual(refusal());
  });

  it('does not hold for who is exempt, nor when it is disabled or over', async () => {
    const quota = await setting.aQuota({ value: 1 });
    await setting.upload(5, { isExempt: true });
    await expect(setting.upload(1)).rejects.toEqual(refusal());
    await setting.quotas.update(quota.id, { ...quota, enable: false }, ADMIN);
    await setting.upload(1);
    const expire = { period: 'until' as const, until: new Date(Date.now() - 1) };
    await setting.quotas.update(quota.id, { ...quota, expire }, ADMIN);
    await setting.upload(1);
    expect(await setting.quotas.listStates(userid)).toEqual([]);
  });
});
