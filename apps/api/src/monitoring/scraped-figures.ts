import { collectServiceFigures, findVersion, Metrics } from '#app/observability';
import { ChoreLog, Database, QueueFigureCounter, RedisConnections, WorkerHeartbeats } from '#app/persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** The figures that a scrape of the API reads. */
@Injectable()
export class ScrapedFigures implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly database: Database,
    private readonly redis: RedisConnections,
    private readonly queues: QueueFigureCounter,
    private readonly workers: WorkerHeartbeats,
    private readonly chores: ChoreLog,
  ) {}

  onModuleInit(): void {
    const { metrics, database, redis, queues, workers, chores } = this;
    collectServiceFigures(metrics, { database, redis, queues, workers, chores });
    metrics.set('curator_build_info', { version: findVersion() }, 1);
  }
}
