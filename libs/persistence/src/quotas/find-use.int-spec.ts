import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QuotaType } from './quota.js';
import { ADMIN, QuotaSetting } from '../../../../test/support/quota-setting.js';

const MANY = 6_000;
const ENDINGS = ['completed', 'failed', 'cancelled', 'duplicate', 'completed'];
/** As of the rows themselves. */
const NAIVE: Readonly<Partial<Record<QuotaType, string>>> = {
  max_uploads: 'COUNT(*)',
  max_bytes: 'COALESCE(SUM(bytes), 0)',
};

let setting: QuotaSetting;
let userid: string;

beforeAll(async () => {
  setting = await QuotaSetting.open();
});

afterAll(() => setting.opened.drop());

beforeEach(async () => {
  await setting.opened.database.change('DELETE FROM quota_counts');
  await setting.begin();
  ({ userid } = setting);
});

const change = (statement: string, values: (string | number)[] = []): Promise<number> =>
  setting.opened.database.change(statement, values);

/** Uploads of hours ago: every tenth is open, the rest have ended in all ways. */
const fill = async (count: number, hoursAgo: number, prefix: string): Promise<void> => {
  const ending = `ELT(1 + seq MOD 5, ${ENDINGS.map((status) => `'${status}'`).join(', ')})`;
  await change(
    `INSERT INTO upload_requests (batchid, userid, status, \`key\`, handler, collection, filename, wikitext, copyright_override,
        created_at, updated_at, planned_at, due_at, attempts, checkpoint, was_refused, bytes)
      SELECT ?, ?, IF(seq MOD 10 = 3, 'queued', ${ending}), CONCAT(?, seq), 'mapillary', 'c', seq, '', 0,
        NOW(3) - INTERVAL ? HOUR + INTERVAL seq * 1000 MICROSECOND, NOW(3), NOW(3), NOW(3), '{}', '{}',
        seq MOD 7 = 0, IF(seq MOD 3 = 0, NULL, seq) FROM seq_1_to_${count}`,
    [setting.batchid, userid, prefix, hoursAgo],
  );
};

const naive = async (type: QuotaType): Promise<number> => {
  const [row] = await setting.opened.database.rows<{ used: number | string }>(
    `SELECT ${NAIVE[type] ?? ''} AS used FROM upload_requests WHERE was_refused = 0 AND
      status NOT IN ('cancelled', 'duplicate', 'duplicated_sdc_updated', 'duplicated_sdc_not_updated')`,
  );
  return Number(row?.used);
};

const used = async (): Promise<number | undefined> => (await setting.quotas.listStates(userid))[0]?.used;

const counts = () =>
  setting.opened.database.rows<{ open: number; counted_until: Date }>(
    'SELECT JSON_LENGTH(open_ids) AS open, counted_until FROM quota_counts',
  );

/** Never given back, and as old as anything. */
const anEternalQuota = async (type: QuotaType): Promise<void> => {
  await setting.aQuota({ type, value: 1_000_000_000, expire: { period: 'never' } });
  await change("UPDATE quotas SET created_at = '2020-01-01'");
};

describe.each(['max_uploads', 'max_bytes'] as const)('what was used of %s for good', (type) => {
  it('is counted once, and told right whatever happens to the rest', async () => {
    await anEternalQuota(type);
    await fill(MANY, 5, 'a');
    expect(await counts()).toEqual([]);
    await setting.upload(1);
    const [count] = await counts();
    expect(count?.open).toBe(MANY / 10);
    expect(await used()).toBe(await naive(type));

    const open = "status IN ('queued', 'in_progress')";
    await change(`UPDATE upload_requests SET status = 'cancelled' WHERE ${open} AND id MOD 3 = 0`);
    await change(`UPDATE upload_requests SET status = 'completed', bytes = 5 WHERE ${open} AND id MOD 3 = 1`);
    expect(await used()).toBe(await naive(type));

    await change('UPDATE quota_counts SET counted_until = counted_until - INTERVAL 3 HOUR');
    await fill(MANY, 3, 'b');
    await setting.upload(1);
    const [later] = await counts();
    expect(later?.counted_until.getTime()).toBeGreaterThanOrEqual(count?.counted_until.getTime() ?? 0);
    expect(await used()).toBe(await naive(type));
    await change(`UPDATE upload_requests SET status = 'duplicate' WHERE ${open}`);
    expect(await used()).toBe(await naive(type));
  });
});

it('is counted as far as few enough are open', async () => {
  await anEternalQuota('max_uploads');
  await fill(3 * MANY, 5, 'a');
  await setting.upload(1);
  const [count] = await counts();
  expect(count?.open).toBe(1_000);
  expect(await used()).toBe(await naive('max_uploads'));
});

it('is counted anew for another span, and never kept for one that rolls', async () => {
  await anEternalQuota('max_uploads');
  await fill(MANY, 5, 'a');
  await setting.upload(1);
  await change(
    'UPDATE quotas SET created_at = (SELECT created_at FROM upload_requests ORDER BY id LIMIT 1 OFFSET 3000)',
  );
  await change('DELETE FROM upload_requests ORDER BY id LIMIT 3000');
  expect(await used()).toBe(await naive('max_uploads'));
  await change('DELETE FROM quota_counts');
  const [quota] = (await setting.quotas.list({ sortby: 'name', page: 0, size: 1, asc: true })).items;
  if (!quota) throw new Error('There is no quota');
  await setting.quotas.update(quota.id, { ...quota, expire: { period: 'hours', hours: 100 } }, ADMIN);
  await setting.upload(1);
  expect(await counts()).toEqual([]);
  expect(await used()).toBe(await naive('max_uploads'));
});

it('refuses by what was counted before', async () => {
  await anEternalQuota('max_uploads');
  await fill(MANY, 5, 'a');
  await setting.upload(1);
  await change('UPDATE quotas SET value = ?', [(await naive('max_uploads')) + 2]);
  await setting.upload(2);
  await expect(setting.upload(1)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
});
