import {
  BatchRepository,
  Database,
  JobQueue,
  JobRepository,
  LiveUpdates,
  NotificationRepository,
  PresetRepository,
  QuotaRepository,
  RatePlan,
  ScheduleRepository,
  TokenVault,
  UploadRepository,
  UserRepository,
  WatchedImages,
  type Job,
} from '#app/persistence';
import { TemporaryError, type ImageSource, type MediaImage } from '#app/protocol';
import { aSchedule } from './a-schedule.js';
import { openStores, type OpenStores } from './open-stores.js';
import { JobRunner } from '../../apps/worker/src/jobs/job-runner.js';
import { CommonsClients } from '../../apps/worker/src/uploads/commons-clients.js';
import { Shutdown } from '../../apps/worker/src/uploads/shutdown.js';
import { loadWorkerConfig } from '../../apps/worker/src/worker.config.js';
import { AcceptImages } from '../../apps/worker/src/schedules/accept-images.js';
import { PersonsPlaces } from '../../apps/worker/src/schedules/persons-places.js';
import { QueueNewImages } from '../../apps/worker/src/schedules/queue-new-images.js';
import { WatchCollection } from '../../apps/worker/src/schedules/watch-collection.js';

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

/** A person whose schedule watches a collection of a source that the spec makes up. */
export class WatchSetting {
  readonly database: Database;
  readonly jobs: JobRepository;
  readonly userid = '4711';
  scheduleId = 0;
  /** What the collection has, and which of it Commons has. */
  images: string[] = [];
  onCommons: string[] = [];
  /** Requests for images that fail. */
  failures = 0;
  private runs = 0;
  private readonly runner: JobRunner;

  private constructor(readonly stores: OpenStores) {
    const { nest, environment } = stores;
    const { config } = loadWorkerConfig({ ...environment, RETRY_DELAY_SCALE: '0.001' });
    this.database = nest.get(Database);
    this.jobs = nest.get(JobRepository);
    const live = nest.get(LiveUpdates);
    const users = nest.get(UserRepository);
    const clients = new CommonsClients(stores.commons, nest.get(TokenVault), users, config);
    const places = new PersonsPlaces(users, clients, nest.get(RatePlan));
    const uploads = nest.get(UploadRepository);
    const quotas = nest.get(QuotaRepository);
    const acceptance = new AcceptImages(places, quotas, nest.get(BatchRepository), uploads, live, config);
    const known = nest.get(WatchedImages);
    const queue = new QueueNewImages(known, places, nest.get(PresetRepository), acceptance, uploads);
    const watch = new WatchCollection({ mapillary: this.source() }, known, queue, live, config);
    this.runner = new JobRunner(this.jobs, nest.get(JobQueue), live, new Shutdown(), config, [watch]);
  }

  static async open(): Promise<WatchSetting> {
    const setting = new WatchSetting(await openStores());
    const { stores, userid } = setting;
    const token = stores.upstreams.commons.accessToken('Uploader');
    const encryptedToken = stores.nest.get(TokenVault).seal(token, userid);
    await stores.nest.get(UserRepository).saveSignIn({ userid, username: 'Uploader', encryptedToken });
    return setting;
  }

  /** Two images, and a schedule that has not looked yet. */
  async begin(): Promise<void> {
    for (const table of ['schedules', 'jobs', 'notifications', 'quotas']) {
      await this.database.change(`DELETE FROM ${table}`);
    }
    this.images = ['1', '2'];
    this.onCommons = [];
    this.failures = 0;
    const schedules = this.stores.nest.get(ScheduleRepository);
    ({ id: this.scheduleId } = await schedules.create(this.userid, aSchedule()));
  }

  /** One run of the schedule, to its end. */
  async look(params: object = {}): Promise<Job> {
    this.runs += 1;
    const { job } = await this.jobs.createOrJoin({
      kind: 'watch-collection',
      userid: this.userid,
      subject: `run-${this.runs}`,
      params: {
        handler: 'mapillary',
        collection: 'seq',
        schedule_id: this.scheduleId,
        run_id: this.runs,
        ...params,
      },
    });
    for (let tries = 0; tries < 50; tries += 1) {
      await this.runner.runAll();
      const found = await this.jobs.find(job.id);
      if (found && found.status !== 'queued') return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('The job did not end');
  }

  async listTold(): Promise<string[]> {
    const query = { userid: this.userid, unread: true, page: 0, size: 100, asc: true };
    const { items } = await this.stores.nest.get(NotificationRepository).list(query);
    return items.map(({ message }) => message);
  }

  /** @returns its id */
  async aPreset(members: object = {}): Promise<number> {
    const preset = await this.stores.nest.get(PresetRepository).create(this.userid, {
      handler: 'mapillary',
      title: `Preset ${this.runs}`,
      titleTemplate: 'A street in {{location.city}} ({{mapillary.photo.id}}).jpg',
      labels: { language: 'en', value: 'Street in {{location.city}}' },
      categories: '[[Category:{{location.city}}]]',
      excludeFromDateCategory: true,
      isDefault: false,
      ...members,
    });
    return preset.id;
  }

  private source(): ImageSource {
    return {
      name: 'mapillary',
      imageLabel: 'Mapillary image',
      fetchCollection: () => Promise.resolve(null),
      fetchCollectionIds: (id) => Promise.resolve({ id, imageIds: this.images }),
      fetchImagesBatch: (ids) => {
        this.failures -= 1;
        if (this.failures >= 0) return Promise.reject(new TemporaryError('http-503', 'Mapillary is away'));
        return Promise.resolve(ids.filter((id) => this.images.includes(id)).map(anImage));
      },
      fetchImageMetadata: () => Promise.reject(new Error('Nobody asks for it')),
      findRefusals: () => Promise.resolve(new Map()),
      fetchExistingPages: (ids) =>
        Promise.resolve(
          new Map(
            ids
              .filter((id) => this.onCommons.includes(id))
              .map((id) => [id, [{ title: 'File:A.jpg', url: '' }]]),
          ),
        ),
    };
  }
}
