import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';

/** Work that nobody waits for, but a shutdown. What fails is logged: the rows are the truth, and upkeep finds what was left undone. */
@Injectable()
export class LaterWork implements BeforeApplicationShutdown {
  private readonly logger = new Logger(LaterWork.name);
  private readonly running = new Set<Promise<void>>();

  start(what: string, work: () => Promise<unknown>): void {
    const turn = Promise.resolve()
      .then(work)
      .catch((error: unknown) => this.logger.warn(`Could not ${what}: ${String(error)}`))
      .then(() => void this.running.delete(turn));
    this.running.add(turn);
  }

  /** Resolves when nothing is under way any more. */
  async beforeApplicationShutdown(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }
}
