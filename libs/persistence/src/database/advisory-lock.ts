import { Logger } from '@nestjs/common';
import type { DataSource, QueryRunner } from 'typeorm';

const WATCH_MS = 5_000;

/** The server knows one set of names for all its databases. */
const NAME = "CONCAT(LEFT(SHA1(DATABASE()), 16), ':', ?)";

/**
 * Lets one process at a time do something, by the database's GET_LOCK on a connection that does nothing else meanwhile.
 * The lock ends with that connection, so a process that dies leaves nothing behind.
 */
export class AdvisoryLock {
  private readonly logger = new Logger(AdvisoryLock.name);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param name at most 40 characters
   * @param work its signal is aborted when the lock was lost, with the connection
   * @returns false when another process is at it
   */
  async tryRun(name: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
    const runner = this.dataSource.createQueryRunner();
    try {
      if (!(await answersYes(runner, `SELECT GET_LOCK(${NAME}, 0) AS yes`, name))) return false;
      await this.runWatched(runner, name, work);
      return true;
    } finally {
      await runner.release();
    }
  }

  private async runWatched(
    runner: QueryRunner,
    name: string,
    work: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const loss = new AbortController();
    const watch = setInterval(() => {
      answersYes(runner, `SELECT IS_USED_LOCK(${NAME}) = CONNECTION_ID() AS yes`, name).then(
        (held) => !held && loss.abort(new Error(`The lock ${name} was lost`)),
        (cause: unknown) => loss.abort(new Error(`The lock ${name} was lost with its connection`, { cause })),
      );
    }, WATCH_MS);
    try {
      await work(loss.signal);
    } finally {
      clearInterval(watch);
      await this.release(runner, name);
    }
  }

  private async release(runner: QueryRunner, name: string): Promise<void> {
    try {
      await runner.query(`DO RELEASE_LOCK(${NAME})`, [name]);
    } catch (error) {
      this.logger.warn(
        `The lock ${name} could not be released; it ends with its connection: ${String(error)}`,
      );
    }
  }
}

async function answersYes(runner: QueryRunner, question: string, name: string): Promise<boolean> {
  const [row] = (await runner.query(question, [name])) as { yes: number | null }[];
  return row?.yes === 1;
}
