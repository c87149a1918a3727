import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { WorkerConfig } from '../worker.config.js';
import { RunDispatcher } from './dispatch-runs.js';
import { ScheduleTurns } from './schedule-turns.js';

/** The clock of schedules and notifications. What fails is done at the next turn. */
@Injectable()
export class ScheduleClock implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(ScheduleClock.name);
  private readonly chores: Readonly<Record<string, () => Promise<unknown>>>;
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly config: WorkerConfig,
    private readonly scheduler: SchedulerRegistry,
    turns: ScheduleTurns,
    dispatcher: RunDispatcher,
  ) {
    this.chores = {
      'schedules-run': async () => {
        await turns.settle();
        await turns.scan();
        await dispatcher.dispatch();
      },
      'batches-finished': () => turns.tellFinished(),
      'quotas-near': () => turns.tellNearQuotas(),
      'schedules-forget': () => turns.forget(),
    };
  }

  onApplicationBootstrap(): void {
    const everyMs = this.config.scheduleIntervalSeconds * 1_000;
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

  private start(name: string, chore: () => Promise<unknown>): void {
    if (this.running.has(name)) return;
    const turn = chore()
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
