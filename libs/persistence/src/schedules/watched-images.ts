import { createHash } from 'node:crypto';
import type { Database, Sql } from '../database/database.js';
import { LOCK_SCHEDULE } from './statements.js';

/** Values: schedule_id, image. */
export const FIND_WATCHED_IMAGE = 'SELECT run_id FROM schedule_images WHERE schedule_id = ? AND image = ?';

/** Values: lists of schedule_id, image, run_id, waits_for. What is known stays with the run that saw it first. */
const INSERT_IMAGES = 'INSERT IGNORE INTO schedule_images (schedule_id, image, run_id, waits_for) VALUES ?';

/** Values: schedule_id, run_id. */
export const LIST_IMAGES_OF_RUN =
  'SELECT image FROM schedule_images WHERE schedule_id = ? AND run_id = ? ORDER BY image';

/** Values: schedule_id, waits_for, limit. */
export const LIST_WAITING_IMAGES = `SELECT image FROM schedule_images FORCE INDEX (ix_schedule_images_waiting)
  WHERE schedule_id = ? AND waits_for = ? ORDER BY image LIMIT ?`;

/** Values: schedule_id, waits_for. */
export const COUNT_WAITING_IMAGES =
  'SELECT COUNT(*) AS images FROM schedule_images WHERE schedule_id = ? AND waits_for = ?';

/** Values: schedule_id, images. */
const SETTLE_IMAGES = 'UPDATE schedule_images SET waits_for = NULL WHERE schedule_id = ? AND image IN (?)';

/** Values: schedule_id, what may wait. */
const FORGET_OTHERS = `UPDATE schedule_images SET waits_for = NULL
  WHERE schedule_id = ? AND waits_for IS NOT NULL AND waits_for <> ?`;

const AT_ONCE = 1_000;
/** What was there when a collection was looked at for the first time is nobody's news. */
const NO_RUN = 0;
const NOTHING = '';

export interface Look {
  scheduleId: number;
  runId: number;
  /** Of what was looked at: another is looked at for the first time again. */
  collection: string;
  /** Ids of all its images, each at most 255 characters. */
  images: readonly string[];
  /** What is new waits, until it is settled, to be queued; otherwise nothing waits any more. */
  isToBeQueued: boolean;
}

/** Images of one collection that wait. */
export type Waiting = Pick<Look, 'scheduleId' | 'collection'>;

const hashOf = (collection: string): string => createHash('sha256').update(collection).digest('hex');
const markOf = (collection: string): string => `collection ${hashOf(collection)}`;

/** The images that watched collections are known to have. */
export class WatchedImages {
  constructor(private readonly database: Database) {}

  /** Remembers what a look has found; doing it twice is doing it once. @returns false when the schedule is gone */
  async remember(sql: Sql, look: Look): Promise<boolean> {
    const { scheduleId, runId, collection, images, isToBeQueued } = look;
    if ((await sql.rows(LOCK_SCHEDULE, [scheduleId])).length === 0) return false;
    const mark = markOf(collection);
    const [looked] = await sql.rows<{ run_id: number }>(FIND_WATCHED_IMAGE, [scheduleId, mark]);
    const isFirst = looked === undefined || looked.run_id === runId;
    const waitsFor = isToBeQueued ? hashOf(collection) : null;
    await sql.change(FORGET_OTHERS, [scheduleId, waitsFor ?? NOTHING]);
    for (let start = 0; start < images.length; start += AT_ONCE) {
      const some = images.slice(start, start + AT_ONCE);
      const rows = some.map((image) => [
        scheduleId,
        image,
        ...(isFirst ? [NO_RUN, null] : [runId, waitsFor]),
      ]);
      await sql.change(INSERT_IMAGES, [rows]);
    }
    await sql.change(INSERT_IMAGES, [[[scheduleId, mark, isFirst ? runId : NO_RUN, null]]]);
    return true;
  }

  /** What this run was the first to see, without what was there from the beginning. */
  async listNew(scheduleId: number, runId: number): Promise<string[]> {
    const rows = await this.database.rows<{ image: string }>(LIST_IMAGES_OF_RUN, [scheduleId, runId]);
    return rows.map(({ image }) => image).filter((image) => !image.startsWith('collection '));
  }

  /** What is to be queued and was not settled yet, whichever run has seen it first. */
  async listWaiting({ scheduleId, collection }: Waiting, limit: number): Promise<string[]> {
    const values = [scheduleId, hashOf(collection), limit];
    const rows = await this.database.rows<{ image: string }>(LIST_WAITING_IMAGES, values);
    return rows.map(({ image }) => image);
  }

  async countWaiting({ scheduleId, collection }: Waiting): Promise<number> {
    const values = [scheduleId, hashOf(collection)];
    const [row] = await this.database.rows<{ images: number }>(COUNT_WAITING_IMAGES, values);
    return row?.images ?? 0;
  }

  /** They are queued, or never will be: to be called in the transaction that queues them. */
  async settle(sql: Sql, scheduleId: number, images: readonly string[]): Promise<void> {
    if (images.length > 0) await sql.change(SETTLE_IMAGES, [scheduleId, images]);
  }
}
