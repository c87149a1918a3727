import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { HealthChecks, type Health } from '#app/observability';
import {
  ChoreLog,
  Database,
  RedisConnections,
  ServiceBreaker,
  WorkerHeartbeats,
  type KnownWorker,
} from '#app/persistence';
import { toChoreReport, type ChoreReport } from './chore-report.js';
import { WorkerState } from './worker-state.js';

interface Ready {
  status: 'ok';
  details: Record<string, Health>;
}

/**
 * For the process manager: `live` says that the process takes work, `ready` that it can work. For operators: the workers and
 * the chores that there are. All of it on the internal port.
 */
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthChecks,
    private readonly database: Database,
    private readonly redis: RedisConnections,
    private readonly breaker: ServiceBreaker,
    private readonly state: WorkerState,
    private readonly heartbeats: WorkerHeartbeats,
    private readonly choreLog: ChoreLog,
  ) {}

  /** 503 once it leaves work alone that it should take: it should be started anew. */
  @Get('live')
  live(): { status: 'ok' } {
    const { state, reason } = this.state.find();
    if (state === 'stalled') throw new ServiceUnavailableException({ status: 'stalled', reason });
    return { status: 'ok' };
  }

  /** 503 while a store is away (`unavailable`), or when the process is about to end (`stopping`). What is paused is told, with 200. */
  @Get('ready')
  async ready(): Promise<Ready> {
    const { isUp, details } = await this.checks.run({
      database: () => this.database.ping(),
      redis: () => this.redis.ping(),
      uploads: () => this.whyNone('uploads'),
      jobs: () => this.whyNone('jobs'),
      commons: async () => (await this.breaker.find())?.reason,
    });
    const isUpOf = (name: string): boolean => details[name]?.status === 'up';
    const stores = { database: isUpOf('database'), redis: isUpOf('redis') };
    if (!stores.database || !stores.redis)
      throw new ServiceUnavailableException({ status: 'unavailable', ...stores, details });
    if (this.state.find().state === 'stopping')
      throw new ServiceUnavailableException({ status: 'stopping', ...stores, details });
    if (!isUp) throw new ServiceUnavailableException({ status: 'unavailable', ...stores, details });
    return { status: 'ok', details };
  }

  /** Those of the last hour; who ended in order is not among them. */
  @Get('workers')
  async workers(): Promise<{ workers: KnownWorker[] }> {
    return { workers: await this.heartbeats.list() };
  }

  /** 503 while a chore has not succeeded for too long. */
  @Get('crons')
  async crons(): Promise<ChoreReport> {
    const report = toChoreReport(await this.choreLog.list());
    if (report.status === 'stale') throw new ServiceUnavailableException(report);
    return report;
  }

  private whyNone(loop: 'uploads' | 'jobs'): string | undefined {
    return this.state.paused.includes(loop) ? 'An administrator has paused the queue' : undefined;
  }
}
