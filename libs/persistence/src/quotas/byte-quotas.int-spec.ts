import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aUser } from '../../../../test/support/an-upload.js';
import { QuotaSetting } from '../../../../test/support/quota-setting.js';

let setting: QuotaSetting;
let userid: string;

beforeAll(async () => {
  setting = await QuotaSetting.open();
});

afterAll(() => setting.opened.drop());

beforeEach(async () => {
  await setting.begin();
  ({ userid } = setting);
});

const refusal = (members = {}) => expect.objectContaining({ code: 'QUOTA_EXCEEDED', ...members });

describe('a quota of bytes', () => {
  const claim = async (count: number): Promise<number[]> => {
    const accepted = await setting.upload(count);
    const until = new Date(Date.now() + 60_000);
    for (const { id } of accepted.uploads) await setting.uploads.claim(id, 'w', new Date(), until);
    return accepted.uploads.map(({ id }) => id);
  };
  const keep = (id: number, bytes: number, isExempt = false) =>
    setting.uploads.keepFile(id, 'w', { userid, bytes, patch: { size: bytes }, isExempt });

  it('is taken once by files that come at once, each counting once', async () => {
    await setting.aQuota({ type: 'max_bytes', value: 1_000 });
    const ids = await claim(8);
    const results = await Promise.allSettled(ids.map((id) => keep(id, 300)));
    const kept = ids.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(kept).toHaveLength(3);
    expect(await setting.left()).toBe(100);
    expect(await keep(kept[0] ?? 0, 400)).toBe(true);
    expect(await setting.left()).toBe(0);
    await expect(setting.upload(1)).rejects.toEqual(refusal());
    const refused = await setting.uploads.find(ids.find((id) => !kept.includes(id)) ?? 0);
    expect(refused?.checkpoint).toEqual({});
    expect(await keep(refused?.id ?? 0, 300, true)).toBe(true);
  });

  it('lets the files of others alone', async () => {
    await setting.aQuota({ type: 'max_bytes', value: 500 });
    const [id = 0] = await claim(1);
    await keep(id, 500);
    const other = await aUser(setting.opened.database, 'Bob');
    expect(await setting.quotas.listStates(other.userid)).toMatchObject([
      { used: 0, left: 500, resetsAt: null },
    ]);
  });
});
