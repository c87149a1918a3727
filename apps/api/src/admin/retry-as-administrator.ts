import { BatchRepository, UploadAdministration, UploadRepository, UserRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Injectable } from '@nestjs/common';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { UploadAnnouncer } from '../batches/upload-announcer.js';
import { toActor } from './actor.js';
import type { RetriedDto } from './upload-request.dto.js';

/** Copies anybody's failed and cancelled uploads into a new batch of the administrator, under their own sign-in. */
@Injectable()
export class RetryAsAdministrator {
  constructor(
    private readonly users: UserRepository,
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly administration: UploadAdministration,
    private readonly announcer: UploadAnnouncer,
  ) {}

  /**
   * They are due at once instead of planned: the gate of each commit keeps them within the administrator's limits, and they
   * count there.
   * @throws DomainError FORBIDDEN when the administrator's token was revoked, STATE_CONFLICT when there is nothing to copy
   */
  async execute(user: SignedInUser, ids: readonly number[]): Promise<RetriedDto> {
    const accessToken = (await this.users.find(user.userid))?.accessToken ?? null;
    if (accessToken === null) {
      throw new DomainError('FORBIDDEN', 'Your authorization has ended. Please sign in again.');
    }
    const originals = await this.administration.listRetryableBatches(ids);
    const [only = null] = originals;
    if (only === null) throw new DomainError('STATE_CONFLICT', 'No failed or cancelled uploads among these.');
    const now = new Date();
    const { userid } = user;
    const batch = await this.batches.create(userid, {
      retryOf: originals.length === 1 ? only : null,
      isExempt: true,
    });
    const uploads = await this.uploads.copyForRetry({
      from: { ids },
      statuses: ['failed', 'cancelled'],
      intoBatchid: batch.id,
      userid,
      accessToken,
      plannedAt: [now],
      isExempt: true,
      administrator: toActor(user),
    });
    await this.announcer.dispatch(uploads.map(({ id }) => ({ id, plannedAt: now })));
    await this.announcer.announce({ batchid: batch.id, userid, uploads });
    return {
      message: `Retried ${uploads.length} uploads`,
      retried_count: uploads.length,
      requested_count: ids.length,
      new_batch_id: batch.id,
    };
  }
}
