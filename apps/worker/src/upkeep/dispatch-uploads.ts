import { Injectable } from '@nestjs/common';
import {
  PREPARE_AHEAD_MS,
  UploadQueue,
  UploadRepository,
  UploadTurns,
  type DueUpload,
} from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';
import { SignInCheck } from './sign-in-check.js';

const AT_ONCE = 1_000;
/** Jobs looked for at each turn while there is no sign that the queue was lost. */
const LOOKED_FOR = 500;
/** How many turns may be missed before the jobs of all uploads are looked for. */
const MISSED_TURNS = 3;
const LEAST_CONFIRMED_MS = 60_000;
/** A batch gets its uploads soon after its creation; until then it stays open, so that they need not open it again. */
const SETTLED_BATCH_MS = 600_000;

/**
 * Sees to it that every upload which waits has a wake-up: those that can be worked on from now on, those whose job was lost,
 * and those that a dead worker has left. Adding a job that exists changes nothing, so it may be done once too often.
 */
@Injectable()
export class UploadDispatcher {
  private readonly everyMs: number;

  constructor(
    private readonly uploads: UploadRepository,
    private readonly turns: UploadTurns,
    private readonly queue: UploadQueue,
    private readonly signIns: SignInCheck,
    config: WorkerConfig,
  ) {
    this.everyMs = config.reconcileIntervalSeconds * 1_000;
  }

  /** @throws Error when the database or Redis does not answer: the next turn does what is left */
  async dispatch(now = new Date()): Promise<void> {
    const { isIntact, check } = await this.queue.beginCheck();
    await this.wakeForExpiredLeases(now);
    await this.addDue(now);
    if (isIntact) await this.lookForSome(now);
    else await this.addAllAgain(now);
    await this.turns.closeBatches(new Date(now.getTime() - SETTLED_BATCH_MS), AT_ONCE);
    await this.queue.confirmIntact(check, Math.max(LEAST_CONFIRMED_MS, MISSED_TURNS * this.everyMs));
  }

  /** The uploads with a sign-in that is lost end as well, but each by its own run: its file may be published. */
  private async wakeForExpiredLeases(now: Date): Promise<void> {
    const expired = await this.uploads.listExpiredLeases(now, AT_ONCE);
    if (expired.length === 0) return;
    await this.signIns.dropRefused(expired);
    await this.queue.addUploads(
      expired.map(({ id, leasedUntil }) => ({ uploadId: id, delayMs: 0, takesOver: leasedUntil })),
    );
  }

  private async addDue(now: Date): Promise<void> {
    const until = new Date(now.getTime() + PREPARE_AHEAD_MS);
    for (;;) {
      const due = await this.uploads.listDue({ until, limit: AT_ONCE });
      if (due.length === 0) return;
      await this.queue.addOrMoveUploads(due.map((upload) => toJob(upload, now)));
      await this.markDispatched(due, now);
    }
  }

  /** A single job may get lost, too: all are looked for in the course of time. */
  private async lookForSome(now: Date): Promise<void> {
    const before = new Date(now.getTime() - this.everyMs);
    const some = await this.uploads.listLost(before, LOOKED_FOR);
    await this.add(some, now);
    await this.markDispatched(some, now);
  }

  /** Whether a sign-in still holds is asked once, not by each of its uploads. */
  private async addAllAgain(now: Date): Promise<void> {
    for (;;) {
      const lost = await this.uploads.listLost(now, AT_ONCE);
      if (lost.length === 0) return;
      await this.add(await this.signIns.dropRefused(lost), now);
      await this.markDispatched(lost, now);
    }
  }

  private async add(uploads: readonly DueUpload[], now: Date): Promise<void> {
    if (uploads.length > 0) await this.queue.addUploads(uploads.map((upload) => toJob(upload, now)));
  }

  private markDispatched(uploads: readonly DueUpload[], now: Date): Promise<void> {
    return this.uploads.markDispatched(
      uploads.map(({ id }) => id),
      now,
    );
  }
}

const toJob = ({ id, dueAt }: DueUpload, now: Date): { uploadId: number; delayMs: number } => ({
  uploadId: id,
  delayMs: Math.max(0, dueAt.getTime() - now.getTime()),
});
