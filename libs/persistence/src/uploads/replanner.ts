import type { Database } from '../database/database.js';
import type { CountedTimes, RatePlan, RunningUpload } from '../rate-plan/rate-plan.js';
import type { LiveUpdates } from '../redis/live-updates.js';
import type { RedisClient } from '../redis/redis-connections.js';
import type { HeldLock, RedisLocks } from '../redis/redis-locks.js';
import { LIST_EDIT_MOMENTS } from '../recategorizations/statements.js';
import {
  LIST_COUNTED_TIMES,
  LIST_PAUSED_BATCHES,
  LIST_PLANNED_BEYOND,
  LIST_STILL_QUEUED,
  LIST_UNCOMMITTED_TIMES,
  MOVE_PLANNED,
} from './replan-statements.js';

export interface Replanned {
  /** How many uploads got another moment. */
  moved: number;
  /** Their batches. */
  batchids: number[];
}

export interface WaitingPerson {
  userid: string;
  /** Sealed by TokenVault. */
  accessToken: string;
}

interface UncommittedRow {
  id: number;
  batchid: number;
  planned_at: Date;
  is_running: number;
  is_used: number;
}

interface Move {
  id: number;
  batchid: number;
  at: Date;
}

const LOCK_MS = 30_000;
const ROWS_AT_ONCE = 500;
/** Longer than any run under the lock. */
const ASKED_KEPT_MS = 3_600_000;

const toRunning = ({ id, planned_at, is_used }: UncommittedRow): RunningUpload => ({
  uploadId: id,
  plannedAt: planned_at,
  isUsed: Number(is_used) === 1,
});

const byPlan = (a: UncommittedRow, b: UncommittedRow): number =>
  a.planned_at.getTime() - b.planned_at.getTime() || a.id - b.id;

/** What counts in the person's rate windows: see LoadCounted. */
export async function loadCountedTimes(
  database: Database,
  userid: string,
  since: Date,
): Promise<CountedTimes> {
  const [rows, edits] = await Promise.all([
    database.rows<{ at: Date; is_hit: number }>(LIST_COUNTED_TIMES, [userid, userid, since]),
    database.rows<{ edited_at: Date }>(LIST_EDIT_MOMENTS, [since, userid]),
  ]);
  const times = (isHit: boolean): Date[] =>
    rows.filter((row) => (Number(row.is_hit) === 1) === isHit).map(({ at }) => at);
  return { reserved: times(false), hits: times(true), edits: edits.map(({ edited_at }) => edited_at) };
}

/** Plans anew what a person has queued, after places came free or were lost. */
export class Replanner {
  constructor(
    private readonly database: Database,
    private readonly plan: RatePlan,
    private readonly redis: RedisClient,
    private readonly locks: RedisLocks,
    private readonly live: LiveUpdates,
  ) {}

  /**
   * Gives all queued uploads of the person that are not paused the earliest moments that are left, in the order in which
   * they were planned. While it runs for a person elsewhere, that one runs once more and this one does nothing. Nothing
   * happens while the windows are lost.
   * @throws TemporaryError `redis` when Redis does not answer; what was not written has its old moment until the next run, which
   * plans from the rows alone
   */
  async replan(userid: string, now?: Date): Promise<Replanned> {
    const asked = `curator:replan-asked:{${userid}}`;
    await this.redis.incr(asked);
    await this.redis.pexpire(asked, ASKED_KEPT_MS);
    const moves: Move[] = [];
    for (;;) {
      const lock = await this.locks.acquire(`replan:${userid}`, LOCK_MS);
      if (!lock) break;
      const seen = await this.replanWhileAsked(userid, now, { asked, lock, moves });
      // Who asked between the last look and the release found the lock taken.
      if ((await this.redis.get(asked)) === seen) break;
    }
    const batchids = [...new Set(moves.map(({ batchid }) => batchid))];
    for (const batchid of batchids) await this.live.publishBatchChanged(batchid, userid);
    return { moved: moves.length, batchids };
  }

  /** Who is signed in, not paused, and has something queued that is planned for later than `moment`. */
  async listPlannedBeyond(moment: Date): Promise<WaitingPerson[]> {
    const rows = await this.database.rows<{ userid: string; access_token: string }>(LIST_PLANNED_BEYOND, [
      moment,
    ]);
    const tokens = new Map(rows.map(({ userid, access_token }) => [userid, access_token]));
    return [...tokens].map(([userid, accessToken]) => ({ userid, accessToken }));
  }

  /** @returns how often it had been asked for before the last run began */
  private async replanWhileAsked(
    userid: string,
    now: Date | undefined,
    { asked, lock, moves }: { asked: string; lock: HeldLock; moves: Move[] },
  ): Promise<string | null> {
    try {
      for (;;) {
        const seen = await this.redis.get(asked);
        moves.push(...(await this.replanOnce(userid, now ?? new Date(), lock)));
        if ((await this.redis.get(asked)) === seen) return seen;
      }
    } finally {
      await lock.release();
    }
  }

  private async replanOnce(userid: string, now: Date, lock: HeldLock): Promise<Move[]> {
    const [rows, paused] = await Promise.all([
      this.database.rows<UncommittedRow>(LIST_UNCOMMITTED_TIMES, [userid, userid]),
      this.database.rows<{ id: number }>(LIST_PAUSED_BATCHES, [userid, userid]),
    ]);
    const pausedIds = new Set(paused.map(({ id }) => id));
    const queued = rows.filter(({ is_running }) => Number(is_running) === 0);
    const running = rows.filter(({ is_running }) => Number(is_running) === 1);
    const open = queued.filter(({ batchid }) => !pausedIds.has(batchid)).sort(byPlan);
    const moments = await this.plan.replan({
      userid,
      running: running.map(toRunning),
      queued: queued.map(({ planned_at }) => planned_at),
      count: open.length,
      now,
    });
    if (moments === null) return [];
    const isUnlimited = await this.plan.isUnlimited(userid);
    const moves = open.flatMap(({ id, batchid, planned_at }, index): Move[] => {
      const at = moments[index];
      if (!at || at.getTime() === planned_at.getTime()) return [];
      return isUnlimited && planned_at <= at ? [] : [{ id, batchid, at }];
    });
    return this.write(userid, moves, lock);
  }

  /** Moments that no row took, because it was claimed or ended meanwhile or the database failed, go back; at the latest in the next run. */
  private async write(userid: string, moves: readonly Move[], lock: HeldLock): Promise<Move[]> {
    const unwritten = new Set(moves);
    try {
      for (let start = 0; start < moves.length; start += ROWS_AT_ONCE) {
        lock.signal.throwIfAborted();
        const part = moves.slice(start, start + ROWS_AT_ONCE);
        const json = JSON.stringify(part.map(({ id, at }) => ({ id, at: toSqlTime(at) })));
        const changed = await this.database.change(MOVE_PLANNED, [json]);
        const queued = changed === part.length ? null : await this.listStillQueued(part);
        for (const move of part) if (queued?.has(move.id) ?? true) unwritten.delete(move);
      }
    } finally {
      await this.plan.giveBack(
        userid,
        [...unwritten].map(({ at }) => at),
      );
    }
    return moves.filter((move) => !unwritten.has(move));
  }

  private async listStillQueued(moves: readonly Move[]): Promise<Set<number>> {
    const ids = moves.map(({ id }) => id);
    const rows = await this.database.rows<{ id: number }>(LIST_STILL_QUEUED, [ids]);
    return new Set(rows.map(({ id }) => id));
  }
}

const toSqlTime = (moment: Date): string => moment.toISOString().replace('T', ' ').replace('Z', '');
