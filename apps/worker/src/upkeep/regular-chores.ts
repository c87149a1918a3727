import { inContext } from '#app/observability';
import type { Logger } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';

export type Chore = () => Promise<unknown>;

/**
 * Does each chore at once and then regularly, one turn of it at a time: a slow one keeps no other waiting, and what fails is
 * done at the next turn.
 */
export class RegularChores {
  private readonly running = new Map<string, Promise<void>>();

  /** @param chores by names that no other interval of the process has */
  constructor(
    private readonly scheduler: SchedulerRegistry,
    private readonly logger: Logger,
    private readonly chores: Readonly<Record<string, Chore>>,
  ) {}

  begin(everySeconds: number): void {
    for (const [name, chore] of Object.entries(this.chores)) {
      this.scheduler.addInterval(
        name,
        setInterval(() => this.start(name, chore), everySeconds * 1_000),
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

  private start(name: string, chore: Chore): void {
    if (this.running.has(name)) return;
    const turn = inContext({ chore: name }, () => this.takeTurn(name, chore)).then(
      () => void this.running.delete(name),
    );
    this.running.set(name, turn);
  }

  private async takeTurn(name: string, chore: Chore): Promise<void> {
    try {
      await chore();
    } catch (error) {
      this.logger.error({ message: `${name} failed; it is tried again at the next turn`, error });
    }
  }
}
