import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NotificationRepository } from '../notifications/notification.repository.js';
import { tellNearQuotas } from './tell-near-quotas.js';
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

describe('a quota that is nearly spent', () => {
  const tell = (now = new Date()) => tellNearQuotas(setting.opened.database, { now, limit: 10 });
  const told = async (): Promise<string[]> => {
    const query = { userid, unread: true, page: 0, size: 20, asc: true };
    const { items } = await new NotificationRepository(setting.opened.database).list(query);
    return items.map(({ kind, message }) => `${kind}: ${message}`);
  };

  it('is told at nine tenths, once a period, over any number of processes', async () => {
    await setting.aQuota();
    await setting.upload(8);
    expect(await tell()).toEqual([]);
    await setting.upload(1);
    const tellings = await Promise.all(Array.from({ length: 6 }, () => tell()));
    expect(tellings.flat()).toMatchObject([{ userid, kind: 'quota-near' }]);
    await setting.upload(1);
    await expect(setting.upload(1)).rejects.toEqual(refusal());
    expect(await tell()).toEqual([]);
    expect(await told()).toEqual([
      expect.stringMatching(
        /^quota-near: You have used 9 of the 10 uploads of your quota “Newcomers”, 1 is left\. It resets at \d{4}-\d\d-01T00:00:00\.000Z\.$/,
      ),
    ]);
  });

  it('is told again in the next period, or when it was changed', async () => {
    const quota = await setting.aQuota({ value: 2, expire: { period: 'hours', hours: 1 } });
    await setting.upload(2);
    await tell();
    const long = new Date(Date.now() - 3_700_000);
    await setting.opened.database.change('UPDATE upload_requests SET created_at = ?', [long]);
    await setting.opened.database.change('UPDATE quota_warnings SET reached_at = ?', [long]);
    await setting.upload(2);
    expect(await tell()).toHaveLength(1);
    await setting.quotas.update(quota.id, { ...quota, value: 3 }, ADMIN);
    await setting.upload(1);
    expect(await tell()).toHaveLength(1);
    expect(await told()).toHaveLength(3);
  });

  it('is not told when it was given back meanwhile, and told once it is spent again', async () => {
    await setting.aQuota({ value: 3 });
    await setting.upload(3);
    await setting.uploads.cancelBatch(batchid, new Date());
    expect(await tell()).toEqual([]);
    await setting.upload(3);
    expect(await tell()).toHaveLength(1);
  });

  it('is not told to who is exempt, nor of what was refused', async () => {
    await setting.aQuota({ value: 10 });
    await setting.upload(9, { isExempt: true });
    await expect(setting.upload(2)).rejects.toEqual(refusal());
    expect(await tell()).toEqual([]);
  });

  it('goes with its quota', async () => {
    const quota = await setting.aQuota({ value: 1 });
    await setting.upload(1);
    await setting.remove(quota.id, true);
    expect(await tell()).toEqual([]);
  });
});
