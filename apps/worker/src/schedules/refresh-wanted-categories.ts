import { Injectable } from '@nestjs/common';
import { CommonsReplica, WantedCategoryRefresher, type JobData } from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { JobHandler } from '../jobs/job-handler.js';
import type { JobRun } from '../jobs/job-run.js';

/** Makes the list of wanted categories anew, however old it is. */
@Injectable()
export class RefreshWantedCategories implements JobHandler {
  readonly kind = 'refresh-wanted-categories';

  constructor(
    private readonly replica: CommonsReplica,
    private readonly refresher: WantedCategoryRefresher,
  ) {}

  async run(run: JobRun): Promise<JobData> {
    if (!this.replica.hasCore) {
      throw new DomainError('NOT_CONFIGURED', 'This server has no replica of the wiki’s tables.');
    }
    return { categories: await this.refresher.refreshNow(run.signal) };
  }
}
