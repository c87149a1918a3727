import type { Database } from '../database/database.js';
import { readSlots } from './scan-schedules.js';
import { toSchedule, type ScheduleRow } from './schedule-row.js';
import { LIST_SET_AHEAD, MOVE_TO_NEXT_SLOT } from './statements.js';

/**
 * Finds the next slots anew that were found while a clock was ahead, as nothing would be done until that time has come.
 * Slots that had their run meanwhile do not get another.
 * @param setAfter no clock that is right has come to this moment
 * @returns how many were looked at
 */
export async function recallSlots(
  database: Database,
  { now, setAfter, limit }: { now: Date; setAfter: Date; limit: number },
): Promise<number> {
  const rows = await database.rows<ScheduleRow>(LIST_SET_AHEAD, [setAfter, limit]);
  for (const schedule of rows.map(toSchedule)) {
    const { id, nextSlotAt, updatedAt } = schedule;
    const slots = readSlots(schedule);
    // One that cannot be read any more is due at once, and disabled then.
    const next = typeof slots === 'string' ? now : (slots.next(now) ?? nextSlotAt);
    await database.change(MOVE_TO_NEXT_SLOT, [next, now, id, nextSlotAt, updatedAt]);
  }
  return rows.length;
}
