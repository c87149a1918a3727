import { Injectable, Logger } from '@nestjs/common';
import { inSpan } from '#app/observability';
import { LiveUpdates, PREPARE_AHEAD_MS, UploadQueue, UploadRepository } from '#app/persistence';
import type { LiveUpdate } from '#app/protocol';

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

  /** Adds jobs for the uploads that can be prepared already, in one call; the worker's upkeep adds the others when they can. */
  async dispatch(queued: readonly QueuedUpload[]): Promise<void> {
    const now = new Date();
    const prepareUntil = new Date(now.getTime() + PREPARE_AHEAD_MS);
    const soon = queued.filter(({ plannedAt }) => plannedAt <= prepareUntil);
    if (soon.length === 0) return;
    try {
      const jobs = soon.map(({ id }) => ({ uploadId: id, delayMs: 0 }));
      const attributes = { 'messaging.batch.message_count': jobs.length };
      await inSpan('enqueue uploads', { kind: 'producer', attributes }, () => this.queue.addUploads(jobs));
      await this.uploads.markDispatched(
        soon.map(({ id }) => id),
        now,
      );
    } catch (error) {
      this.logger.warn(`Could not add jobs for ${soon.length} uploads: ${String(error)}`);
    }
  }
}
