import { Injectable, Logger } from '@nestjs/common';
import { LiveUpdates, UploadQueue, UploadRepository } from '#app/persistence';
import type { LiveUpdate } from '#app/protocol';

/** Uploads that may start within this time get a job right away; the worker dispatches the others by their planned time. */
const DUE_SOON_MS = 60_000;

export interface QueuedUpload {
  readonly id: number;
  readonly plannedAt: Date;
}

/**
 * Makes what is in the database prompt: jobs for the queue, word to whoever watches. The rows are the truth and the
 * worker's upkeep finds every one of them, so a failure here is logged and costs the person nothing but time.
 */
@Injectable()
export class UploadAnnouncer {
  private readonly logger = new Logger(UploadAnnouncer.name);

  constructor(
    private readonly uploads: UploadRepository,
    private readonly queue: UploadQueue,
    private readonly liveUpdates: LiveUpdates,
  ) {}

  /** Tells everyone who watches the batch, or a list with it. */
  async announce(update: LiveUpdate): Promise<void> {
    try {
      await this.liveUpdates.publish(update);
    } catch (error) {
      this.logger.warn(`Could not publish a change of batch ${update.batchid}: ${String(error)}`);
    }
  }

  /** Adds jobs for the uploads that are due soon, in one call. */
  async dispatch(queued: readonly QueuedUpload[]): Promise<void> {
    const now = Date.now();
    const dueSoon = new Date(now + DUE_SOON_MS);
    const soon = queued.filter(({ plannedAt }) => plannedAt <= dueSoon);
    if (soon.length === 0) return;
    try {
      await this.queue.addUploads(
        soon.map(({ id, plannedAt }) => ({
          uploadId: id,
          delayMs: Math.max(0, plannedAt.getTime() - now),
        })),
      );
      await this.uploads.markDispatched(
        soon.map(({ id }) => id),
        dueSoon,
      );
    } catch (error) {
      this.logger.warn(`Could not add jobs for ${soon.length} uploads: ${String(error)}`);
    }
  }
}
