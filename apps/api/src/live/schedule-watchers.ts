import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { LiveUpdates } from '#app/persistence';
import { FindSchedule, type FoundSchedule } from '../batches/find-schedule.js';
import { Audiences, type Watched } from './audiences.js';
import type { Connection } from './connection.js';
import { WatchedSchedule } from './watched-schedule.js';

interface Watch extends Watched {
  readonly schedule: WatchedSchedule;
  /** The batch's owner, once known. */
  userid: string | null;
}

/** Who watches the schedule of which batch on this process. Nothing is asked of the database while nothing changes. */
@Injectable()
export class ScheduleWatchers implements OnModuleInit {
  private readonly logger = new Logger(ScheduleWatchers.name);
  private readonly watches = new Audiences<Watch>('schedule', (batchid) => this.open(batchid));

  constructor(
    private readonly findSchedule: FindSchedule,
    private readonly liveUpdates: LiveUpdates,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.liveUpdates.subscribe({
      onBatches: ({ userid }) => this.noteChange(userid),
      onSchedules: ({ userid }) => (userid === null ? this.reload() : this.noteChange(userid)),
      onReconnect: () => this.reload(),
    });
  }

  /** Replaces what the connection watched before. @throws DomainError BATCH_NOT_FOUND */
  async watch(connection: Connection, batchid: number): Promise<void> {
    const watch = await this.watches.join(connection, batchid);
    watch?.schedule.join(connection);
  }

  leave(connection: Connection): void {
    this.watches.leave(connection);
  }

  /** A batch changed: its own schedule, and that of its owner's other batches, may be another now. */
  private noteChange(userid: string): void {
    for (const watch of this.watches.list()) {
      if (watch.userid === null || watch.userid === userid) watch.schedule.noteChange();
    }
  }

  /** Changes may have been missed. */
  private reload(): void {
    for (const { schedule } of this.watches.list()) schedule.noteChange();
  }

  private open(batchid: number): Watch {
    const find = async (): Promise<FoundSchedule> => {
      const found = await this.findSchedule.execute(batchid);
      watch.userid = found.userid;
      return found;
    };
    const schedule = new WatchedSchedule(find, (error) => {
      this.logger.warn(`Could not find the schedule of batch ${batchid}: ${String(error)}`);
    });
    const watch: Watch = {
      schedule,
      userid: null,
      loaded: Promise.resolve().then(() => schedule.load()),
      leave: (connection) => schedule.leave(connection),
      close: () => schedule.close(),
    };
    return watch;
  }
}
