import { Injectable } from '@nestjs/common';
import { BatchRepository, UploadRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { batchNotFound, permissionDenied } from './batch-errors.js';
import { UploadAnnouncer } from './upload-announcer.js';
import { UploadPlanner } from './upload-planner.js';

/** Copies the failed uploads of a person's batch into a new batch; what was cancelled stays so. */
@Injectable()
export class RetryUploads {
  constructor(
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly planner: UploadPlanner,
    private readonly announcer: UploadAnnouncer,
  ) {}

  /** @returns the new batch's id @throws DomainError BATCH_NOT_FOUND, FORBIDDEN, STATE_CONFLICT when nothing failed */
  async execute(user: SignedInUser, batchid: number): Promise<number> {
    const batch = await this.batches.findSummary(batchid);
    if (batch === null) throw batchNotFound(batchid);
    if (batch.userid !== user.userid) throw permissionDenied();
    const count = batch.stats.failed;
    if (count === 0) throw new DomainError('STATE_CONFLICT', 'No failed uploads to retry');
    const { plannedAt, accessToken } = await this.planner.reserve(user, count);
    const { id: intoBatchid } = await this.batches.create(user.userid, { retryOf: batchid });
    const uploads = await this.uploads.copyForRetry({
      from: { batchid },
      statuses: ['failed'],
      intoBatchid,
      userid: user.userid,
      accessToken,
      plannedAt,
    });
    await this.announcer.dispatch(
      uploads.map(({ id }, index) => ({ id, plannedAt: plannedAt[index] ?? plannedAt.at(-1) ?? new Date() })),
    );
    await this.announcer.announce({ batchid: intoBatchid, userid: user.userid, uploads });
    return intoBatchid;
  }
}
