import { Injectable } from '@nestjs/common';
import { BatchRepository } from '#app/persistence';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { UploadAnnouncer } from './upload-announcer.js';

/** Starts an empty batch of a person. */
@Injectable()
export class CreateBatch {
  constructor(
    private readonly batches: BatchRepository,
    private readonly announcer: UploadAnnouncer,
  ) {}

  /** @returns the batch's id */
  async execute({ userid }: SignedInUser): Promise<number> {
    const { id } = await this.batches.create(userid);
    await this.announcer.announce({ batchid: id, userid, uploads: [] });
    return id;
  }
}
