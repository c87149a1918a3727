import { createHash } from 'node:crypto';
import type { Database, Sql } from '../database/database.js';
import { LOCK_SCHEDULE } from './statements.js';

/** Values: schedule_id, image. */
export const FIND_WATCHED_IMAGE = 'SELECT run_id FROM schedule_images WHERE schedule_id = ? AND image = ?';

/** Values: lists of schedule_id, image, run_id. What is known stays with the run that saw it first. */
const INSERT_IMAGES = 'INSERT IGNORE INTO schedule_images (schedule_id, image, run_id) VALUES ?';

/** Values: schedule_id, run_id. */
export const LIST_IMAGES_OF_RUN =
  'SELECT image FROM schedule_images WHERE schedule_id = ? AND run_id = ? ORDER BY image';

const AT_ONCE = 1_000;
/** What was there when a collection was looked at for the first time is nobody's news. */
const NO_RUN = 0;

export interface Look {
  scheduleId: number;
  runId: number;
  /** Of what was looked at: another is looked at for the first time again. */
  collection: string;
  /** Ids of all its images, each at most 255 characters. */
  images: readonly string[];
}

const markOf = (collection: string): string =>
  `collection ${createHash('sha256').update(collection).digest('hex')}`;

/** The images that watched collections are known to have. */
export class WatchedImages {
  constructor(private readonly database: Database) {}

  /** Remembers what a look has found; doing it twice is doing it once. @returns false when the schedule is gone */
  async remember(sql: Sql, { scheduleId, runId, collection, images }: Look): Promise<boolean> {
    if ((await sql.rows(LOCK_SCHEDULE, [scheduleId])).length === 0) return false;
    const mark = markOf(collection);
    const [looked] = await sql.rows<{ run_id: number }>(FIND_WATCHED_IMAGE, [scheduleId, mark]);
    const isFirst = looked === undefined || looked.run_id === runId;
    for (let start = 0; start < images.length; start += AT_ONCE) {
      const some = images.slice(start, start + AT_ONCE);
      const rows = some.map((image) => [scheduleId, image, isFirst ? NO_RUN : runId]);
      await sql.change(INSERT_IMAGES, [rows]);
    }
    await sql.change(INSERT_IMAGES, [[[scheduleId, mark, isFirst ? runId : NO_RUN]]]);
    return true;
  }

  /** What this run was the first to see, without what was there from the beginning. */
  async listNew(scheduleId: number, runId: number): Promise<string[]> {
    const rows = await this.database.rows<{ image: string }>(LIST_IMAGES_OF_RUN, [scheduleId, runId]);
    return rows.map(({ image }) => image).filter((image) => !image.startsWith('collection '));
  }
}
