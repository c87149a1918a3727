import { Injectable } from '@nestjs/common';
import { BatchRepository } from '#app/persistence';
import type { UploadSliceDto, UploadState } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { AcceptSlice } from './accept-slice.js';
import { CreateBatch } from './create-batch.js';

/** A batch and its only slice in one step. */
@Injectable()
export class UploadAtOnce {
  constructor(
    private readonly batches: BatchRepository,
    private readonly createBatch: CreateBatch,
    private readonly acceptSlice: AcceptSlice,
  ) {}

  /** Leaves no batch behind where the slice is refused. @throws DomainError as CreateBatch and AcceptSlice do */
  async execute(
    user: SignedInUser,
    slice: Pick<UploadSliceDto, 'handler' | 'items'>,
  ): Promise<{ batchid: number; uploads: UploadState[] }> {
    const batchid = await this.createBatch.execute(user);
    try {
      return { batchid, uploads: await this.acceptSlice.execute(user, { ...slice, batchid, sliceid: 0 }) };
    } catch (error) {
      await this.batches.discardEmpty(batchid);
      throw error;
    }
  }
}
