import type { UploadStatus } from '#app/protocol';
import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.js';
import { enforceQuotas } from '../quotas/enforce-quotas.js';
import { FIND_SCHEDULE } from '../uploads/statements.js';
import type { Batch, BatchFilter, BatchSchedule, BatchStats, BatchSummary, WorkAhead } from './batch.js';
import {
  COUNT_AHEAD,
  COUNT_BY_STATUS,
  countOf,
  FIND_BATCH,
  LIST_BATCHES,
  LIST_COMMITS,
  pageOf,
  selectIds,
} from './statements.js';

interface BatchRow {
  id: number;
  userid: string;
  username: string;
  edit_group_id: string;
  retry_of: number | null;
  paused_at: Date | null;
  paused_reason: string | null;
  created_at: Date;
  updated_at: Date;
}

interface StatusCountRow {
  batchid: number;
  status: UploadStatus;
  uploads: number;
  changed_at: Date;
}

/** Enough to tell the pace of. */
const COMMITS_LOOKED_AT = 50;

export interface NewBatch {
  /** The batch whose uploads are tried again. */
  retryOf?: number | null;
  /** No quota holds for this person. */
  isExempt?: boolean;
  /** Nothing of it is started until it is resumed. */
  pausedReason?: string | null;
}

export interface BatchPage {
  items: BatchSummary[];
  /** Of all pages. */
  total: number;
}

const toBatch = (row: BatchRow): Batch => ({
  id: row.id,
  userid: row.userid,
  username: row.username,
  editGroupId: row.edit_group_id,
  retryOf: row.retry_of,
  pausedAt: row.paused_at,
  pausedReason: row.paused_reason,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const COUNTER: Record<UploadStatus, Exclude<keyof BatchStats, 'total'>> = {
  queued: 'queued',
  in_progress: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  duplicate: 'duplicate',
  duplicated_sdc_updated: 'duplicate',
  duplicated_sdc_not_updated: 'duplicate',
};

/**
 * Batches. A summary's counters and `updated_at` are computed from its uploads when asked for: counters kept in the
 * batch's row would make every worker of a batch wait for that one row.
 */
export class BatchRepository {
  constructor(private readonly database: Database) {}

  /** @throws DomainError QUOTA_EXCEEDED unless no quota holds for this person */
  async create(
    userid: string,
    { retryOf = null, isExempt = false, pausedReason = null }: NewBatch = {},
  ): Promise<Batch> {
    const now = new Date();
    const editGroupId = randomBytes(6).toString('hex');
    const id = await this.database.transaction(async (sql) => {
      if (!isExempt) await enforceQuotas(sql, { userid, wanted: { max_batches: 1 }, now });
      return sql.insert(
        `INSERT INTO batches (userid, edit_group_id, retry_of, paused_at, paused_reason, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
        [userid, editGroupId, retryOf, pausedReason === null ? null : now, pausedReason, now, now],
      );
    });
    const batch = await this.find(id);
    if (!batch) throw new Error(`Batch ${id} vanished after its creation`);
    return batch;
  }

  /** Removes a batch into which nothing came. */
  async discardEmpty(id: number): Promise<void> {
    await this.database.change(
      `DELETE FROM batches WHERE id = ? AND NOT EXISTS (SELECT 1 FROM upload_requests r WHERE r.batchid = batches.id)`,
      [id],
    );
  }

  async find(id: number): Promise<Batch | null> {
    const [row] = await this.database.rows<BatchRow>(FIND_BATCH, [id]);
    return row ? toBatch(row) : null;
  }

  async findSummary(id: number): Promise<BatchSummary | null> {
    const [summary] = await this.summarise([id]);
    return summary ?? null;
  }

  /** Newest first. @param page from 1 */
  async listPage({
    page,
    limit,
    ...filter
  }: { page: number; limit: number } & BatchFilter): Promise<BatchPage> {
    const chosen = selectIds(filter);
    const { statement, values } = pageOf(chosen, limit, (page - 1) * limit);
    const rows = await this.database.rows<{ id: number }>(statement, values);
    return { items: await this.summarise(rows.map(({ id }) => id)), total: await this.count(filter) };
  }

  /** Those of `ids` that pass the filter, newest first. */
  async listSummaries(ids: readonly number[], filter: BatchFilter = {}): Promise<BatchSummary[]> {
    if (ids.length === 0) return [];
    const { statement, values } = selectIds({ ...filter, ids });
    const rows = await this.database.rows<{ id: number }>(statement, values);
    return this.summarise(rows.map(({ id }) => id));
  }

  async count(filter: BatchFilter = {}): Promise<number> {
    const { statement, values } = countOf(selectIds(filter));
    const [row] = await this.database.rows<{ batches: number }>(statement, values);
    return row?.batches ?? 0;
  }

  async findSchedule(batchid: number): Promise<BatchSchedule> {
    const [row] = await this.database.rows<{
      queued: number;
      next_start: Date | null;
      last_start: Date | null;
    }>(FIND_SCHEDULE, [batchid]);
    return {
      queued: row?.queued ?? 0,
      nextStart: row?.next_start ?? null,
      lastStart: row?.last_start ?? null,
    };
  }

  /** What a person has to get done up to a moment, and how fast that went lately. @param since of the commits */
  async findWorkAhead({
    userid,
    until,
    since,
  }: {
    userid: string;
    until: Date;
    since: Date;
  }): Promise<WorkAhead> {
    const [[ahead], commits] = await Promise.all([
      this.database.rows<{ uploads: number }>(COUNT_AHEAD, [userid, until, userid, until]),
      this.database.rows<{ committed_at: Date }>(LIST_COMMITS, [userid, since, COMMITS_LOOKED_AT]),
    ]);
    return { uploads: ahead?.uploads ?? 0, commits: commits.map(({ committed_at }) => committed_at) };
  }

  /** Keeps what is queued from being started. @returns false when it is paused already */
  pause(id: number, reason: string | null, now: Date): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const changed = await sql.change(
        'UPDATE batches SET paused_at = ?, paused_reason = ?, updated_at = ? WHERE id = ? AND paused_at IS NULL',
        [now, reason, now, id],
      );
      if (changed > 0) {
        await sql.change(
          "UPDATE upload_requests SET dispatched_at = NULL WHERE batchid = ? AND status = 'queued' AND dispatched_at IS NOT NULL",
          [id],
        );
      }
      return changed > 0;
    });
  }

  /** @returns false when it was not paused */
  async resume(id: number, now: Date): Promise<boolean> {
    const changed = await this.database.change(
      'UPDATE batches SET paused_at = NULL, paused_reason = NULL, updated_at = ? WHERE id = ? AND paused_at IS NOT NULL',
      [now, id],
    );
    return changed > 0;
  }

  private async summarise(ids: readonly number[]): Promise<BatchSummary[]> {
    if (ids.length === 0) return [];
    const [batches, counts] = await Promise.all([
      this.database.rows<BatchRow>(LIST_BATCHES, [ids]),
      this.database.rows<StatusCountRow>(COUNT_BY_STATUS, [ids]),
    ]);
    const countsOf = new Map<number, StatusCountRow[]>(ids.map((id) => [id, []]));
    for (const count of counts) countsOf.get(count.batchid)?.push(count);
    return batches.sort((a, b) => b.id - a.id).map((row) => toSummary(row, countsOf.get(row.id) ?? []));
  }
}

function toSummary(row: BatchRow, counts: readonly StatusCountRow[]): BatchSummary {
  const stats: BatchStats = {
    total: 0,
    queued: 0,
    in_progress: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    duplicate: 0,
  };
  let changedAt = row.updated_at;
  for (const { status, uploads, changed_at } of counts) {
    stats[COUNTER[status]] += uploads;
    stats.total += uploads;
    if (changed_at > changedAt) changedAt = changed_at;
  }
  return {
    id: row.id,
    created_at: row.created_at.toISOString(),
    updated_at: changedAt.toISOString(),
    edit_group_id: row.edit_group_id,
    username: row.username,
    userid: row.userid,
    stats,
  };
}
