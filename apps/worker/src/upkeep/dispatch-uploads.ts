import { Injectable } from '@nestjs/common';
import { UploadQueue, UploadRepository } from '#app/persistence';

/** Uploads that may start within this time get a delayed job; the API does the same when it accepts a slice. */
const HORIZON_MS = 60_000;
/** A job that is this late has most likely been lost with the queue. */
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
    const jobs = [
      ...(await this.uploads.listLost(later(-LATE_MS), AT_ONCE)).map(({ id }) => ({
        uploadId: id,
        delayMs: 0,
      })),
      ...(await this.uploads.listExpiredLeases(now, AT_ONCE)).map((id) => ({ uploadId: id, delayMs: 0 })),
    ];
    const due = await this.uploads.listDue({ until: later(HORIZON_MS), limit: AT_ONCE });
    for (const { id, dueAt } of due) {
      jobs.push({ uploadId: id, delayMs: Math.max(0, dueAt.getTime() - now.getTime()) });
    }
    if (jobs.length > 0) await this.queue.addUploads(jobs);
    await this.uploads.markDispatched(
      due.map(({ id }) => id),
      now,
    );
    return jobs.length;
  }
}
