import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Database,
  JobQueue,
  openDatabase,
  QueueFigureCounter,
  RedisConnections,
  ServiceBreaker,
  UploadQueue,
} from '#app/persistence';
import { aBatch, aNewUpload } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { Shutdown } from '../uploads/shutdown.js';
import { loadWorkerConfig } from '../worker.config.js';
import { WorkWatch } from './work-watch.js';
import { WorkerState } from './worker-state.js';

const AN_HOUR_AGO = new Date(Date.now() - 3_600_000);

describe('WorkerState', () => {
  let stores: OpenStores;

  beforeAll(async () => {
    stores = await openStores();
  });

  afterAll(() => stores.close());

  const stateBy = (watch: WorkWatch, figures: QueueFigureCounter): WorkerState => {
    const { nest, environment } = stores;
    const { config } = loadWorkerConfig({ ...environment, STALL_SECONDS: '1' });
    const queues = [nest.get(UploadQueue), nest.get(JobQueue)] as const;
    return new WorkerState(config, watch, new Shutdown(), ...queues, figures, nest.get(ServiceBreaker));
  };

  it('gives a worker its time to find work once the stores are back', async () => {
    const { nest } = stores;
    const database = nest.get(Database);
    await aBatch(database, [aNewUpload({ plannedAt: AN_HOUR_AGO })]);
    const watch = new WorkWatch();
    const state = stateBy(watch, new QueueFigureCounter(database, nest.get(RedisConnections).shared, 1));
    await waitUntil('the worker to have stalled', async () => {
      await state.lookUp();
      return state.find().state === 'stalled';
    });

    const away = await openDatabase(stores.environment['DATABASE_URL'] ?? '');
    await away.close();
    const redis = new RedisConnections('redis+unix:///nowhere.sock');
    await stateBy(watch, new QueueFigureCounter(away, redis.shared, 1)).lookUp();
    await redis.close();
    await state.lookUp();
    expect(state.find()).toEqual({ state: 'live' });
  });
});
