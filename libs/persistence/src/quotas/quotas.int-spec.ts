import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { BatchRepository } from '../batches/batch.repository.js';
import { UploadRepository } from '../uploads/upload.repository.js';
import { AuditLog } from '../admin/audit-log.js';
import { NotificationRepository } from '../notifications/notification.repository.js';
import type { Quota, QuotaDraft } from './quota.js';
import { QuotaRepository } from './quota.repository.js';
import { tellNearQuotas } from './tell-near-quotas.js';

const ADMIN = { userid: '1', username: 'Admin', requestId: 'a-request' };

const TABLES = [
  'upload_requests',
  'upload_slices',
  'batches',
  'user_quotas',
  'quotas',
  'notifications',
  'audit_log',
  'users',
];

let opened: OpenTestDatabase;
let quotas: QuotaRepository;
let batches: BatchRepository;
let uploads: UploadRepository;
let userid: string;
let batchid: number;
let slices = 0;

beforeAll(async () => {
  opened = await openTestDatabase();
  quotas = new QuotaRepository(opened.database);
  batches = new BatchRepository(opened.database);
  uploads = new UploadRepository(opened.database);
});

afterAll(() => opened.drop());

beforeEach(async () => {
  for (const table of TABLES) {
    await opened.database.change(`DELETE FROM ${table}`);
  }
  ({ userid } = await aUser(opened.database));
  ({ id: batchid } = await batches.create(userid));
});

const aQuota = (members: Partial<QuotaDraft> = {}): Promise<Quota> =>
  quotas.create(
    {
      name: 'Newcomers',
      description: '',
      enable: true,
      type: 'max_uploads',
      value: 10,
      expire: { period: 'month' },
      isDefault: true,
      ...members,
    },
    ADMIN,
  );

const upload = (count: number, members = {}) => {
  slices += 1;
  return uploads.acceptSlice({
    batchid,
    userid,
    sliceid: slices,
    itemsHash: String(slices),
    uploads: Array.from({ length: count }, () => aNewUpload()),
    ...members,
  });
};

const remove = (id: number, force: boolean): Promise<void> => quotas.remove(id, { force, actor: ADMIN });
const left = async (): Promise<number | undefined> => (await quotas.listStates(userid))[0]?.left;
const refusal = (members = {}) => expect.objectContaining({ code: 'QUOTA_EXCEEDED', ...members });

describe('a quota of uploads', () => {
  it('gives fifty who race for its last ten places exactly ten', async () => {
    await aQuota();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => upload(1)));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(40);
    for (const { reason } of refused as PromiseRejectedResult[]) expect(reason).toEqual(refusal());
    expect(await uploads.countBatchUploads(batchid, ['queued'])).toBe(10);
    expect(await left()).toBe(0);
  });

  it('takes a slice whole or not at all, and says what is left and when it resets', async () => {
    await aQuota();
    await upload(7);
    const now = new Date();
    const resets = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
    await expect(upload(4)).rejects.toEqual(
      refusal({
        message: expect.stringContaining('has 3 left, and this takes 4'),
        details: { quota: 'Newcomers', type: 'max_uploads', value: 10, used: 7, left: 3, resets_at: resets },
      }),
    );
    expect(await uploads.countBatchUploads(batchid, ['queued'])).toBe(7);
    await upload(3);
  });

  it('answers a slice that was accepted before, though nothing is left', async () => {
    await aQuota();
    const again = { sliceid: 1_000_000, itemsHash: 'same' };
    const images = Array.from({ length: 10 }, () => aNewUpload());
    const first = await upload(0, { ...again, uploads: images });
    expect(await upload(0, { ...again, uploads: images })).toEqual({
      created: false,
      uploads: first.uploads,
    });
  });

  it('gives back what was cancelled or turned out a duplicate, and does not count what was refused', async () => {
    await aQuota();
    await upload(4);
    const refused = { status: 'failed' as const, error: { type: 'error' as const, message: 'No' } };
    await upload(0, { uploads: [aNewUpload(refused), aNewUpload(refused)] });
    expect(await left()).toBe(6);
    const { cancelled } = await uploads.cancelBatch(batchid, new Date());
    expect(cancelled).toHaveLength(4);
    expect(await left()).toBe(10);
    await upload(5);
    const ends = ['duplicate', 'duplicated_sdc_updated', 'failed', 'completed'];
    const rows = await opened.database.rows<{ id: number }>(
      "SELECT id FROM upload_requests WHERE status = 'queued' ORDER BY id",
    );
    for (const [index, status] of ends.entries()) {
      const values = [status, rows[index]?.id ?? 0];
      await opened.database.change('UPDATE upload_requests SET status = ?, version = 2 WHERE id = ?', values);
    }
    expect(await left()).toBe(7);
  });

  it('counts a retry', async () => {
    await aQuota({ value: 3 });
    await upload(2);
    await opened.database.change("UPDATE upload_requests SET status = 'failed'");
    const into = await batches.create(userid);
    const copy = (isExempt: boolean) =>
      uploads.copyForRetry({
        from: { batchid },
        statuses: ['failed'],
        intoBatchid: into.id,
        userid,
        accessToken: 'k1.sealed',
        plannedAt: [new Date()],
        isExempt,
      });
    await expect(copy(false)).rejects.toEqual(refusal());
    expect(await uploads.countBatchUploads(into.id, ['queued'])).toBe(0);
    expect(await copy(true)).toHaveLength(2);
  });

  it('frees the places of a rolling span one after the other', async () => {
    await aQuota({ expire: { period: 'hours', hours: 2 } });
    await upload(10);
    const old = new Date(Date.now() - 7_200_000);
    const first = new Date(old.getTime() + 60_000);
    const age = 'UPDATE upload_requests SET created_at = ? ORDER BY id LIMIT ?';
    await opened.database.change(age, [first, 3]);
    await expect(upload(1)).rejects.toEqual(
      refusal({
        details: expect.objectContaining({ resets_at: new Date(first.getTime() + 7_200_000).toISOString() }),
      }),
    );
    await opened.database.change(age, [old, 3]);
    await upload(3);
    await expect(upload(1)).rejects.toEqual(refusal());
  });

  it('does not hold for who is exempt, nor when it is disabled or over', async () => {
    const quota = await aQuota({ value: 1 });
    await upload(5, { isExempt: true });
    await expect(upload(1)).rejects.toEqual(refusal());
    await quotas.update(quota.id, { ...quota, enable: false }, ADMIN);
    await upload(1);
    const expire = { period: 'until' as const, until: new Date(Date.now() - 1) };
    await quotas.update(quota.id, { ...quota, expire }, ADMIN);
    await upload(1);
    expect(await quotas.listStates(userid)).toEqual([]);
  });
});

describe("a person's own quota", () => {
  it('holds in place of the one for everybody, until it is withdrawn or disabled', async () => {
    await aQuota({ value: 1 });
    const own = await aQuota({ name: 'Trusted', value: 5, isDefault: false });
    await quotas.assign(userid, own.id, ADMIN);
    await upload(5);
    await expect(upload(1)).rejects.toEqual(refusal({ message: expect.stringContaining('Trusted') }));
    expect(await quotas.listOfUser(userid)).toEqual([own]);
    await quotas.withdraw(userid, own.id, ADMIN);
    await expect(upload(1)).rejects.toEqual(refusal({ message: expect.stringContaining('Newcomers') }));
    await expect(quotas.withdraw(userid, own.id, ADMIN)).rejects.toMatchObject({ code: 'QUOTA_NOT_FOUND' });
  });

  it('leaves the one for everybody when its time is over', async () => {
    await aQuota({ value: 1 });
    const expire = { period: 'until' as const, until: new Date(Date.now() + 60_000) };
    const own = await aQuota({ name: 'Event', value: 5, isDefault: false, expire });
    await quotas.assign(userid, own.id, ADMIN);
    await upload(2);
    await quotas.update(own.id, { ...own, expire: { ...expire, until: new Date(Date.now() - 1) } }, ADMIN);
    await expect(upload(1)).rejects.toEqual(refusal({ message: expect.stringContaining('Newcomers') }));
    expect(await quotas.listStates(userid)).toMatchObject([{ quota: { name: 'Newcomers' }, left: 0 }]);
  });

  it('is one of a type, and of somebody who is known', async () => {
    const [one, other] = [
      await aQuota({ name: 'a', isDefault: false }),
      await aQuota({ name: 'b', isDefault: false }),
    ];
    const tries = [one, other, one, other].map(({ id }) => quotas.assign(userid, id, ADMIN));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(quotas.assign(userid, 999_999, ADMIN)).rejects.toMatchObject({ code: 'QUOTA_NOT_FOUND' });
    await expect(quotas.assign('nobody', one.id, ADMIN)).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  });

  it('cannot be removed without saying so while people have it', async () => {
    const own = await aQuota({ isDefault: false });
    await quotas.assign(userid, own.id, ADMIN);
    await expect(remove(own.id, false)).rejects.toMatchObject({
      code: 'QUOTA_CONFLICT',
      details: { count: 1, users: [{ userid, username: 'Alice' }] },
    });
    await remove(own.id, true);
    expect(await quotas.find(own.id)).toBeNull();
    expect(await quotas.listOfUser(userid)).toEqual([]);
    await expect(remove(own.id, true)).rejects.toMatchObject({ code: 'QUOTA_NOT_FOUND' });
  });
});

describe('a quota for everybody', () => {
  it('is not removed without saying so, unless it holds for nobody', async () => {
    const quota = await aQuota();
    await expect(remove(quota.id, false)).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    await upload(1);
    await remove((await aQuota({ name: 'Off', type: 'max_bytes', enable: false })).id, false);
    await remove(quota.id, true);
    expect((await quotas.list({ sortby: 'name', page: 0, size: 5, asc: true })).total).toBe(0);
  });
});

describe('a change of quotas', () => {
  it('is noted with who made it, before and after', async () => {
    const quota = await aQuota({ isDefault: false });
    await quotas.update(quota.id, { ...quota, value: 7 }, ADMIN);
    await quotas.assign(userid, quota.id, ADMIN);
    await quotas.withdraw(userid, quota.id, ADMIN);
    await remove(quota.id, false);
    const { items } = await new AuditLog(opened.database).list({ page: 1, limit: 10 });
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
    const quota = await aQuota();
    await expect(aQuota()).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    await expect(quotas.assign('nobody', quota.id, ADMIN)).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    await expect(quotas.withdraw(userid, quota.id, ADMIN)).rejects.toMatchObject({ code: 'QUOTA_NOT_FOUND' });
    await expect(remove(quota.id, false)).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    expect((await new AuditLog(opened.database).list({ page: 1, limit: 10 })).total).toBe(1);
  });
});

describe('a quota that is nearly spent', () => {
  const tell = (now = new Date()) => tellNearQuotas(opened.database, { now, limit: 10 });
  const told = async (): Promise<string[]> => {
    const query = { userid, unread: true, page: 0, size: 20, asc: true };
    const { items } = await new NotificationRepository(opened.database).list(query);
    return items.map(({ kind, message }) => `${kind}: ${message}`);
  };

  it('is told at nine tenths, once a period, over any number of processes', async () => {
    await aQuota();
    await upload(8);
    expect(await tell()).toEqual([]);
    await upload(1);
    const tellings = await Promise.all(Array.from({ length: 6 }, () => tell()));
    expect(tellings.flat()).toMatchObject([{ userid, kind: 'quota-near' }]);
    await upload(1);
    await expect(upload(1)).rejects.toEqual(refusal());
    expect(await tell()).toEqual([]);
    expect(await told()).toEqual([
      expect.stringMatching(
        /^quota-near: You have used 9 of the 10 uploads of your quota “Newcomers”, 1 is left\. It resets at \d{4}-\d\d-01T00:00:00\.000Z\.$/,
      ),
    ]);
  });

  it('is told again in the next period, or when it was changed', async () => {
    const quota = await aQuota({ value: 2, expire: { period: 'hours', hours: 1 } });
    await upload(2);
    await tell();
    const long = new Date(Date.now() - 3_700_000);
    await opened.database.change('UPDATE upload_requests SET created_at = ?', [long]);
    await opened.database.change('UPDATE quota_warnings SET reached_at = ?', [long]);
    await upload(2);
    expect(await tell()).toHaveLength(1);
    await quotas.update(quota.id, { ...quota, value: 3 }, ADMIN);
    await upload(1);
    expect(await tell()).toHaveLength(1);
    expect(await told()).toHaveLength(3);
  });

  it('is not told when it was given back meanwhile, and told once it is spent again', async () => {
    await aQuota({ value: 3 });
    await upload(3);
    await uploads.cancelBatch(batchid, new Date());
    expect(await tell()).toEqual([]);
    await upload(3);
    expect(await tell()).toHaveLength(1);
  });

  it('is not told to who is exempt, nor of what was refused', async () => {
    await aQuota({ value: 10 });
    await upload(9, { isExempt: true });
    await expect(upload(2)).rejects.toEqual(refusal());
    expect(await tell()).toEqual([]);
  });

  it('goes with its quota', async () => {
    const quota = await aQuota({ value: 1 });
    await upload(1);
    await remove(quota.id, true);
    expect(await tell()).toEqual([]);
  });
});

describe('quotas', () => {
  it('have names and defaults of their own', async () => {
    const first = await aQuota();
    await expect(aQuota({ isDefault: false })).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    await expect(aQuota({ name: 'Other' })).rejects.toMatchObject({ code: 'QUOTA_CONFLICT' });
    const bytes = await aQuota({ name: 'Bytes', type: 'max_bytes' });
    await expect(quotas.update(bytes.id, { ...bytes, name: first.name }, ADMIN)).rejects.toMatchObject({
      code: 'QUOTA_CONFLICT',
    });
    await expect(quotas.update(bytes.id, { ...bytes, type: 'max_batches' }, ADMIN)).rejects.toMatchObject({
      code: 'QUOTA_CONFLICT',
    });
    const page = await quotas.list({ sortby: 'created_at', page: 0, size: 1, asc: false });
    expect(page).toEqual({ items: [bytes], total: 2 });
  });

  it('limit batches', async () => {
    await aQuota({ type: 'max_batches', value: 3 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => batches.create(userid)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await batches.create(userid, { isExempt: true });
    await expect(batches.create(userid)).rejects.toEqual(refusal());
  });
});

describe('a quota of bytes', () => {
  const claim = async (count: number): Promise<number[]> => {
    const accepted = await upload(count);
    const until = new Date(Date.now() + 60_000);
    for (const { id } of accepted.uploads) await uploads.claim(id, 'w', new Date(), until);
    return accepted.uploads.map(({ id }) => id);
  };
  const keep = (id: number, bytes: number, isExempt = false) =>
    uploads.keepFile(id, 'w', { userid, bytes, patch: { size: bytes }, isExempt });

  it('is taken once by files that come at once, each counting once', async () => {
    await aQuota({ type: 'max_bytes', value: 1_000 });
    const ids = await claim(8);
    const results = await Promise.allSettled(ids.map((id) => keep(id, 300)));
    const kept = ids.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(kept).toHaveLength(3);
    expect(await left()).toBe(100);
    expect(await keep(kept[0] ?? 0, 400)).toBe(true);
    expect(await left()).toBe(0);
    await expect(upload(1)).rejects.toEqual(refusal());
    const refused = await uploads.find(ids.find((id) => !kept.includes(id)) ?? 0);
    expect(refused?.checkpoint).toEqual({});
    expect(await keep(refused?.id ?? 0, 300, true)).toBe(true);
  });

  it('lets the files of others alone', async () => {
    await aQuota({ type: 'max_bytes', value: 500 });
    const [id = 0] = await claim(1);
    await keep(id, 500);
    const other = await aUser(opened.database, 'Bob');
    expect(await quotas.listStates(other.userid)).toMatchObject([{ used: 0, left: 500, resetsAt: null }]);
  });
});
