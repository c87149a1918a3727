import { Injectable } from '@nestjs/common';
import { BatchRepository, UploadRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { toActor } from '../admin/actor.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { batchNotFound, permissionDenied } from './batch-errors.js';
import { QueuePlanner } from './queue-planner.js';
import { UploadAnnouncer } from './upload-announcer.js';
import { UploadPlanner } from './upload-planner.js';

/** Cancels what is queued at once, and what is running before it is committed. What administrators cancel of others is audited. */
@Injectable()
export class CancelBatch {
  constructor(
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly planner: UploadPlanner,
    private readonly announcer: UploadAnnouncer,
    private readonly queue: QueuePlanner,
  ) {}

  /** Status updates tell of its success. @throws DomainError BATCH_NOT_FOUND, FORBIDDEN, STATE_CONFLICT when nothing is left to cancel */
  async execute(user: SignedInUser, batchid: number): Promise<void> {
    const batch = await this.batches.find(batchid);
    if (batch === null) throw batchNotFound(batchid);
    const isOwn = batch.userid === user.userid;
    if (!isOwn && !user.isAdmin) throw permissionDenied();
    const { cancelled, requested, freedTimes } = await this.uploads.cancelBatch(
      batchid,
      new Date(),
      isOwn ? undefined : toActor(user),
    );
    if (cancelled.length === 0 && requested === 0) {
      throw new DomainError('STATE_CONFLICT', 'No queued items to cancel');
    }
    if (cancelled.length > 0) {
      await this.announcer.announce({ batchid, userid: batch.userid, uploads: cancelled });
    }
    await this.planner.giveBack(batch.userid, freedTimes);
    if (freedTimes.length > 0) this.queue.replanLater(batch.userid);
  }
}
