import { Injectable } from '@nestjs/common';
import { BatchRepository } from '#app/persistence';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { LaterWork } from './later-work.js';
import { UploadAnnouncer } from './upload-announcer.js';
import { UploadPlanner } from './upload-planner.js';

/** Starts an empty batch of a person. */
@Injectable()
export class CreateBatch {
  constructor(
    private readonly batches: BatchRepository,
    private readonly announcer: UploadAnnouncer,
    private readonly planner: UploadPlanner,
    private readonly later: LaterWork,
  ) {}

  /**
   * @param pausedReason nothing of it is started until it is resumed
   * @returns the batch's id
   * @throws DomainError QUOTA_EXCEEDED
   */
  async execute(user: SignedInUser, pausedReason: string | null = null): Promise<number> {
    const { userid } = user;
    this.later.start(`prepare a batch of user ${userid}`, () => this.planner.prepare(user));
    const { id } = await this.batches.create(userid, { isExempt: user.isExempt, pausedReason });
    await this.announcer.announce({ batchid: id, userid, uploads: [] });
    return id;
  }
}
