import { Injectable } from '@nestjs/common';
import { UploadQueue, UploadRepository } from '#app/persistence';

/** Uploads that may start within this time get a delayed job; the API does the same when it accepts a slice. */
const HORIZON_MS = 60_000;
/** A job that has not run this long after its time has most likely been lost with the queue. */
const LATE_MS = 60_000;
const AT_ONCE = 1_000;

/** Gives every upload that is due, or whose job or worker was lost, a job. Adding a job that exists changes nothing. */
@Injectable()
export class UploadDispatcher {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly queue: UploadQueue,
  ) {}

  /** @returns how many uploads were given a job */
  async dispatch(now = new Date()): Promise<number> {
    const later = (ms: number): Date => new Date(now.getTime() + ms);
    const until = later(HORIZON_MS);
    const lost = await this.uploads.listLost(later(-LATE_MS), AT_ONCE);
    const left = await this.uploads.listExpiredLeases(now, AT_ONCE);
    const due = await this.uploads.listDue({ until, limit: AT_ONCE });
    const jobs = [
      ...left.map((id) => ({ uploadId: id, delayMs: 0, takesOver: true })),
      ...lost.map(({ id }) => ({ uploadId: id, delayMs: 0 })),
      ...due.map(({ id, dueAt }) => ({
        uploadId: id,
        delayMs: Math.max(0, dueAt.getTime() - now.getTime()),
      })),
    ];
    if (jobs.length > 0) await this.queue.addUploads(jobs);
    await this.uploads.markDispatched(
      [...lost, ...due].map(({ id }) => id),
      until,
    );
    return jobs.length;
  }
}
