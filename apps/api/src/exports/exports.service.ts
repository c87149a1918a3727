import { Injectable, Logger } from '@nestjs/common';
import {
  ExportRepository,
  JobQueue,
  JobRepository,
  LiveUpdates,
  type Export,
  type ExportPage,
  type Job,
} from '#app/persistence';
import { DomainError, isJobEnded } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { CheckSubject } from './check-subject.js';
import type { CreateExportDto, ExportsQuery } from './export.dto.js';

const notFound = (id: number): DomainError =>
  new DomainError('EXPORT_NOT_FOUND', `You have no export ${id}.`);

/** People's exports; each sees their own. */
@Injectable()
export class Exports {
  private readonly logger = new Logger(Exports.name);

  constructor(
    private readonly exports: ExportRepository,
    private readonly jobs: JobRepository,
    private readonly queue: JobQueue,
    private readonly live: LiveUpdates,
    private readonly subjects: CheckSubject,
  ) {}

  /**
   * Begins one, or joins the person's own that is under way for the same in the same format and storage.
   * @throws DomainError as `CheckSubject.read` does
   */
  async request(user: SignedInUser, wanted: CreateExportDto): Promise<{ id: number; jobId: number }> {
    const request = await this.subjects.read(user, wanted);
    const { kind, refId, format, storageId } = request;
    const { job } = await this.jobs.createOrJoin({
      kind: 'export',
      userid: user.userid,
      subject: [kind, refId ?? 'all', format, storageId ?? 'here'].join(' '),
      params: { ...request },
    });
    const id = await this.exports.keep(user.userid, job.id, request);
    await this.wake(job);
    return { id, jobId: job.id };
  }

  /** @throws DomainError EXPORT_NOT_FOUND */
  async get({ userid }: SignedInUser, id: number): Promise<Export> {
    const found = await this.exports.findOwn(id, userid);
    if (found === null) throw notFound(id);
    return found;
  }

  /** @throws DomainError EXPORT_NOT_FOUND */
  async getJob(user: SignedInUser, id: number): Promise<Job> {
    const { jobId } = await this.get(user, id);
    const job = await this.jobs.find(jobId);
    if (job === null) throw notFound(id);
    return job;
  }

  list({ userid }: SignedInUser, { page, size, asc }: ExportsQuery): Promise<ExportPage> {
    return this.exports.list({ userid, page, size, asc });
  }

  /** Cancels what is under way, which stays in the list; forgets what has ended. @throws DomainError EXPORT_NOT_FOUND */
  async remove(user: SignedInUser, id: number): Promise<void> {
    const found = await this.get(user, id);
    if (isJobEnded(found.status)) {
      await this.exports.remove(found);
      return;
    }
    await this.jobs.requestCancel(found.jobId);
    try {
      await this.live.publishJob(found.jobId);
    } catch (error) {
      this.logger.warn({ message: 'Nobody was told of a cancelled export', id, error: String(error) });
    }
  }

  /** Without it the job is found a little later. */
  private async wake({ id, createdAt, status }: Job): Promise<void> {
    if (status !== 'queued') return;
    try {
      await this.queue.wake([{ id, dueAt: createdAt }]);
    } catch (error) {
      this.logger.warn({ message: 'No worker was woken for an export', id, error: String(error) });
    }
  }
}
