import { Injectable } from '@nestjs/common';
import { BatchRepository, UserRepository, type Batch } from '#app/persistence';
import type { BatchScheduleDto } from '#app/protocol';
import { batchNotFound } from './batch-errors.js';
import { estimateSchedule } from './estimate-schedule.js';
import { explainPause } from './explain-pause.js';

export interface FoundSchedule {
  readonly schedule: BatchScheduleDto;
  /** The batch's owner. */
  readonly userid: string;
}

/** How far back uploads still tell how fast the next ones get done. */
const PACE_WINDOW_MS = 30 * 60_000;

/** When the queued uploads of a batch come about. Every signed-in person may read it. */
@Injectable()
export class FindSchedule {
  constructor(
    private readonly batches: BatchRepository,
    private readonly users: UserRepository,
  ) {}

  /** @throws DomainError BATCH_NOT_FOUND */
  async execute(batchid: number): Promise<FoundSchedule> {
    const batch = await this.batches.find(batchid);
    if (batch === null) throw batchNotFound(batchid);
    return { schedule: await this.of(batch), userid: batch.userid };
  }

  private async of({ id: batchid, userid, ...batch }: Batch): Promise<BatchScheduleDto> {
    const [queue, owner] = await Promise.all([this.batches.findSchedule(batchid), this.users.find(userid)]);
    const pause = explainPause(batch, queue.queued > 0 ? owner : null);
    const now = new Date();
    const facts = { ...queue, batchid, now, ahead: 0, commits: [] };
    if (pause !== null || queue.lastStart === null) return estimateSchedule(facts, pause);
    const { uploads, commits } = await this.batches.findWorkAhead({
      userid,
      until: queue.lastStart,
      since: new Date(now.getTime() - PACE_WINDOW_MS),
    });
    return estimateSchedule({ ...facts, ahead: uploads, commits }, null);
  }
}
