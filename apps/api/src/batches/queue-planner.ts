import { Injectable, Logger } from '@nestjs/common';
import { LiveUpdates, PREPARE_AHEAD_MS, Replanner, UploadQueue, UploadRepository } from '#app/persistence';
import { LaterWork } from './later-work.js';

/** More are left to the worker's upkeep. */
const JOBS_AT_ONCE = 500;

/** Plans what a person has queued anew, when places came free or were lost, or when it may go on. */
@Injectable()
export class QueuePlanner {
  private readonly logger = new Logger(QueuePlanner.name);

  constructor(
    private readonly replanner: Replanner,
    private readonly uploads: UploadRepository,
    private readonly queue: UploadQueue,
    private readonly liveUpdates: LiveUpdates,
    private readonly later: LaterWork,
  ) {}

  /**
   * Resolves when the rows have their new moments; jobs, and word to whoever watches a schedule, follow. Where that cannot
   * be done the rows keep their moments, which the wiki's limits allow as well.
   */
  async replan(userid: string): Promise<void> {
    try {
      await this.replanner.replan(userid);
    } catch (error) {
      this.logger.warn(`Could not plan the queue of user ${userid} anew: ${String(error)}`);
    }
    this.later.start(`make the queue of user ${userid} prompt`, () => this.wake(userid));
  }

  /** As replan, for whom nobody waits. */
  replanLater(userid: string): void {
    this.later.start(`plan the queue of user ${userid} anew`, () => this.replan(userid));
  }

  private async wake(userid: string): Promise<void> {
    await this.liveUpdates.publishSchedulesChanged(userid);
    const now = new Date();
    const until = new Date(now.getTime() + PREPARE_AHEAD_MS);
    const due = await this.uploads.listDue({ until, limit: JOBS_AT_ONCE });
    if (due.length === 0) return;
    await this.queue.addOrMoveUploads(
      due.map(({ id, dueAt }) => ({ uploadId: id, delayMs: Math.max(0, dueAt.getTime() - now.getTime()) })),
    );
    await this.uploads.markDispatched(
      due.map(({ id }) => id),
      now,
    );
  }
}
