import { Injectable, Logger } from '@nestjs/common';
import { inContext } from '#app/observability';
import { findIneligibility, LiveUpdates, ScheduleRepository, type PickedRun } from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';
import { StartRun } from './start-run.js';

/** So many runs are picked at once. */
const AT_ONCE = 20;
/** After this, a run that was picked but has no job was picked by a process that has died. */
const LOST_AFTER_MS = 60_000;

/** Picks the runs of schedules and begins their work. */
@Injectable()
export class RunDispatcher {
  private readonly logger = new Logger(RunDispatcher.name);

  constructor(
    private readonly schedules: ScheduleRepository,
    private readonly starter: StartRun,
    private readonly live: LiveUpdates,
    private readonly config: WorkerConfig,
  ) {}

  /** @returns how many were begun @throws Error when the database does not answer: the next turn does what is left */
  async dispatch(now = new Date()): Promise<number> {
    await this.schedules.requeueLost(now, LOST_AFTER_MS);
    let begun = 0;
    for (;;) {
      const picked = await this.schedules.pick({ now, limit: AT_ONCE });
      for (const run of picked) {
        const ids = { schedule_run_id: run.id, userid: run.userid };
        if (await inContext(ids, () => this.begin(run, now))) begun += 1;
      }
      if (picked.length < AT_ONCE) return begun;
    }
  }

  /** One that cannot be begun just now keeps no other waiting; it is picked again later. */
  private async begin(run: PickedRun, now: Date): Promise<boolean> {
    try {
      const reason = findIneligibility(run, this.config.adminUsernames);
      if (reason === null) return await this.schedules.begin(run.id, () => this.starter.execute(run));
      const notification = await this.schedules.refuse(run, reason, now);
      if (notification) await this.live.publishNotifications([notification]);
    } catch (error) {
      this.logger.error({ message: 'A run could not be begun', runId: run.id, error: String(error) });
    }
    return false;
  }
}
