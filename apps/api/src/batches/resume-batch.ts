import { Injectable } from '@nestjs/common';
import { BatchRepository } from '#app/persistence';
import type { BatchScheduleDto } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { batchNotFound, permissionDenied } from './batch-errors.js';
import { FindSchedule } from './find-schedule.js';
import { QueuePlanner } from './queue-planner.js';
import { UploadAnnouncer } from './upload-announcer.js';

/** Lets a paused batch go on. */
@Injectable()
export class ResumeBatch {
  constructor(
    private readonly batches: BatchRepository,
    private readonly findSchedule: FindSchedule,
    private readonly announcer: UploadAnnouncer,
    private readonly queue: QueuePlanner,
  ) {}

  /** A batch that is not paused stays as it is. @throws DomainError BATCH_NOT_FOUND, FORBIDDEN */
  async execute(user: SignedInUser, batchid: number): Promise<BatchScheduleDto> {
    const batch = await this.batches.find(batchid);
    if (batch === null) throw batchNotFound(batchid);
    if (batch.userid !== user.userid) throw permissionDenied();
    if (await this.batches.resume(batchid, new Date())) {
      await this.queue.replan(user.userid);
      await this.announcer.announce({ batchid, userid: user.userid, uploads: [] });
    }
    return (await this.findSchedule.execute(batchid)).schedule;
  }
}
