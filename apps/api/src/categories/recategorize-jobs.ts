import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { JobQueue, JobRepository, type Job } from '#app/persistence';
import {
  DomainError,
  isJobEnded,
  recategorizeSubject,
  type FileSelection,
  type RecategorizeParams,
} from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { CategoryPairs, type CategoryPair } from './category-pairs.js';

/** Moves of the files of one category to another, in the background. */
@Injectable()
export class RecategorizeJobs {
  private readonly logger = new Logger(RecategorizeJobs.name);

  constructor(
    private readonly jobs: JobRepository,
    private readonly queue: JobQueue,
    private readonly pairs: CategoryPairs,
  ) {}

  /**
   * The person's move between these categories that is under way, or a new one.
   * @throws DomainError VALIDATION_FAILED when there is nothing to move, or nowhere to move it @throws TemporaryError @throws RefusedError
   */
  async start(user: SignedInUser, source: string, target: string): Promise<Job> {
    return this.begin(user, this.pairs.read(source, target));
  }

  /**
   * The same for some files only. What is chosen is known to be there.
   * @throws DomainError VALIDATION_FAILED @throws TemporaryError @throws RefusedError
   */
  async startSelection(
    user: SignedInUser,
    { source, target }: CategoryPair,
    selection: FileSelection,
  ): Promise<Job> {
    return this.begin(user, this.pairs.read(source, target), selection);
  }

  /**
   * The person's newest move of all files between these categories, or else one move between them.
   * @throws DomainError NOT_FOUND
   */
  async get(user: SignedInUser, { source, target }: CategoryPair, id?: number): Promise<Job> {
    const pair = this.pairs.read(source, target);
    const job = id === undefined ? await this.findLatest(user, pair) : await this.findOne(user, pair, id);
    if (job === null)
      throw new DomainError('NOT_FOUND', `You are not moving files from ${pair.source} to ${pair.target}.`);
    return job;
  }

  private async begin(user: SignedInUser, pair: CategoryPair, selection?: FileSelection): Promise<Job> {
    const what = { ...pair, ...(selection && { selection }) };
    const subject = recategorizeSubject(what);
    const known = await this.jobs.findLatest('recategorize', user.userid, subject);
    if (known !== null && !isJobEnded(known.status) && !known.cancelRequested) return known;
    await this.pairs.check(user, pair);
    const params: RecategorizeParams = { ...what, editGroupId: randomBytes(6).toString('hex') };
    const { job } = await this.jobs.createOrJoin({
      kind: 'recategorize',
      userid: user.userid,
      subject,
      params: { ...params },
    });
    await this.wake(job);
    return job;
  }

  private findLatest({ userid }: SignedInUser, pair: CategoryPair): Promise<Job | null> {
    return this.jobs.findLatest('recategorize', userid, recategorizeSubject(pair));
  }

  private async findOne({ userid }: SignedInUser, pair: CategoryPair, id: number): Promise<Job | null> {
    const job = await this.jobs.findOwn(id, userid, 'recategorize');
    return job?.params['source'] === pair.source && job.params['target'] === pair.target ? job : null;
  }

  /** Without it the job is found a little later. */
  private async wake({ id, createdAt }: Job): Promise<void> {
    try {
      await this.queue.wake([{ id, dueAt: createdAt }]);
    } catch (error) {
      this.logger.warn({ message: 'No worker was woken for a job', jobId: id, error: String(error) });
    }
  }
}
