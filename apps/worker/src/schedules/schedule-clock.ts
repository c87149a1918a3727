import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { ChoreJournal } from '../health/chore-journal.js';
import { RegularChores } from '../upkeep/regular-chores.js';
import { WorkerConfig } from '../worker.config.js';
import { RunDispatcher } from './dispatch-runs.js';
import { ScheduleTurns } from './schedule-turns.js';

/** The clock of schedules and notifications. */
@Injectable()
export class ScheduleClock implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly chores: RegularChores;

  constructor(
    private readonly config: WorkerConfig,
    scheduler: SchedulerRegistry,
    turns: ScheduleTurns,
    dispatcher: RunDispatcher,
    journal: ChoreJournal,
  ) {
    this.chores = new RegularChores(
      scheduler,
      new Logger(ScheduleClock.name),
      {
        'schedules-run': async () => {
          await turns.settle();
          await turns.scan();
          await dispatcher.dispatch();
        },
        'batches-finished': () => turns.tellFinished(),
        'quotas-near': () => turns.tellNearQuotas(),
        'schedules-forget': () => turns.forget(),
      },
      journal,
    );
  }

  onApplicationBootstrap(): void {
    this.chores.begin(this.config.scheduleIntervalSeconds);
  }

  onModuleDestroy(): void {
    this.chores.end();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.chores.finish();
  }
}
