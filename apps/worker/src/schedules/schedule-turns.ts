import { Injectable } from '@nestjs/common';
import {
  AdvisoryLock,
  Database,
  LiveUpdates,
  NotificationRepository,
  ScheduleRepository,
  tellFinished,
  tellNearQuotas,
} from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';

const DAY_MS = 86_400_000;
/** So many schedules are looked at, and runs settled, at once. */
const SCANNED_AT_ONCE = 50;
const SETTLED_AT_ONCE = 100;
const TOLD_AT_ONCE = 100;
const FORGOTTEN_AT_ONCE = 1_000;
/** A batch whose uploads have all ended may still get its next slice for so long. */
const QUIET_MS = 15_000;
const RUNS_KEPT_MS = 90 * DAY_MS;
const READ_KEPT_MS = 30 * DAY_MS;

/** What is done regularly for schedules and notifications. Each may be done by any number of processes at once. */
@Injectable()
export class ScheduleTurns {
  constructor(
    private readonly schedules: ScheduleRepository,
    private readonly notifications: NotificationRepository,
    private readonly database: Database,
    private readonly lock: AdvisoryLock,
    private readonly live: LiveUpdates,
    private readonly config: WorkerConfig,
  ) {}

  /** Makes the runs that are due, in one process at a time. @returns how many */
  async scan(now = new Date()): Promise<number> {
    let runs = 0;
    await this.lock.tryRun('curator:schedules', async (signal) => {
      await this.schedules.recall({ now, limit: SCANNED_AT_ONCE });
      for (let due = SCANNED_AT_ONCE; due === SCANNED_AT_ONCE && !signal.aborted;) {
        const scanned = await this.schedules.scan({ now, limit: SCANNED_AT_ONCE });
        due = scanned.due;
        runs += scanned.runs;
        await this.live.publishNotifications(scanned.notifications);
      }
    });
    return runs;
  }

  /** Settles runs whose job has ended or is gone. */
  async settle(now = new Date()): Promise<void> {
    await this.live.publishNotifications(await this.schedules.settle({ now, limit: SETTLED_AT_ONCE }));
  }

  /** Tells people of their batches that are finished. */
  async tellFinished(now = new Date()): Promise<void> {
    const told = await tellFinished(this.database, {
      quietSince: new Date(now.getTime() - QUIET_MS),
      limit: TOLD_AT_ONCE,
      linkTo: (batchid) => `${this.config.publicUrl}/#/batches/${batchid}`,
    });
    await this.live.publishNotifications(told);
  }

  /** Tells people of quotas that are nearly spent. */
  async tellNearQuotas(now = new Date()): Promise<void> {
    await this.live.publishNotifications(await tellNearQuotas(this.database, { now, limit: TOLD_AT_ONCE }));
  }

  /** Forgets what was kept for a while only. @returns how much */
  async forget(now = new Date()): Promise<number> {
    const before = (keptMs: number): Date => new Date(now.getTime() - keptMs);
    const runs = await this.schedules.deleteEndedRuns(before(RUNS_KEPT_MS), FORGOTTEN_AT_ONCE);
    const read = await this.notifications.deleteRead(before(READ_KEPT_MS), FORGOTTEN_AT_ONCE);
    return runs + read;
  }
}
