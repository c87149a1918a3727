import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '#app/observability';
import { ChoreLog, type ChoreTimes } from '#app/persistence';

/** What came of a turn: `elsewhere` when another process was at it. */
export type ChoreOutcome = 'done' | 'elsewhere' | 'failed';

/** Tells of the turns of regular chores: to the metrics of this process, and to all processes when each was last done. */
@Injectable()
export class ChoreJournal {
  private readonly logger = new Logger(ChoreJournal.name);

  constructor(
    private readonly metrics: Metrics,
    private readonly log: ChoreLog,
  ) {}

  announce(chore: string, times: ChoreTimes): void {
    this.keep(chore, () => this.log.announce(chore, times));
  }

  note(chore: string, outcome: ChoreOutcome, seconds: number, times: ChoreTimes): void {
    this.metrics.count('curator_chore_runs_total', { chore, outcome });
    if (outcome === 'elsewhere') return;
    this.metrics.observe('curator_chore_duration_seconds', { chore }, seconds);
    this.keep(chore, () => this.log.note(chore, outcome, times));
  }

  private keep(chore: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.logger.warn({ message: 'It could not be noted how a chore went', name: chore, error });
    });
  }
}
