import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AdvisoryLock } from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';
import { UploadDispatcher } from './dispatch-uploads.js';
import { StructuredDataFinisher } from './finish-structured-data.js';
import { TemplateRefresher } from './refresh-templates.js';

/** The clock: at start and then regularly, on one process at a time, what was left behind is picked up. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Upkeep.name);
  private readonly chores: Readonly<Record<string, () => Promise<unknown>>>;
  private turn: Promise<void> | undefined;

  constructor(
    private readonly config: WorkerConfig,
    private readonly scheduler: SchedulerRegistry,
    private readonly lock: AdvisoryLock,
    dispatcher: UploadDispatcher,
    structuredData: StructuredDataFinisher,
    templates: TemplateRefresher,
  ) {
    this.chores = {
      dispatch: () => dispatcher.dispatch(),
      'structured-data': () => structuredData.finish(),
      refresh: () => templates.refresh(),
    };
  }

  onApplicationBootstrap(): void {
    const everyMs = this.config.reconcileIntervalSeconds * 1_000;
    this.scheduler.addInterval(
      Upkeep.name,
      setInterval(() => this.startTurn(), everyMs),
    );
    this.startTurn();
  }

  async onModuleDestroy(): Promise<void> {
    this.scheduler.deleteInterval(Upkeep.name);
    await this.turn;
  }

  private startTurn(): void {
    this.turn ??= this.takeTurn().finally(() => (this.turn = undefined));
  }

  private async takeTurn(): Promise<void> {
    for (const [name, chore] of Object.entries(this.chores)) {
      try {
        await this.lock.tryRun(`curator:${name}`, chore);
      } catch (error) {
        this.logger.error({
          message: `${name} failed; it is tried again at the next turn`,
          error: String(error),
        });
      }
    }
  }
}
