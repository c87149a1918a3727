import { inContext } from '#app/observability';
import type { ChoreTimes } from '#app/persistence';
import type { Logger } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';
import type { ChoreJournal } from '../health/chore-journal.js';

/** Resolves with false when another process is at it. */
export type Chore = () => Promise<unknown>;

/** Milliseconds that a turn may take before somebody is told. */
const LIMIT_MS = 300_000;

/**
 * Does each chore at once and then regularly, one turn of it at a time: a slow one keeps no other waiting, and what fails is
 * done at the next turn.
 */
export class RegularChores {
  private readonly running = new Map<string, Promise<void>>();
  private everyMs = 0;

  /** @param chores by names that no other interval of the process has */
  constructor(
    private readonly scheduler: SchedulerRegistry,
    private readonly logger: Logger,
    private readonly chores: Readonly<Record<string, Chore>>,
    private readonly journal?: ChoreJournal,
  ) {}

  begin(everySeconds: number): void {
    this.everyMs = everySeconds * 1_000;
    for (const [name, chore] of Object.entries(this.chores)) {
      this.journal?.announce(name, this.times);
      this.scheduler.addInterval(
        name,
        setInterval(() => this.start(name, chore), this.everyMs),
      );
      this.start(name, chore);
    }
  }

  /** Begins no turn any more. */
  end(): void {
    for (const name of Object.keys(this.chores)) this.scheduler.deleteInterval(name);
  }

  /** Resolves when the turns that have begun are over. */
  async finish(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private get times(): ChoreTimes {
    return { everyMs: this.everyMs, limitMs: LIMIT_MS };
  }

  private start(name: string, chore: Chore): void {
    if (this.running.has(name)) return;
    const turn = inContext({ chore: name }, () => this.takeTurn(name, chore)).then(
      () => void this.running.delete(name),
    );
    this.running.set(name, turn);
  }

  private async takeTurn(name: string, chore: Chore): Promise<void> {
    const startedAt = performance.now();
    const secondsSince = (): number => (performance.now() - startedAt) / 1_000;
    try {
      const outcome = (await chore()) === false ? 'elsewhere' : 'done';
      this.journal?.note(name, outcome, secondsSince(), this.times);
      this.logger.debug({ message: `${name}: ${outcome}`, ms: Math.round(secondsSince() * 1_000) });
    } catch (error) {
      this.journal?.note(name, 'failed', secondsSince(), this.times);
      this.logger.error({ message: `${name} failed; it is tried again at the next turn`, error });
    }
  }
}
