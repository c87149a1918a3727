import { Injectable, type OnModuleInit } from '@nestjs/common';
import { collectServiceFigures, findVersion, Metrics } from '#app/observability';
import { ChoreLog, Database, QueueFigureCounter, RedisConnections, WorkerHeartbeats } from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';
import { WorkWatch } from './work-watch.js';
import { WorkerState } from './worker-state.js';

/** The figures that a scrape of this worker reads. */
@Injectable()
export class ScrapedFigures implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: WorkerConfig,
    private readonly database: Database,
    private readonly redis: RedisConnections,
    private readonly queues: QueueFigureCounter,
    private readonly workers: WorkerHeartbeats,
    private readonly chores: ChoreLog,
    private readonly watch: WorkWatch,
    private readonly state: WorkerState,
  ) {}

  onModuleInit(): void {
    const { metrics, database, redis, queues, workers, chores } = this;
    collectServiceFigures(metrics, { database, redis, queues, workers, chores });
    metrics.set('curator_build_info', { version: findVersion() }, 1);
    metrics.set('curator_worker_upload_places', {}, this.config.uploadConcurrency);
    metrics.beforeScrape({
      group: 'worker',
      gauges: [],
      collect: () => {
        metrics.set('curator_worker_live', {}, this.state.find().state === 'stalled' ? 0 : 1);
        metrics.set('curator_worker_uploads_running', {}, this.watch.running('uploads'));
        metrics.set('curator_worker_jobs_running', {}, this.watch.running('jobs'));
      },
    });
  }
}
