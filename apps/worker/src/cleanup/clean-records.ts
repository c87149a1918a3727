import { Injectable } from '@nestjs/common';
import { ImportRunRepository, JobQueue, JobRepository, UploadQueue } from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';
import type { Cleaner, CleaningTurn } from './cleaning-turn.js';

const HOUR_MS = 3_600_000;
const RUNS_AT_ONCE = 10;
const JOBS_AT_ONCE = 100;

const before = (ageMs: number): Date => new Date(Date.now() - ageMs);

/** What imports found, once that is not fresh any more, and imports that came to nothing. */
@Injectable()
export class CleanImports implements Cleaner {
  readonly what = 'imports past their lifetime';

  constructor(
    private readonly runs: ImportRunRepository,
    private readonly config: WorkerConfig,
  ) {}

  async clean(turn: CleaningTurn): Promise<void> {
    for (let some = RUNS_AT_ONCE; some === RUNS_AT_ONCE && !turn.isOver;) {
      const times = {
        expiredBefore: new Date(),
        begunBefore: before(this.config.importTtlHours * HOUR_MS),
      };
      some = await this.runs.deleteForgettable(times, RUNS_AT_ONCE, turn.signal);
      turn.note(some);
    }
  }
}

/** Records of jobs that ended long ago. */
@Injectable()
export class CleanJobs implements Cleaner {
  readonly what = 'records of ended jobs';

  constructor(
    private readonly jobs: JobRepository,
    private readonly config: WorkerConfig,
  ) {}

  async clean(turn: CleaningTurn): Promise<void> {
    for (let some = JOBS_AT_ONCE; some === JOBS_AT_ONCE && !turn.isOver;) {
      some = await this.jobs.deleteEnded(before(this.config.jobsTtlDays * 24 * HOUR_MS), JOBS_AT_ONCE);
      turn.note(some);
    }
  }
}

/** What ended jobs have left in the queues. */
@Injectable()
export class CleanQueues implements Cleaner {
  readonly what = 'finished records of queues';

  constructor(
    private readonly uploads: UploadQueue,
    private readonly jobs: JobQueue,
    private readonly config: WorkerConfig,
  ) {}

  async clean(turn: CleaningTurn): Promise<void> {
    const ageMs = this.config.queueRecordsTtlHours * HOUR_MS;
    for (const queue of [this.uploads, this.jobs]) turn.note(await queue.forgetFinished(ageMs));
  }
}
