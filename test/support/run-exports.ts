import {
  Database,
  ExportFileRepository,
  ExportRows,
  JobQueue,
  JobRepository,
  LiveUpdates,
  RedisLocks,
  Storages,
} from '#app/persistence';
import type { OpenStores } from './open-stores.js';
import { JobRunner } from '../../apps/worker/src/jobs/job-runner.js';
import { Shutdown } from '../../apps/worker/src/uploads/shutdown.js';
import { loadWorkerConfig } from '../../apps/worker/src/worker.config.js';
import { ExportJob } from '../../apps/worker/src/exports/export-job.js';

export interface ExportWorker {
  /** Of exports. */
  directory: string;
  /** More variables. */
  environment?: Record<string, string>;
  shutdown?: Shutdown;
  files?: ExportFileRepository;
  rows?: ExportRows;
  storages?: Storages;
}

/** Makes the exports that are due, as a worker does, with what a spec wants to have otherwise. */
export async function runExports(
  { nest, environment }: OpenStores,
  { directory, shutdown = new Shutdown(), ...more }: ExportWorker,
): Promise<void> {
  const { config } = loadWorkerConfig({
    ...environment,
    EXPORT_DIR: directory,
    EXPORT_LOCK_TIMEOUT_SECONDS: '0',
    RETRY_DELAY_SCALE: '0.0001',
    ...more.environment,
  });
  const handler = new ExportJob(
    more.rows ?? new ExportRows(nest.get(Database)),
    more.files ?? nest.get(ExportFileRepository),
    more.storages ?? new Storages({ exportDir: directory }),
    nest.get(RedisLocks),
    config,
  );
  const [jobs, queue, live] = [nest.get(JobRepository), nest.get(JobQueue), nest.get(LiveUpdates)];
  await new JobRunner(jobs, queue, live, shutdown, config, [handler]).runAll();
}
