import { Injectable } from '@nestjs/common';
import type { HandlersOf } from '../live/handlers.js';
import { PauseBatch } from './pause-batch.js';
import { ResumeBatch } from './resume-batch.js';

/** Messages that hold back a batch or let it go on. */
@Injectable()
export class ScheduleMessages {
  readonly handlers: HandlersOf<'PAUSE_BATCH' | 'RESUME_BATCH'> = {
    PAUSE_BATCH: async ({ data }, connection) => {
      const schedule = await this.pauseBatch.execute(connection.person, data);
      connection.send({ type: 'BATCH_SCHEDULE', data: schedule });
    },
    RESUME_BATCH: async ({ data }, connection) => {
      const schedule = await this.resumeBatch.execute(connection.person, data);
      connection.send({ type: 'BATCH_SCHEDULE', data: schedule });
    },
  };

  constructor(
    private readonly pauseBatch: PauseBatch,
    private readonly resumeBatch: ResumeBatch,
  ) {}
}
