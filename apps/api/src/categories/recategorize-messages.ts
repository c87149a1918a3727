import { Injectable } from '@nestjs/common';
import { RecategorizationRepository, type Job } from '#app/persistence';
import type { ClientMessageOf, RecategorizeResult } from '#app/protocol';
import { JobWatchers } from '../jobs/job-watchers.js';
import type { Connection } from '../live/connection.js';
import type { HandlersOf } from '../live/handlers.js';
import { RecategorizeJobs } from './recategorize-jobs.js';

/** Of the files that are left untouched, a frame names no more. */
const MOST_UNTOUCHED = 500;

const isResult = (result: unknown): result is RecategorizeResult =>
  typeof result === 'object' && result !== null && 'count' in result && typeof result.count === 'number';

/** Messages about moving files between categories. Everybody moves and watches in their own name. */
@Injectable()
export class RecategorizeMessages {
  readonly handlers: HandlersOf<'RECATEGORIZE_FILES' | 'SUBSCRIBE_RECATEGORIZE'> = {
    RECATEGORIZE_FILES: (message, connection) => this.start(message, connection),
    SUBSCRIBE_RECATEGORIZE: (message, connection) => this.watch(message, connection),
  };

  constructor(
    private readonly moves: RecategorizeJobs,
    private readonly files: RecategorizationRepository,
    private readonly watchers: JobWatchers,
  ) {}

  private async start(
    { data: { source, target } }: ClientMessageOf<'RECATEGORIZE_FILES'>,
    connection: Connection,
  ): Promise<void> {
    const { id } = await this.moves.start(connection.person, source, target);
    await this.watchers.watch(connection, `end of ${id}`, id, (job) => {
      if (job.status === 'complete' && isResult(job.result)) {
        const data = { source, count: job.result.count };
        connection.send({ type: 'RECATEGORIZE_FILES_RESPONSE', data });
      }
      sendFailure(connection, source, job);
    });
  }

  private async watch(
    { data: { source, target, job_id } }: ClientMessageOf<'SUBSCRIBE_RECATEGORIZE'>,
    connection: Connection,
  ): Promise<void> {
    const { id } = await this.moves.get(connection.person, { source, target }, job_id);
    await this.watchers.watch(connection, 'recategorize', id, async (job) => {
      const untouched = await this.files.listUntouched(id, MOST_UNTOUCHED);
      const data = { source, done: job.done, total: job.total ?? 0, untouched };
      connection.send({ type: 'RECATEGORIZE_PROGRESS', data });
      sendFailure(connection, source, job);
    });
  }
}

function sendFailure(connection: Connection, source: string, { status, done, error }: Job): void {
  if (status === 'cancelled')
    connection.send({
      type: 'ERROR',
      data: `Moving the files of ${source} was cancelled after ${done} files.`,
    });
  if (status === 'failed')
    connection.send({
      type: 'ERROR',
      data: `Moving the files of ${source} has failed: ${error?.message ?? ''}`,
    });
}
