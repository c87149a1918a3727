import { Injectable, Logger } from '@nestjs/common';
import {
  JobRepository,
  LiveUpdates,
  RecategorizationRepository,
  type Job,
  type UntouchedFile,
} from '#app/persistence';
import { DomainError, isJobEnded } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import type { List, PageQuery } from '../http/paging.js';

/** A move, and how many files were left as they are so far. */
export interface Recategorization {
  job: Job;
  untouched: number;
}

/** People's moves of files between categories, however they were begun; each sees their own. */
@Injectable()
export class Recategorizations {
  private readonly logger = new Logger(Recategorizations.name);

  constructor(
    private readonly jobs: JobRepository,
    private readonly files: RecategorizationRepository,
    private readonly live: LiveUpdates,
  ) {}

  async list({ userid }: SignedInUser, { page, size, asc }: PageQuery): Promise<List<Recategorization>> {
    const { items, total } = await this.jobs.list({ kind: 'recategorize', userid, page, size, asc });
    return { items: await this.count(items), total };
  }

  /** @throws DomainError RECATEGORIZATION_NOT_FOUND */
  async get(user: SignedInUser, id: number): Promise<Recategorization> {
    const job = await this.getJob(user, id);
    const [counted] = await this.count([job]);
    return counted ?? { job, untouched: 0 };
  }

  /** @throws DomainError RECATEGORIZATION_NOT_FOUND */
  async listUntouched(user: SignedInUser, id: number, query: PageQuery): Promise<List<UntouchedFile>> {
    await this.getJob(user, id);
    return this.files.pageUntouched(id, query);
  }

  /**
   * What waits ends at once, what runs with the files that are under way. Once more is the same as once.
   * @throws DomainError RECATEGORIZATION_NOT_FOUND; STATE_CONFLICT when it has ended otherwise
   */
  async cancel(user: SignedInUser, id: number): Promise<Recategorization> {
    const found = await this.getJob(user, id);
    if (!isJobEnded(found.status)) {
      await this.jobs.requestCancel(id);
      await this.tell(id);
    }
    const now = await this.get(user, id);
    const { status } = now.job;
    if (isJobEnded(status) && status !== 'cancelled') {
      throw new DomainError('STATE_CONFLICT', 'This move has ended already.', { status });
    }
    return now;
  }

  private async getJob({ userid }: SignedInUser, id: number): Promise<Job> {
    const job = await this.jobs.findOwn(id, userid, 'recategorize');
    if (job === null) throw new DomainError('RECATEGORIZATION_NOT_FOUND', `You have no move ${id}.`);
    return job;
  }

  private async count(jobs: readonly Job[]): Promise<Recategorization[]> {
    const untouched = await this.files.countUntouched(jobs.map(({ id }) => id));
    return jobs.map((job) => ({ job, untouched: untouched.get(job.id) ?? 0 }));
  }

  private async tell(id: number): Promise<void> {
    try {
      await this.live.publishJob(id);
    } catch (error) {
      this.logger.warn({ message: 'Nobody was told of a cancelled move', jobId: id, error: String(error) });
    }
  }
}
