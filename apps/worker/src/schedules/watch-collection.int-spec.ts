import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BatchRepository,
  Database,
  JobQueue,
  JobRepository,
  LiveUpdates,
  NotificationRepository,
  PresetRepository,
  RatePlan,
  ScheduleRepository,
  TokenVault,
  UploadRepository,
  UserRepository,
  WatchedImages,
} from '#app/persistence';
import { TemporaryError, type ImageSource, type MediaImage } from '#app/protocol';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { JobRunner } from '../jobs/job-runner.js';
import { CommonsClients } from '../uploads/commons-clients.js';
import { Shutdown } from '../uploads/shutdown.js';
import { loadWorkerConfig } from '../worker.config.js';
import { PersonsPlaces } from './persons-places.js';
import { QueueNewImages } from './queue-new-images.js';
import { WatchCollection } from './watch-collection.js';

const anImage = (id: string): MediaImage => ({
  id,
  title: '',
  dates: { taken: '2023-08-15T02:05:30.030Z' },
  creator: { id: '7', username: 'alice', profile_url: '' },
  location: {
    latitude: 52.5,
    longitude: 13.4,
    compass_angle: 90,
    ...(id !== 'nowhere' && { city: 'Berlin' }),
  },
  existing: [],
  urls: { url: '', original: '', preview: '', thumbnail: '' },
  dimensions: { width: 4_000, height: 3_000 },
  camera: { is_pano: true },
});

describe('WatchCollection', () => {
  let stores: OpenStores;
  let database: Database;
  let jobs: JobRepository;
  let runAll: () => Promise<void>;
  let userid: string;
  let scheduleId: number;
  /** What the collection has, and which of it Commons has. */
  let images: string[];
  let onCommons: string[];
  /** Requests for images that fail. */
  let failures: number;

  const source: ImageSource = {
    name: 'mapillary',
    imageLabel: 'Mapillary image',
    fetchCollection: () => Promise.resolve(null),
    fetchCollectionIds: (id) => Promise.resolve({ id, imageIds: images }),
    fetchImagesBatch: (ids) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new TemporaryError('http-503', 'Mapillary is away'));
      return Promise.resolve(ids.map(anImage));
    },
    fetchImageMetadata: () => Promise.reject(new Error('Nobody asks for it')),
    findRefusals: () => Promise.resolve(new Map()),
    fetchExistingPages: (ids) =>
      Promise.resolve(
        new Map(
          ids.filter((id) => onCommons.includes(id)).map((id) => [id, [{ title: 'File:A.jpg', url: '' }]]),
        ),
      ),
  };

  beforeAll(async () => {
    stores = await openStores();
    const { nest, environment } = stores;
    const { config } = loadWorkerConfig({ ...environment, RETRY_DELAY_SCALE: '0.001' });
    database = nest.get(Database);
    jobs = nest.get(JobRepository);
    const live = nest.get(LiveUpdates);
    const users = nest.get(UserRepository);
    const clients = new CommonsClients(stores.commons, nest.get(TokenVault), users, config);
    const queue = new QueueNewImages(
      new PersonsPlaces(users, clients, nest.get(RatePlan)),
      nest.get(PresetRepository),
      nest.get(BatchRepository),
      nest.get(UploadRepository),
      live,
      config,
    );
    const watch = new WatchCollection({ mapillary: source }, nest.get(WatchedImages), queue, live, config);
    const runner = new JobRunner(jobs, nest.get(JobQueue), live, new Shutdown(), config, [watch]);
    runAll = () => runner.runAll();
    userid = '4711';
    const token = stores.upstreams.commons.accessToken('Uploader');
    const encryptedToken = nest.get(TokenVault).seal(token, userid);
    await users.saveSignIn({ userid, username: 'Uploader', encryptedToken });
  });

  afterAll(() => stores.close());

  beforeEach(async () => {
    for (const table of ['schedules', 'jobs', 'notifications']) await database.change(`DELETE FROM ${table}`);
    images = ['1', '2'];
    onCommons = [];
    failures = 0;
    const { id } = await stores.nest.get(ScheduleRepository).create(userid, {
      name: 'Old town',
      kind: 'watch-collection',
      params: {},
      timing: {
        recurrence: { kind: 'interval', everyMinutes: 60 },
        timeZone: 'UTC',
        days: { from: null, until: null },
        hours: null,
      },
      enabled: true,
    });
    scheduleId = id;
  });

  let runs = 0;
  const look = async (params: object = {}) => {
    runs += 1;
    const { job } = await jobs.createOrJoin({
      kind: 'watch-collection',
      userid,
      subject: `run-${runs}`,
      params: { handler: 'mapillary', collection: 'seq', schedule_id: scheduleId, run_id: runs, ...params },
    });
    for (let tries = 0; tries < 50; tries += 1) {
      await runAll();
      const found = await jobs.find(job.id);
      if (found?.status !== 'queued') return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('The job did not end');
  };
  const listTold = async (): Promise<string[]> => {
    const query = { userid, unread: true, page: 0, size: 100, asc: true };
    return (await stores.nest.get(NotificationRepository).list(query)).items.map(({ message }) => message);
  };
  const aPreset = async (members: object = {}): Promise<number> => {
    const preset = await stores.nest.get(PresetRepository).create(userid, {
      handler: 'mapillary',
      title: `Preset ${runs}`,
      titleTemplate: 'A street in {{location.city}} ({{mapillary.photo.id}}).jpg',
      labels: { language: 'en', value: 'Street in {{location.city}}' },
      categories: '[[Category:{{location.city}}]]',
      excludeFromDateCategory: true,
      isDefault: false,
      ...members,
    });
    return preset.id;
  };
  const listUploads = (batchid: number) =>
    database.rows<{ key: string; filename: string; wikitext: string; status: string }>(
      'SELECT `key`, filename, wikitext, status FROM upload_requests WHERE batchid = ? ORDER BY id',
      [batchid],
    );

  it('remembers at first, and tells what is new from then on, once', async () => {
    expect(await look()).toMatchObject({ status: 'complete', result: { images: 0 } });
    images.push('3', '4');
    expect(await look()).toMatchObject({ result: { images: 2 } });
    expect(await look()).toMatchObject({ result: { images: 0 } });
    images = ['4', '5'];
    await look();
    images = ['1', '5'];
    await look();
    expect(await listTold()).toEqual(['2 new images in “seq”.', '1 new image in “seq”.']);
  });

  it('looks at another collection for the first time again', async () => {
    await look();
    images = ['7', '8'];
    expect(await look({ collection: 'another' })).toMatchObject({ result: { images: 0 } });
    images = ['7', '8', '9'];
    expect(await look({ collection: 'another' })).toMatchObject({ result: { images: 1 } });
  });

  it('queues what is new as the preset says, once, though it is held up', async () => {
    const preset_id = await aPreset();
    await look({ preset_id });
    images.push('3', 'nowhere', 'known');
    onCommons = ['known'];
    failures = 2;
    const job = await look({ preset_id });
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
    expect(await listTold()).toEqual([
      `3 new images in “seq”. 1 upload queued in batch ${batchid}. 1 on Commons already. 1 could not be queued.`,
    ]);
  });

  it('fails for who is signed out, and for a preset that is gone', async () => {
    await look();
    images.push('3');
    expect(await look({ preset_id: 999_999 })).toMatchObject({
      status: 'failed',
      error: { code: 'PRESET_NOT_FOUND' },
    });
    const preset_id = await aPreset();
    images.push('4');
    await database.change('UPDATE users SET access_token = NULL WHERE userid = ?', [userid]);
    expect(await look({ preset_id })).toMatchObject({ status: 'failed', error: { code: 'FORBIDDEN' } });
  });

  it('ends with its schedule', async () => {
    await database.change('DELETE FROM schedules');
    expect(await look()).toMatchObject({ status: 'failed', error: { code: 'SCHEDULE_NOT_FOUND' } });
  });
});
