import {
  Inject,
  Injectable,
  Logger,
  Optional,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AdvisoryLock, type ChoreTimes } from '#app/persistence';
import { ChoreJournal, type ChoreOutcome } from '../health/chore-journal.js';
import { WorkerConfig } from '../worker.config.js';
import { CleaningTurn, type Cleaner } from './cleaning-turn.js';

const NAME = 'clean-up';

/** Every {@link Cleaner}, in the order in which they have their turns. */
export const CLEANERS = Symbol('cleaners');

/** Regularly, in one process at a time, removes what nobody needs any more. */
@Injectable()
export class CleanUp implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(CleanUp.name);
  private readonly stop = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly config: WorkerConfig,
    private readonly scheduler: SchedulerRegistry,
    private readonly lock: AdvisoryLock,
    @Inject(CLEANERS) private readonly cleaners: readonly Cleaner[],
    @Optional() private readonly journal?: ChoreJournal,
  ) {}

  onApplicationBootstrap(): void {
    const { everyMs } = this.times;
    this.journal?.announce(NAME, this.times);
    this.scheduler.addInterval(
      NAME,
      setInterval(() => this.start(), everyMs),
    );
    this.start();
  }

  onModuleDestroy(): void {
    this.scheduler.deleteInterval(NAME);
    this.stop.abort(new Error('The process ends'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** One clean-up. @returns false when another process is at it */
  async run(): Promise<boolean> {
    return this.lock.tryRun(`curator:${NAME}`, (lost) =>
      this.clean(AbortSignal.any([lost, this.stop.signal])),
    );
  }

  private start(): void {
    this.running ??= this.takeTurn().finally(() => (this.running = null));
  }

  private get times(): ChoreTimes {
    const { cleanupIntervalSeconds, cleanupTimeLimitSeconds } = this.config;
    return { everyMs: cleanupIntervalSeconds * 1_000, limitMs: cleanupTimeLimitSeconds * 1_000 };
  }

  private async takeTurn(): Promise<void> {
    const startedAt = performance.now();
    const note = (outcome: ChoreOutcome): void =>
      this.journal?.note(NAME, outcome, (performance.now() - startedAt) / 1_000, this.times);
    try {
      note((await this.run()) ? 'done' : 'elsewhere');
    } catch (error) {
      note('failed');
      this.logger.error({ message: 'The clean-up failed; it is tried again', error });
    }
  }

  /** Each cleaner has an equal share of the time that is left, so that none keeps the others waiting for ever. */
  private async clean(stopped: AbortSignal): Promise<void> {
    const end = performance.now() + this.config.cleanupTimeLimitSeconds * 1_000;
    for (const [index, cleaner] of this.cleaners.entries()) {
      if (stopped.aborted) return;
      const share = (end - performance.now()) / (this.cleaners.length - index);
      const time = AbortSignal.timeout(Math.max(0, Math.floor(share)));
      const turn = new CleaningTurn(cleaner.what, AbortSignal.any([stopped, time]));
      await turn.attempt('all', async () => {
        await cleaner.clean(turn);
        return false;
      });
      const { removed, failed, isOver } = turn;
      if (removed + failed > 0)
        this.logger.log({ message: `Cleaned up: ${cleaner.what}`, removed, failed, isOver });
    }
  }
}
