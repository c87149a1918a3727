import { Logger } from '@nestjs/common';

/** One kind of thing that is removed when its time is over. */
export abstract class Cleaner {
  /** What it removes, for the log. */
  abstract readonly what: string;
  /** Looks again and again whether the turn is over; the next turn goes on. */
  abstract clean(turn: CleaningTurn): Promise<void>;
}

/** The message of an error and of what it was caused by. */
const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${explain(error.cause)})`;
};

/** A cleaner's share of the time of one clean-up. It tells what was removed and what could not be. */
export class CleaningTurn {
  removed = 0;
  failed = 0;
  private readonly logger = new Logger('CleanUp');

  /** @param signal its time is over, the process ends, or another process may be at it */
  constructor(
    private readonly what: string,
    readonly signal: AbortSignal,
  ) {}

  get isOver(): boolean {
    return this.signal.aborted;
  }

  /** Tells that things are gone. */
  note(count: number, name?: string): void {
    if (count === 0) return;
    this.removed += count;
    this.logger.log({ message: `Removed: ${this.what}`, ...(name === undefined ? { count } : { name }) });
  }

  /** Removes one thing; what goes wrong is told and stops nothing else. @param work gives whether it removed it */
  async attempt(name: string, work: () => Promise<boolean>): Promise<void> {
    try {
      if (await work()) this.note(1, name);
    } catch (error) {
      if (this.isOver && error === this.signal.reason) return;
      this.failed += 1;
      this.logger.warn({ message: `Not removed: ${this.what}`, name, error: explain(error) });
    }
  }
}
