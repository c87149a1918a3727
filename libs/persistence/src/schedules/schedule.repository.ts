import { DomainError } from '#app/protocol';
import type { Database } from '../database/database.js';
import { toJson } from '../database/json.js';
import type { Notification } from '../notifications/notification.js';
import { disableSchedule } from './disable-schedule.js';
import { pickRuns } from './pick-runs.js';
import { recallSlots } from './recall-slots.js';
import { scanSchedules, type Scanned } from './scan-schedules.js';
import {
  timingOf,
  type PickedRun,
  type RunOrder,
  type Schedule,
  type ScheduleDraft,
  type ScheduleOrder,
  type ScheduleRun,
} from './schedule.js';
import { timingValues, toRun, toSchedule, type RunRow, type ScheduleRow } from './schedule-row.js';
import { endRun, settleRuns } from './settle-runs.js';
import * as statements from './statements.js';
import { Slots } from './timing/slots.js';

/** Of one person. */
export const MOST_SCHEDULES = 50;

interface Turn {
  now: Date;
  limit: number;
}

interface PageQuery<Order> {
  sortby: Order;
  /** From 0. */
  page: number;
  size: number;
  asc: boolean;
}

/** So far ahead of this process's clock another's may be. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

const nextSlot = (draft: ScheduleDraft, createdAt: Date, now: Date): Date | null =>
  draft.enabled ? new Slots(timingOf({ timing: draft.timing, createdAt })).next(now) : null;

/** People's schedules and their runs. Another's is as good as none. */
export class ScheduleRepository {
  constructor(private readonly database: Database) {}

  /** @throws DomainError SCHEDULE_CONFLICT when the person has as many as anybody may have */
  async create(userid: string, draft: ScheduleDraft, now = new Date()): Promise<Schedule> {
    const next = nextSlot(draft, now, now);
    const id = await this.database.transaction(async (sql) => {
      await sql.rows(statements.LOCK_OWNER, [userid]);
      const [count] = await sql.rows<{ schedules: number }>(statements.COUNT_SCHEDULES, [userid]);
      if ((count?.schedules ?? 0) >= MOST_SCHEDULES) {
        throw new DomainError('SCHEDULE_CONFLICT', `Nobody may have more than ${MOST_SCHEDULES} schedules.`);
      }
      const { name, kind, params, timing, enabled } = draft;
      const values = [userid, name, kind, toJson(params), ...timingValues(timing), enabled, next];
      return sql.insert(statements.INSERT_SCHEDULE, [...values, now, now, now]);
    });
    const created = await this.find(id, userid);
    if (!created) throw new Error(`Schedule ${id} vanished after its creation`);
    return created;
  }

  /** It begins anew, without its failures. @returns null when the person has no such schedule */
  async replace(
    id: number,
    userid: string,
    draft: ScheduleDraft,
    now = new Date(),
  ): Promise<Schedule | null> {
    const before = await this.find(id, userid);
    if (before === null) return null;
    const next = nextSlot(draft, before.createdAt, now);
    const { name, kind, params, timing, enabled } = draft;
    await this.database.change(statements.REPLACE_SCHEDULE, [
      name,
      kind,
      toJson(params),
      ...timingValues(timing),
      enabled,
      next,
      now,
      now,
      id,
      userid,
    ]);
    return this.find(id, userid);
  }

  /** With its runs. @returns null when the person has no such schedule; the jobs that its runs leave behind otherwise */
  delete(id: number, userid: string): Promise<number[] | null> {
    return this.database.transaction(async (sql) => {
      const jobs = await sql.rows<{ job_id: number }>(statements.LIST_RUNNING_JOBS, [id]);
      if ((await sql.change(statements.DELETE_SCHEDULE, [id, userid])) === 0) return null;
      return jobs.map(({ job_id }) => job_id);
    });
  }

  async find(id: number, userid: string): Promise<Schedule | null> {
    const [row] = await this.database.rows<ScheduleRow>(statements.FIND_SCHEDULE, [id, userid]);
    return row ? toSchedule(row) : null;
  }

  async list({ userid, sortby, page, size, asc }: PageQuery<ScheduleOrder> & { userid: string }): Promise<{
    items: Schedule[];
    total: number;
  }> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<ScheduleRow>(statements.listSchedules(sortby, asc), [userid, size, page * size]),
      this.database.rows<{ schedules: number }>(statements.COUNT_SCHEDULES, [userid]),
    ]);
    return { items: rows.map(toSchedule), total: count?.schedules ?? 0 };
  }

  /**
   * A run outside of the slots, also of a schedule that is disabled. Asked again while it waits it is the same.
   * @returns null when the schedule is gone
   */
  runNow(scheduleId: number, now = new Date()): Promise<ScheduleRun | null> {
    return this.database.transaction(async (sql) => {
      if ((await sql.rows(statements.LOCK_SCHEDULE, [scheduleId])).length === 0) return null;
      const [waiting] = await sql.rows<RunRow>(statements.FIND_WAITING_RUN, [scheduleId, scheduleId, now]);
      if (waiting) return toRun(waiting);
      const id = await sql.insert(statements.INSERT_RUN, [scheduleId, now, true, now]);
      const [row] = await sql.rows<RunRow>(statements.FIND_RUN, [id, scheduleId]);
      if (!row) throw new Error(`Run ${id} vanished after its creation`);
      return toRun(row);
    });
  }

  async findRun(id: number, scheduleId: number): Promise<ScheduleRun | null> {
    const [row] = await this.database.rows<RunRow>(statements.FIND_RUN, [id, scheduleId]);
    return row ? toRun(row) : null;
  }

  async listRuns({
    scheduleId,
    sortby,
    page,
    size,
    asc,
  }: PageQuery<RunOrder> & { scheduleId: number }): Promise<{
    items: ScheduleRun[];
    total: number;
  }> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<RunRow>(statements.listRuns(sortby, asc), [scheduleId, size, page * size]),
      this.database.rows<{ runs: number }>(statements.COUNT_RUNS, [scheduleId]),
    ]);
    return { items: rows.map(toRun), total: count?.runs ?? 0 };
  }

  /** See {@link scanSchedules}. */
  scan(turn: Turn): Promise<Scanned> {
    return scanSchedules(this.database, turn);
  }

  /** See {@link recallSlots}. */
  recall({ now, limit }: Turn): Promise<number> {
    return recallSlots(this.database, { now, setAfter: new Date(now.getTime() + CLOCKS_DIFFER_MS), limit });
  }

  /** See {@link pickRuns}. */
  pick(turn: Turn): Promise<PickedRun[]> {
    return pickRuns(this.database, turn);
  }

  /**
   * Begins the work of a picked run, once: whoever else takes it for lost waits, and finds what was begun.
   * @param start gives the id of the job, the same one if it is done again
   * @returns false when it was begun, or is not running, already
   */
  begin(runId: number, start: () => Promise<number>): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      if ((await sql.rows(statements.LOCK_RUN_WITHOUT_JOB, [runId])).length === 0) return false;
      return (await sql.change(statements.NAME_JOB, [await start(), runId])) > 0;
    });
  }

  /**
   * Gives back what was picked so long ago, or while a clock was ahead, and has no job: its picker has died.
   * @returns how many
   */
  async requeueLost(now: Date, lostAfterMs: number): Promise<number> {
    const alive = [new Date(now.getTime() - lostAfterMs), new Date(now.getTime() + CLOCKS_DIFFER_MS)];
    const lost = await this.database.rows<{ id: number }>(statements.LIST_LOST_RUNS, alive);
    if (lost.length === 0) return 0;
    return this.database.change(statements.REQUEUE_RUNS, [lost.map(({ id }) => id), ...alive]);
  }

  /** Ends a run for which nothing may be done, and disables its schedule. @returns what is to be published */
  refuse(run: Pick<PickedRun, 'id' | 'scheduleId'>, reason: string, now: Date): Promise<Notification | null> {
    const { id, scheduleId } = run;
    const error = { code: 'FORBIDDEN', message: reason } as const;
    return this.database.transaction(async (sql) => {
      await endRun(sql, { id, scheduleId, status: 'cancelled', error, done: 0, total: null }, now);
      return disableSchedule(sql, { id: scheduleId, reason, now });
    });
  }

  /** See {@link settleRuns}. */
  settle(turn: Turn): Promise<Notification[]> {
    return settleRuns(this.database, turn);
  }

  /** @returns how many */
  deleteEndedRuns(before: Date, limit: number): Promise<number> {
    return this.database.change(statements.DELETE_ENDED_RUNS, [before, limit]);
  }
}
