import {
  BatchRepository,
  UploadAdministration,
  UploadRepository,
  UserRepository,
  type RetryableUpload,
} from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Injectable } from '@nestjs/common';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { UploadAnnouncer } from '../batches/upload-announcer.js';
import { toActor } from './actor.js';
import { planRetries } from './plan-retries.js';
import type { RetriedDto } from './upload-request.dto.js';

interface Retried {
  batchid: number;
  count: number;
}

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
    const batches: Retried[] = [];
    for (const originals of planRetries(await this.administration.listRetryable(ids))) {
      batches.push(await this.copy(user, accessToken, originals));
    }
    const [first, ...others] = batches;
    if (!first) throw new DomainError('STATE_CONFLICT', 'No failed or cancelled uploads among these.');
    const retried = batches.reduce((sum, { count }) => sum + count, 0);
    return {
      message: `Retried ${retried} uploads`,
      retried_count: retried,
      requested_count: ids.length,
      new_batch_id: first.batchid,
      ...(others.length > 0 && { more_batch_ids: others.map(({ batchid }) => batchid) }),
    };
  }

  private async copy(
    user: SignedInUser,
    accessToken: string,
    originals: readonly RetryableUpload[],
  ): Promise<Retried> {
    const { userid } = user;
    const now = new Date();
    const [of = null, ...more] = new Set(originals.map(({ batchid }) => batchid));
    const retryOf = more.length === 0 ? of : null;
    const { id: batchid } = await this.batches.create(userid, { retryOf, isExempt: true });
    const uploads = await this.uploads.copyForRetry({
      from: { ids: originals.map(({ id }) => id) },
      statuses: ['failed', 'cancelled'],
      intoBatchid: batchid,
      userid,
      accessToken,
      plannedAt: [now],
      isExempt: true,
      administrator: toActor(user),
    });
    await this.announcer.dispatch(uploads.map(({ id }) => ({ id, plannedAt: now })));
    await this.announcer.announce({ batchid, userid, uploads });
    return { batchid, count: uploads.length };
  }
}
