import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { QuotaRepository } from '#app/persistence';
import { WatchSetting } from '../../../../test/support/watch-setting.js';

const ADMIN = { userid: '1', username: 'Admin', requestId: 'a-request' };

let setting: WatchSetting;

beforeAll(async () => {
  setting = await WatchSetting.open();
});

afterAll(() => setting.stores.close());

beforeEach(async () => {
  await setting.begin();
  for (const table of ['upload_requests', 'upload_slices', 'batches', 'quota_counts', 'presets']) {
    await setting.database.change(`DELETE FROM ${table}`);
  }
});

const aQuota = async (value: number, type: 'max_uploads' | 'max_batches' = 'max_uploads'): Promise<void> => {
  const draft = { name: type, description: '', enable: true, type, value, isDefault: true };
  await setting.stores.nest.get(QuotaRepository).create({ ...draft, expire: { period: 'never' } }, ADMIN);
};

/** The keys of each batch. */
const listBatches = async (): Promise<string[][]> => {
  const rows = await setting.database.rows<{ images: string }>(
    'SELECT GROUP_CONCAT(r.`key` ORDER BY r.id) AS images FROM batches b JOIN upload_requests r ON r.batchid = b.id GROUP BY b.id',
  );
  return rows.map(({ images }) => images.split(','));
};
const countBatches = async (): Promise<number> =>
  (await setting.database.rows('SELECT id FROM batches')).length;
/** As when the quota resets. */
const forgetUse = (): Promise<number> =>
  setting.database.change("UPDATE upload_requests SET created_at = '2000-01-01'");

describe('images of a watched collection that a quota did not allow', () => {
  it('are queued when it resets, as many as it allows, each once', async () => {
    await aQuota(2);
    const preset_id = await setting.aPreset();
    await setting.look({ preset_id });
    setting.images.push('3', '4', '5', '6', '7');
    await setting.look({ preset_id });
    expect(await listBatches()).toEqual([['3', '4']]);
    expect(await setting.listTold()).toEqual([
      expect.stringMatching(
        /^5 new images in “seq”\. 2 uploads queued in batch \d+\. 3 wait for a later look\. Your quota .* has 2 left, and this takes 5\./,
      ),
    ]);

    await setting.look({ preset_id });
    expect(await countBatches()).toBe(1);
    expect(await setting.listTold()).toHaveLength(1);

    await forgetUse();
    setting.images.push('8');
    await setting.look({ preset_id });
    await forgetUse();
    await setting.look({ preset_id });
    await forgetUse();
    await setting.look({ preset_id });
    expect(await listBatches()).toEqual([
      ['3', '4'],
      ['5', '6'],
      ['7', '8'],
    ]);
    expect((await setting.listTold()).slice(1)).toEqual([
      expect.stringMatching(/^1 new image in “seq”\. 2 uploads queued .* 2 wait for a later look/),
      expect.stringMatching(/^Of “seq”: 2 uploads queued in batch \d+\.$/),
    ]);
  });

  it('are neither lost nor doubled by a look that fails when it has queued some', async () => {
    const preset_id = await setting.aPreset();
    await setting.look({ preset_id });
    const more = Array.from({ length: 900 }, (_, index) => String(1_000 + index));
    setting.images.push(...more);
    await setting.database.rows(`CREATE TRIGGER breaks BEFORE INSERT ON upload_slices FOR EACH ROW
      IF NEW.sliceid > 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'out of order'; END IF`);
    expect(await setting.look({ preset_id })).toMatchObject({ status: 'failed' });
    await setting.database.rows('DROP TRIGGER breaks');
    await setting.look({ preset_id });
    const batches = await listBatches();
    expect(batches.map((images) => images.length)).toEqual([500, 400]);
    expect(batches.flat().sort()).toEqual(more);
  });

  it('wait no more when they are on Commons or gone by then', async () => {
    await aQuota(0);
    const preset_id = await setting.aPreset();
    await setting.look({ preset_id });
    setting.images.push('3', '4', '5');
    await setting.look({ preset_id });
    expect(await countBatches()).toBe(0);
    setting.onCommons = ['3'];
    setting.images = setting.images.filter((id) => id !== '4');
    await setting.look({ preset_id });
    await setting.database.change('DELETE FROM quotas');
    await setting.look({ preset_id });
    expect(await listBatches()).toEqual([['5']]);
    expect((await setting.listTold())[1]).toMatch(
      /^Of “seq”: 1 on Commons already\. 1 could not be queued\. 1 waits/,
    );
  });

  it('wait no more once the schedule has no preset, or another collection', async () => {
    await aQuota(0);
    const preset_id = await setting.aPreset();
    await setting.look({ preset_id });
    setting.images.push('3');
    await setting.look({ preset_id });
    await setting.look();
    setting.images.push('4');
    await setting.look({ preset_id });
    await setting.look({ preset_id, collection: 'another' });
    await setting.database.change('DELETE FROM quotas');
    await setting.look({ preset_id });
    expect(await countBatches()).toBe(0);
  });

  it('make no batch that a quota of batches does not allow', async () => {
    await aQuota(0, 'max_batches');
    const preset_id = await setting.aPreset();
    await setting.look({ preset_id });
    setting.images.push('3');
    await setting.look({ preset_id });
    expect(await countBatches()).toBe(0);
    await setting.database.change('DELETE FROM quotas');
    await setting.look({ preset_id });
    expect(await listBatches()).toEqual([['3']]);
  });

  it('are kept when the preset cannot be used any more, which the failure says', async () => {
    const preset_id = await setting.aPreset();
    await setting.look({ preset_id });
    setting.images.push('3');
    await setting.database.change("UPDATE presets SET title_template = 'Street.jpg' WHERE id = ?", [
      preset_id,
    ]);
    expect(await setting.look({ preset_id })).toMatchObject({
      status: 'failed',
      error: { code: 'VALIDATION_FAILED', message: expect.stringContaining('must have the id of the image') },
    });
    await setting.look({ preset_id: await setting.aPreset() });
    expect(await listBatches()).toEqual([['3']]);
  });
});
