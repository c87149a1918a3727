import { Injectable } from '@nestjs/common';
import { BatchRepository, UploadRepository } from '#app/persistence';
import { DomainError, type UploadState } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { batchNotFound, permissionDenied } from './batch-errors.js';
import { UploadAnnouncer } from './upload-announcer.js';
import { UploadPlanner, type Plan } from './upload-planner.js';

/** Copies the failed uploads of a person's batch into a new batch; what was cancelled stays so. */
@Injectable()
export class RetryUploads {
  constructor(
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly planner: UploadPlanner,
    private readonly announcer: UploadAnnouncer,
  ) {}

  /** @returns the new batch's id @throws DomainError BATCH_NOT_FOUND, FORBIDDEN, STATE_CONFLICT when nothing failed, QUOTA_EXCEEDED */
  async execute(user: SignedInUser, batchid: number): Promise<number> {
    const batch = await this.batches.findSummary(batchid);
    if (batch === null) throw batchNotFound(batchid);
    if (batch.userid !== user.userid) throw permissionDenied();
    const count = batch.stats.failed;
    if (count === 0) throw new DomainError('STATE_CONFLICT', 'No failed uploads to retry');
    const plan = await this.planner.reserve(user, count);
    const { intoBatchid, uploads } = await this.copy(user, batchid, plan);
    const { plannedAt } = plan;
    await this.planner.giveBack(user.userid, plannedAt.slice(uploads.length));
    await this.announcer.dispatch(
      uploads.flatMap(({ id }, index) => {
        const at = plannedAt[index] ?? plannedAt.at(-1);
        return at ? [{ id, plannedAt: at }] : [];
      }),
    );
    await this.announcer.announce({ batchid: intoBatchid, userid: user.userid, uploads });
    return intoBatchid;
  }

  private async copy(
    { userid, isExempt }: SignedInUser,
    batchid: number,
    { plannedAt, accessToken }: Plan,
  ): Promise<{ intoBatchid: number; uploads: UploadState[] }> {
    let intoBatchid: number | undefined;
    try {
      ({ id: intoBatchid } = await this.batches.create(userid, { retryOf: batchid, isExempt }));
      const uploads = await this.uploads.copyForRetry({
        from: { batchid },
        statuses: ['failed'],
        intoBatchid,
        userid,
        accessToken,
        plannedAt,
        isExempt,
      });
      return { intoBatchid, uploads };
    } catch (error) {
      await this.planner.giveBack(userid, plannedAt);
      if (intoBatchid !== undefined) await this.batches.discardEmpty(intoBatchid);
      throw error;
    }
  }
}
