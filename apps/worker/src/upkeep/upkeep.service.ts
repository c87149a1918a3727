import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AdvisoryLock } from '#app/persistence';
import { JobWaker } from '../jobs/wake-due-jobs.js';
import { WorkerConfig } from '../worker.config.js';
import { UploadDispatcher } from './dispatch-uploads.js';
import { StructuredDataFinisher } from './finish-structured-data.js';
import { LimitsRefresher } from './refresh-limits.js';
import { TemplateRefresher } from './refresh-templates.js';

/** Its signal is aborted when another process may be at the same chore. */
type Chore = (signal: AbortSignal) => Promise<unknown>;

/**
 * The clock: at start and then regularly, each chore on one process at a time, what was left behind is picked up. A slow
 * chore keeps no other waiting.
 */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(Upkeep.name);
  private readonly chores: Readonly<Record<string, Chore>>;
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly config: WorkerConfig,
    private readonly scheduler: SchedulerRegistry,
    private readonly lock: AdvisoryLock,
    dispatcher: UploadDispatcher,
    structuredData: StructuredDataFinisher,
    templates: TemplateRefresher,
    limits: LimitsRefresher,
    jobs: JobWaker,
  ) {
    this.chores = {
      dispatch: () => dispatcher.dispatch(),
      'structured-data': (signal) => structuredData.finish(signal),
      refresh: (signal) => templates.refresh(signal),
      limits: () => limits.refresh(),
      jobs: () => jobs.wakeDue(),
    };
  }

  onApplicationBootstrap(): void {
    const everyMs = this.config.reconcileIntervalSeconds * 1_000;
    for (const [name, chore] of Object.entries(this.chores)) {
      this.scheduler.addInterval(
        name,
        setInterval(() => this.start(name, chore), everyMs),
      );
      this.start(name, chore);
    }
  }

  onModuleDestroy(): void {
    for (const name of Object.keys(this.chores)) this.scheduler.deleteInterval(name);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private start(name: string, chore: Chore): void {
    if (this.running.has(name)) return;
    const turn = this.lock
      .tryRun(`curator:${name}`, chore)
      .catch((error: unknown) => {
        this.logger.error({
          message: `${name} failed; it is tried again at the next turn`,
          error: String(error),
        });
      })
      .then(() => void this.running.delete(name));
    this.running.set(name, turn);
  }
}
