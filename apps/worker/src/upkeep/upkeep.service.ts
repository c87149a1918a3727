import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AdvisoryLock } from '#app/persistence';
import { ChoreJournal } from '../health/chore-journal.js';
import { JobWaker } from '../jobs/wake-due-jobs.js';
import { WorkerConfig } from '../worker.config.js';
import { UploadDispatcher } from './dispatch-uploads.js';
import { StructuredDataFinisher } from './finish-structured-data.js';
import { LimitsRefresher } from './refresh-limits.js';
import { TemplateRefresher } from './refresh-templates.js';
import { RegularChores, type Chore } from './regular-chores.js';

/** The clock: at start and then regularly, each chore on one process at a time, what was left behind is picked up. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly chores: RegularChores;

  constructor(
    private readonly config: WorkerConfig,
    scheduler: SchedulerRegistry,
    lock: AdvisoryLock,
    dispatcher: UploadDispatcher,
    structuredData: StructuredDataFinisher,
    templates: TemplateRefresher,
    limits: LimitsRefresher,
    jobs: JobWaker,
    journal: ChoreJournal,
  ) {
    /** @param work its signal is aborted when another process may be at the same chore */
    const alone =
      (name: string, work: (signal: AbortSignal) => Promise<unknown>): Chore =>
      () =>
        lock.tryRun(`curator:${name}`, work);
    this.chores = new RegularChores(
      scheduler,
      new Logger(Upkeep.name),
      {
        dispatch: alone('dispatch', () => dispatcher.dispatch()),
        'structured-data': alone('structured-data', (signal) => structuredData.finish(signal)),
        refresh: alone('refresh', (signal) => templates.refresh(signal)),
        limits: alone('limits', () => limits.refresh()),
        jobs: alone('jobs', () => jobs.wakeDue()),
      },
      journal,
    );
  }

  onApplicationBootstrap(): void {
    this.chores.begin(this.config.reconcileIntervalSeconds);
  }

  onModuleDestroy(): void {
    this.chores.end();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.chores.finish();
  }
}
