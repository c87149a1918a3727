import { Injectable } from '@nestjs/common';
import { BatchRepository } from '#app/persistence';
import { DomainError, type BatchScheduleDto } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { batchNotFound, permissionDenied } from './batch-errors.js';
import { PAUSED_BY_OWNER } from './explain-pause.js';
import { FindSchedule } from './find-schedule.js';
import { QueuePlanner } from './queue-planner.js';
import { UploadAnnouncer } from './upload-announcer.js';

/** Keeps what is queued from being started; what runs is finished. */
@Injectable()
export class PauseBatch {
  constructor(
    private readonly batches: BatchRepository,
    private readonly findSchedule: FindSchedule,
    private readonly announcer: UploadAnnouncer,
    private readonly queue: QueuePlanner,
  ) {}

  /**
   * An empty batch can be paused as well: what is added to it waits.
   * @throws DomainError BATCH_NOT_FOUND, FORBIDDEN, STATE_CONFLICT when every upload of it has ended
   */
  async execute(user: SignedInUser, batchid: number): Promise<BatchScheduleDto> {
    const batch = await this.batches.findSummary(batchid);
    if (batch === null) throw batchNotFound(batchid);
    if (batch.userid !== user.userid) throw permissionDenied();
    const { total, queued, in_progress: running } = batch.stats;
    if (total > 0 && queued + running === 0)
      throw new DomainError('STATE_CONFLICT', 'Nothing is left to pause');
    if (await this.batches.pause(batchid, PAUSED_BY_OWNER, new Date())) {
      await this.announcer.announce({ batchid, userid: user.userid, uploads: [] });
      this.queue.replanLater(user.userid);
    }
    return (await this.findSchedule.execute(batchid)).schedule;
  }
}
