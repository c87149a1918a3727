import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WatchSetting } from '../../../../test/support/watch-setting.js';

let setting: WatchSetting;

beforeAll(async () => {
  setting = await WatchSetting.open();
});

afterAll(() => setting.stores.close());

beforeEach(() => setting.begin());

const listUploads = (batchid: number) =>
  setting.database.rows<{ key: string; filename: string; wikitext: string; status: string }>(
    'SELECT `key`, filename, wikitext, status FROM upload_requests WHERE batchid = ? ORDER BY id',
    [batchid],
  );

describe('WatchCollection', () => {
  it('remembers at first, and tells what is new from then on, once', async () => {
    expect(await setting.look()).toMatchObject({ status: 'complete', result: { images: 0 } });
    setting.images.push('3', '4');
    expect(await setting.look()).toMatchObject({ result: { images: 2 } });
    expect(await setting.look()).toMatchObject({ result: { images: 0 } });
    setting.images = ['4', '5'];
    await setting.look();
    setting.images = ['1', '5'];
    await setting.look();
    expect(await setting.listTold()).toEqual(['2 new images in “seq”.', '1 new image in “seq”.']);
  });

  it('looks at another collection for the first time again', async () => {
    await setting.look();
    setting.images = ['7', '8'];
    expect(await setting.look({ collection: 'another' })).toMatchObject({ result: { images: 0 } });
    setting.images = ['7', '8', '9'];
    expect(await setting.look({ collection: 'another' })).toMatchObject({ result: { images: 1 } });
  });

  it('queues what is new as the preset says, once, though it is held up', async () => {
    const preset_id = await setting.aPreset();
    await setting.look({ preset_id });
    setting.images.push('3', 'nowhere', 'known');
    setting.onCommons = ['known'];
    setting.failures = 2;
    const job = await setting.look({ preset_id });
    const batchid = Number(job?.result?.['batchid']);
    expect(await listUploads(batchid)).toEqual([
      {
        key: '3',
        filename: 'A street in Berlin (3).jpg',
        status: 'queued',
        wikitext: [
          '== {{int:filedesc}} ==',
          '{{Information',
          ' | date         = {{Taken on|cat=no|2023-08-15T02:05:30Z}}',
          ' | source       = {{Mapillary-source|key=3}} Sequence ID: seq',
          ' | other_fields = {{information field|Academic context|{{en|1=Geospatial street-level imagery from external site}}}}',
          '}}',
          '{{Location|52.5|13.4|heading:90}}',
          '{{Pano360}}',
          '',
          '== {{int:license-header}} ==',
          '{{cc-by-sa-4.0}}',
          '',
          '[[Category:Berlin]]',
          '[[Category:Images from Mapillary uploaded with Curator]]',
          '',
        ].join('\n'),
      },
    ]);
    expect(await setting.listTold()).toEqual([
      `3 new images in “seq”. 1 upload queued in batch ${batchid}. 1 on Commons already. 1 could not be queued.`,
    ]);
  });

  it('fails for who is signed out, and for a preset that is gone', async () => {
    await setting.look();
    setting.images.push('3');
    expect(await setting.look({ preset_id: 999_999 })).toMatchObject({
      status: 'failed',
      error: { code: 'PRESET_NOT_FOUND' },
    });
    const preset_id = await setting.aPreset();
    setting.images.push('4');
    await setting.database.change('UPDATE users SET access_token = NULL WHERE userid = ?', [setting.userid]);
    expect(await setting.look({ preset_id })).toMatchObject({
      status: 'failed',
      error: { code: 'FORBIDDEN' },
    });
  });

  it('ends with its schedule', async () => {
    await setting.database.change('DELETE FROM schedules');
    expect(await setting.look()).toMatchObject({ status: 'failed', error: { code: 'SCHEDULE_NOT_FOUND' } });
  });
});
