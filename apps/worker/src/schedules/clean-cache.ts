import { Injectable } from '@nestjs/common';
import type { JobData } from '#app/persistence';
import { CleanUp } from '../cleanup/clean-up.js';
import type { JobHandler } from '../jobs/job-handler.js';
import type { JobRun } from '../jobs/job-run.js';
import { ScheduleTurns } from './schedule-turns.js';

/** Removes at once what nobody needs any more, which happens little by little otherwise. */
@Injectable()
export class CleanCache implements JobHandler {
  readonly kind = 'clean-cache';

  constructor(
    private readonly cleanUp: CleanUp,
    private readonly turns: ScheduleTurns,
  ) {}

  async run(run: JobRun): Promise<JobData> {
    const isCleaned = await this.cleanUp.run();
    let done = 0;
    for (let some = 1; some > 0; done += some) {
      some = await this.turns.forget();
      await run.checkpoint({ done: done + some });
    }
    return { forgotten: done, is_cleaned_elsewhere: !isCleaned };
  }
}
