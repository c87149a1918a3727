import { Injectable } from '@nestjs/common';
import type { JobData } from '#app/persistence';
import type { JobHandler } from '../jobs/job-handler.js';
import type { JobRun } from '../jobs/job-run.js';
import { ScheduleTurns } from './schedule-turns.js';

/** Forgets at once all that is kept for a while only, which happens little by little otherwise. */
@Injectable()
export class CleanCache implements JobHandler {
  readonly kind = 'clean-cache';

  constructor(private readonly turns: ScheduleTurns) {}

  async run(run: JobRun): Promise<JobData> {
    let done = 0;
    for (let some = 1; some > 0; done += some) {
      some = await this.turns.forget();
      await run.checkpoint({ done: done + some });
    }
    return { forgotten: done };
  }
}
