/**
 * A worker's part for schedules, by the clock in the table `virtual_clock`: scans, picks and settles until it is killed.
 * Jobs are done as soon as they are begun.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  AdvisoryLock,
  ImportRepository,
  JobQueue,
  JobRepository,
  LiveUpdates,
  NotificationRepository,
  openDatabase,
  RedisConnections,
  ScheduleRepository,
} from '#app/persistence';
import { RunDispatcher } from '../../apps/worker/src/schedules/dispatch-runs.js';
import { ScheduleTurns } from '../../apps/worker/src/schedules/schedule-turns.js';
import { StartRun } from '../../apps/worker/src/schedules/start-run.js';
import { loadWorkerConfig } from '../../apps/worker/src/worker.config.js';

const REST_MS = 30;

const { config } = loadWorkerConfig(process.env);
const database = await openDatabase(config.databaseUrl, 4);
const redis = new RedisConnections(config.redisUrl);
const schedules = new ScheduleRepository(database);
const jobs = new JobRepository(database);
const live = new LiveUpdates(redis.shared, () => redis.openSubscriber());
const turns = new ScheduleTurns(
  schedules,
  new NotificationRepository(database),
  database,
  new AdvisoryLock(database.dataSource),
  live,
  config,
);
const starter = new StartRun(jobs, new ImportRepository(database, jobs), new JobQueue(redis.open()));
const dispatcher = new RunDispatcher(schedules, starter, live, config);

async function takeTurn(): Promise<void> {
  const [clock] = await database.rows<{ now: Date }>('SELECT now FROM virtual_clock');
  const now = clock?.now ?? new Date();
  await turns.scan(now);
  await dispatcher.dispatch(now);
  await database.change("UPDATE jobs SET status = 'complete', open_key = NULL WHERE status = 'queued'");
  await turns.settle(now);
}

console.log('ready');
for (;;) {
  await takeTurn().catch((error: unknown) =>
    console.error(`The next turn does what is left: ${String(error)}`),
  );
  await delay(REST_MS);
}
