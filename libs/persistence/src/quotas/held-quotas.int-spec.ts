import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditLog } from '../admin/audit-log.js';
import { ADMIN, QuotaSetting } from '../../../../test/support/quota-setting.js';

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

describe("a person's own quota", () => {
  it('holds in place of the one for everybody, until it is withdrawn or disabled', async () => {
    await setting.aQuota({ value: 1 });
    const own = await setting.aQuota({ name: 'Trusted', value: 5, isDefault: false });
    await setting.quotas.assign(userid, own.id, ADMIN);
    await setting.upload(5);
    await expect(setting.upload(1)).rejects.toEqual(refusal({ message: expect.stringContaining('Trusted') }));
    expect(await setting.quotas.listOfUser(userid)).toEqual([own]);
    await setting.quotas.withdraw(userid, own.id, ADMIN);
    await expect(setting.upload(1)).rejects.toEqual(
      refusal({ message: expect.stringContaining('Newcomers') }),
    );
    await expect(setting.quotas.withdraw(userid, own.id, ADMIN)).rejects.toMatchObject({
      code: 'QUOTA_NOT_FOUND',
    });
  });

  it('leaves the one for everybody when its time is over', async () => {
    await setting.aQuota({ value: 1 });
    const expire = { period: 'until' as const, until: new Date(Date.now() + 60_000) };
    const own = await setting.aQuota({ name: 'Event', value: 5, isDefault: false, expire });
    await setting.quotas.assign(userid, own.id, ADMIN);
    await setting.upload(2);
    await setting.quotas.update(
      own.id,
      { ...own, expire: { ...expire, until: new Date(Date.now() - 1) } },
      ADMIN,
    );
    await expect(setting.upload(1)).rejects.toEqual(
      refusal({ message: expect.stringContaining('Newcomers') }),
    );
    expect(await setting.quotas.listStates(userid)).toMatchObject([
      { quota: { name: 'Newcomers' }, left: 0 },
    ]);
  });

  it('is one of a type, and of somebody who is known', async () => {
    const [one, other] = [
      await setting.aQuota({ name: 'a', isDefault: false }),
      await setting.aQuota({ name: 'b', isDefault: false }),
    ];
    const tries = [one, other, one, other].map(({ id }) => setting.quotas.assign(userid, id, ADMIN));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(setting.quotas.assign(userid, 999_999, ADMIN)).rejects.toMatchObject({
      code: 'QUOTA_NOT_FOUND',
    });
    await expect(setting.quotas.assign('nobody', one.id, ADMIN)).rejects.toMatchObject({
      code: 'USER_NOT_FOUND',
    });
  });

  it('cannot be removed without saying so while people have it', async () => {
    const own = await setting.aQuota({ isDefault: false });
    await setting.quotas.assign(userid, own.id, ADMIN);
    await expect(setting.remove(own.id, false)).rejects.toMatchObject({
      code: 'QUOTA_CONFLICT',
      details: { count: 1, users: [{ userid, username: 'Alice' }] },
    });
    await setting.remove(own.id, true);
    expect(await setting.quotas.find(own.id)).toBeNull();
    expect(await setting.quotas.listOfUser(userid)).toEqual([]);
    await expect(setting.remove(own.id, true)).rejects.toMatchObject({ code: 'QUOTA_NOT_FOUND' });
  });
});

describe('a quota for everybody', () => {
  it('is not removed without saying so, unless it holds for nobody', async () => {
    const quota = await setting.aQuota();
    await expect(setting.remove(quota.id, false)).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    await setting.upload(1);
    await setting.remove((await setting.aQuota({ name: 'Off', type: 'max_bytes', enable: false })).id, false);
    await setting.remove(quota.id, true);
    expect((await setting.quotas.list({ sortby: 'name', page: 0, size: 5, asc: true })).total).toBe(0);
  });
});

describe('a change of quotas', () => {
  it('is noted with who made it, before and after', async () => {
    const quota = await setting.aQuota({ isDefault: false });
    await setting.quotas.update(quota.id, { ...quota, value: 7 }, ADMIN);
    await setting.quotas.assign(userid, quota.id, ADMIN);
    await setting.quotas.withdraw(userid, quota.id, ADMIN);
    await setting.remove(quota.id, false);
    const { items } = await new AuditLog(setting.opened.database).list({ page: 1, limit: 10 });
    const had = { quota: { id: quota.id, name: 'Newcomers' } };
    const [kept, changed] = [{ value: 10, expire: { period: 'month' } }, { value: 7 }];
    const expected = [
      ['quota.create', 'quota', String(quota.id), null, kept],
      ['quota.replace', 'quota', String(quota.id), kept, changed],
      ['quota.assign', 'user', userid, null, had],
      ['quota.withdraw', 'user', userid, had, null],
      ['quota.delete', 'quota', String(quota.id), changed, null],
    ];
    expect(
      items.map((one) => [one.action, one.subjectKind, one.subjectId, one.before, one.after]).reverse(),
    ).toMatchObject(expected);
    for (const { username, requestId } of items)
      expect([username, requestId]).toEqual(['Admin', 'a-request']);
  });

  it('that is refused is not noted', async () => {
    const quota = await setting.aQuota();
    await expect(setting.aQuota()).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    await expect(setting.quotas.assign('nobody', quota.id, ADMIN)).rejects.toMatchObject({
      code: 'USER_NOT_FOUND',
    });
    await expect(setting.quotas.withdraw(userid, quota.id, ADMIN)).rejects.toMatchObject({
      code: 'QUOTA_NOT_FOUND',
    });
    await expect(setting.remove(quota.id, false)).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    expect((await new AuditLog(setting.opened.database).list({ page: 1, limit: 10 })).total).toBe(1);
  });
});

describe('quotas', () => {
  it('have names and defaults of their own', async () => {
    const first = await setting.aQuota();
    await expect(setting.aQuota({ isDefault: false })).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    await expect(setting.aQuota({ name: 'Other' })).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    const bytes = await setting.aQuota({ name: 'Bytes', type: 'max_bytes' });
    await expect(
      setting.quotas.update(bytes.id, { ...bytes, name: first.name }, ADMIN),
    ).rejects.toMatchObject({
      code: 'QUOTA_CONFLICT',
    });
    await expect(
      setting.quotas.update(bytes.id, { ...bytes, type: 'max_batches' }, ADMIN),
    ).rejects.toMatchObject({
      code: 'QUOTA_CONFLICT',
    });
    const page = await setting.quotas.list({ sortby: 'created_at', page: 0, size: 1, asc: false });
    expect(page).toEqual({ items: [bytes], total: 2 });
  });

  it('limit batches', async () => {
    await setting.aQuota({ type: 'max_batches', value: 3 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => setting.batches.create(userid)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await setting.batches.create(userid, { isExempt: true });
    await expect(setting.batches.create(userid)).rejects.toEqual(refusal());
  });
});
