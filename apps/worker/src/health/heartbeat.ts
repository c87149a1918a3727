import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { findVersion, Metrics } from '#app/observability';
import { WorkerHeartbeats } from '#app/persistence';
import { Shutdown } from '../uploads/shutdown.js';
import { WorkerConfig } from '../worker.config.js';
import { WorkWatch } from './work-watch.js';
import { WorkerState } from './worker-state.js';

const IDLE_CHECK_MS = 50;

/** Tells all processes regularly that this one lives, and what it does. */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Heartbeat.name);
  private readonly startedAt = Date.now();
  private readonly version = findVersion();
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | null = null;
  private isMissing = false;

  constructor(
    private readonly config: WorkerConfig,
    private readonly heartbeats: WorkerHeartbeats,
    private readonly state: WorkerState,
    private readonly watch: WorkWatch,
    private readonly shutdown: Shutdown,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.begin(), this.config.heartbeatSeconds * 1_000);
    this.begin();
  }

  /** It lives until nothing runs any more. */
  async beforeApplicationShutdown(): Promise<void> {
    while (this.watch.running('uploads') + this.watch.running('jobs') > 0)
      await new Promise((resolve) => setTimeout(resolve, IDLE_CHECK_MS));
    clearInterval(this.timer);
    await this.beating;
    await this.attempt(() => this.heartbeats.leave(this.shutdown.processName));
  }

  private begin(): void {
    this.beating ??= this.attempt(() => this.beat()).finally(() => (this.beating = null));
  }

  private async beat(): Promise<void> {
    await this.state.lookUp();
    const beatAt = Date.now();
    await this.heartbeats.beat({
      id: this.shutdown.processName,
      version: this.version,
      startedAt: this.startedAt,
      beatAt,
      everyMs: this.config.heartbeatSeconds * 1_000,
      ...this.state.find(),
      uploads: this.watch.running('uploads'),
      uploadPlaces: this.config.uploadConcurrency,
      jobs: this.watch.running('jobs'),
    });
    this.metrics.set('curator_worker_heartbeat_timestamp_seconds', {}, beatAt / 1_000);
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.isMissing = false;
    } catch (error) {
      if (!this.isMissing) this.logger.warn({ message: 'No heartbeat could be told', error });
      this.isMissing = true;
    }
  }
}
