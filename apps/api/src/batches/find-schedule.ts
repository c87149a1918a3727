import { Injectable, Logger } from '@nestjs/common';
import {
  BatchRepository,
  ServiceBreaker,
  UserRepository,
  type Batch,
  type ServiceStop,
} from '#app/persistence';
import type { BatchScheduleDto } from '#app/protocol';
import { batchNotFound } from './batch-errors.js';
import { estimateSchedule } from './estimate-schedule.js';
import { explainPause } from './explain-pause.js';

export interface FoundSchedule {
  readonly schedule: BatchScheduleDto;
  /** The batch's owner. */
  readonly userid: string;
  /** When it becomes another without anybody telling. */
  readonly changesAt: Date | null;
}

/** How far back uploads still tell how fast the next ones get done. */
const PACE_WINDOW_MS = 30 * 60_000;

/** When the queued uploads of a batch come about. Every signed-in person may read it. */
@Injectable()
export class FindSchedule {
  private readonly logger = new Logger(FindSchedule.name);

  constructor(
    private readonly batches: BatchRepository,
    private readonly users: UserRepository,
    private readonly breaker: ServiceBreaker,
  ) {}

  /** @throws DomainError BATCH_NOT_FOUND */
  async execute(batchid: number): Promise<FoundSchedule> {
    const batch = await this.batches.find(batchid);
    if (batch === null) throw batchNotFound(batchid);
    const stop = await this.findStop();
    const schedule = await this.of(batch, stop !== null);
    return { schedule, userid: batch.userid, changesAt: stop?.until ?? null };
  }

  /** A schedule without it is better than none. */
  private async findStop(): Promise<ServiceStop | null> {
    try {
      return await this.breaker.find();
    } catch (error) {
      this.logger.warn(`Could not ask whether uploads are stopped: ${String(error)}`);
      return null;
    }
  }

  private async of(
    { id: batchid, userid, ...batch }: Batch,
    isServiceStopped: boolean,
  ): Promise<BatchScheduleDto> {
    const [queue, owner] = await Promise.all([this.batches.findSchedule(batchid), this.users.find(userid)]);
    const waits = queue.queued > 0;
    const pause = explainPause(batch, waits ? owner : null, waits && isServiceStopped);
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
