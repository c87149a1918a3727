import type { ScheduleKind } from '#app/protocol';
import type { Database } from '../database/database.js';
import { fromJson } from '../database/json.js';
import type { JobData } from '../jobs/job.js';
import type { PickedRun } from './schedule.js';
import { LIST_BUSY_SCHEDULES, LIST_PICKED_RUNS, LOCK_QUEUED_RUNS, START_RUNS } from './statements.js';

interface PickedRow {
  id: number;
  schedule_id: number;
  userid: string;
  kind: ScheduleKind;
  params: string | JobData | null;
  username: string;
  access_token: string | null;
  is_paused: number;
}

/**
 * Claims runs that wait, oldest first: each is claimed once, over any number of processes, and one of a schedule at a
 * time. @param limit of runs
 */
export async function pickRuns(
  database: Database,
  { now, limit }: { now: Date; limit: number },
): Promise<PickedRun[]> {
  return database.transaction(async (sql) => {
    const queued = await sql.rows<{ id: number; schedule_id: number }>(LOCK_QUEUED_RUNS, [limit]);
    if (queued.length === 0) return [];
    const schedules = [...new Set(queued.map(({ schedule_id }) => schedule_id))];
    const rows = await sql.rows<{ schedule_id: number }>(LIST_BUSY_SCHEDULES, [schedules]);
    const busy = new Set(rows.map(({ schedule_id }) => schedule_id));
    const ids: number[] = [];
    for (const { id, schedule_id } of queued) {
      if (busy.has(schedule_id)) continue;
      busy.add(schedule_id);
      ids.push(id);
    }
    if (ids.length === 0) return [];
    await sql.change(START_RUNS, [now, ids]);
    return (await sql.rows<PickedRow>(LIST_PICKED_RUNS, [ids])).map(toPickedRun);
  });
}

const toPickedRun = (row: PickedRow): PickedRun => ({
  id: row.id,
  scheduleId: row.schedule_id,
  userid: row.userid,
  kind: row.kind,
  params: fromJson(row.params) ?? {},
  username: row.username,
  accessToken: row.access_token,
  isPaused: row.is_paused === 1,
});
