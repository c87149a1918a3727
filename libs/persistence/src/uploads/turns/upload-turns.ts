import type { Database, Sql } from '../../database/database.js';
import { CLAIM, FIND_UPLOAD } from '../statements.js';
import type { Upload } from '../upload.js';
import { toUpload, type UploadRow } from '../upload-row.js';
import { orderTurns, type WaitingGroup } from './choose-turn.js';
import { closeBatches } from './close-batches.js';
import {
  COUNT_RUNNING,
  FIND_EXPIRED_LEASE,
  LIST_WAITING_BATCHES,
  LOCK_EXPIRED_LEASE,
  LOCK_FIRST_WAITING,
  LOCK_FREE_USER,
  LOCK_USER,
  NOTE_SERVED,
} from './statements.js';

export interface Taker {
  /** Differs for each claim, at most 100 characters. */
  owner: string;
  now: Date;
  leasedUntil: Date;
  /** What is planned up to this moment may be prepared. */
  prepareUntil: Date;
}

interface BatchRow {
  userid: string;
  batchid: number;
  served_at: Date | null;
  to_prepare: Date | null;
  to_commit: Date | null;
}

interface IdRow {
  id: number;
}

/** Whose person another process is serving at this moment. */
const BUSY = Symbol('busy');

const toGroups = ({ userid, batchid, served_at, to_prepare, to_commit }: BatchRow): WaitingGroup[] => {
  const group = { userid, batchid, servedAt: served_at };
  return [
    ...(to_prepare ? [{ ...group, staged: false, earliest: to_prepare }] : []),
    ...(to_commit ? [{ ...group, staged: true, earliest: to_commit }] : []),
  ];
};

/** Decides which upload is worked on next, over all people and all processes. */
export class UploadTurns {
  constructor(private readonly database: Database) {}

  /**
   * Takes the upload whose turn it is for one worker until `leasedUntil`: one whose lease has run out before all others,
   * then as `orderTurns` says. Null when there is nothing to do at `now`. Two takers never get the same upload.
   */
  async takeNext(taker: Taker): Promise<Upload | null> {
    return (await this.takeExpired(taker)) ?? (await this.takeWaiting(taker));
  }

  /** Forgets batches in which nothing waits any more, created before `before`. @returns how many */
  closeBatches(before: Date, limit: number): Promise<number> {
    return closeBatches(this.database, before, limit);
  }

  private async takeExpired(taker: Taker): Promise<Upload | null> {
    const { now } = taker;
    if ((await this.database.rows(FIND_EXPIRED_LEASE, [now])).length === 0) return null;
    return this.database.transaction(async (sql) => {
      const [expired] = await sql.rows<IdRow>(LOCK_EXPIRED_LEASE, [now]);
      return expired ? claim(sql, expired.id, taker) : null;
    });
  }

  private async takeWaiting(taker: Taker): Promise<Upload | null> {
    const [batches, running] = await Promise.all([
      this.database.rows<BatchRow>(LIST_WAITING_BATCHES),
      this.countRunning(),
    ]);
    const groups = batches.flatMap(toGroups).filter(({ earliest }) => earliest <= taker.prepareUntil);
    const left: WaitingGroup[] = [];
    for (const group of orderTurns(groups, running, taker.now)) {
      const taken = await this.takeOf(group, taker, LOCK_FREE_USER);
      if (taken === BUSY) left.push(group);
      else if (taken) return taken;
    }
    for (const group of left) {
      const taken = await this.takeOf(group, taker, LOCK_USER);
      if (taken !== null && taken !== BUSY) return taken;
    }
    return null;
  }

  private async countRunning(): Promise<Map<string, number>> {
    const rows = await this.database.rows<{ userid: string; uploads: number }>(COUNT_RUNNING);
    return new Map(rows.map(({ userid, uploads }) => [userid, uploads]));
  }

  /** The person's row is locked before the upload's, as everywhere, so that nobody waits for each other in a circle. */
  private takeOf(
    { userid, batchid, staged, earliest }: WaitingGroup,
    taker: Taker,
    lockUser: string,
  ): Promise<Upload | null | typeof BUSY> {
    const { now, prepareUntil } = taker;
    return this.database.transaction(async (sql) => {
      if ((await sql.rows(lockUser, [userid])).length === 0) return BUSY;
      const until = earliest <= now ? now : prepareUntil;
      const [first] = await sql.rows<IdRow>(LOCK_FIRST_WAITING, [batchid, staged, until, now]);
      const taken = first ? await claim(sql, first.id, taker) : null;
      if (taken) await sql.change(NOTE_SERVED, [now, userid]);
      return taken;
    });
  }
}

/** Null when it was paused or taken at the last moment. */
async function claim(sql: Sql, id: number, { owner, now, leasedUntil }: Taker): Promise<Upload | null> {
  const taken = await sql.change(CLAIM, [owner, leasedUntil, now, id, now, now]);
  const [row] = taken > 0 ? await sql.rows<UploadRow>(FIND_UPLOAD, [id]) : [];
  return row ? toUpload(row) : null;
}
