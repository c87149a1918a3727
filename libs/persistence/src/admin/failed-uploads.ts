import type { FailureType, ImageSourceName, StructuredError, UploadStatus } from '#app/protocol';
import type { BatchSummary } from '../batches/batch.js';
import type { BatchRepository } from '../batches/batch.repository.js';
import { likePrefix } from '../batches/statements.js';
import type { Database, SqlValue } from '../database/database.js';
import { fromJson } from '../database/json.js';
import type { CostlyCounts } from './costly-counts.js';
import type { Selection } from './select-uploads.js';

export const FAILED_BATCH_ORDERS = ['recent', 'batchSize', 'errorType', 'user'] as const;
export type FailedBatchOrder = (typeof FAILED_BATCH_ORDERS)[number];

export interface FailedFilter {
  errorType?: FailureType | undefined;
  handler?: ImageSourceName | undefined;
  /** An upload's or batch's id exactly, or how a file name or the name of its uploader begins. */
  text?: string | undefined;
}

export interface FailedUpload {
  id: number;
  batchid: number;
  filename: string;
  handler: ImageSourceName;
  status: UploadStatus;
  error: StructuredError | null;
  errorType: FailureType;
  createdAt: Date;
}

export interface FailedBatch {
  batch: BatchSummary;
  /** The first of them. */
  uploads: FailedUpload[];
}

/** Shown of one batch. */
const MOST_UPLOADS = 500;

interface FailedRow {
  id: number;
  batchid: number;
  filename: string;
  handler: ImageSourceName;
  status: UploadStatus;
  error: string | StructuredError | null;
  failure: FailureType;
  created_at: Date;
}

const ORDERS: Readonly<Record<FailedBatchOrder, string>> = {
  recent: 'r.batchid DESC',
  batchSize: 'COUNT(*) DESC, r.batchid DESC',
  errorType: 'MIN(r.failure), r.batchid DESC',
  user: 'MIN(u.username), r.batchid DESC',
};

const ID = /^[1-9]\d{0,14}$/;

function conditionsOf({ errorType, handler, text = '' }: FailedFilter): {
  where: string;
  values: SqlValue[];
} {
  const start = text.trim();
  const conditions = [errorType === undefined ? 'r.failure IS NOT NULL' : 'r.failure = ?'];
  const values: SqlValue[] = errorType === undefined ? [] : [errorType];
  if (handler !== undefined) {
    conditions.push('r.handler = ?');
    values.push(handler);
  }
  if (start !== '') {
    const prefix = likePrefix(start);
    const named = 'r.userid IN (SELECT n.userid FROM users n WHERE n.username LIKE ?)';
    const byId = ID.test(start) ? ' OR r.id = ? OR r.batchid = ?' : '';
    conditions.push(`(r.filename LIKE ? OR ${named}${byId})`);
    values.push(prefix, prefix, ...(byId === '' ? [] : [Number(start), Number(start)]));
  }
  return { where: `WHERE ${conditions.join(' AND ')}`, values };
}

/** One page of batches that have failed uploads; the cost follows the failed uploads there are. */
export function selectFailedBatches(
  filter: FailedFilter,
  order: FailedBatchOrder,
  { limit, offset }: { limit: number; offset: number },
): Selection {
  const { where, values } = conditionsOf(filter);
  const people =
    order === 'user' ? ' JOIN batches b ON b.id = r.batchid JOIN users u ON u.userid = b.userid' : '';
  return {
    statement: `SELECT r.batchid FROM upload_requests r${people} ${where}
      GROUP BY r.batchid ORDER BY ${ORDERS[order]} LIMIT ? OFFSET ?`,
    values: [...values, limit, offset],
  };
}

function selectUploadsOf(filter: FailedFilter, batchids: readonly number[]): Selection {
  const { where, values } = conditionsOf(filter);
  return {
    statement: `SELECT id, batchid, filename, handler, status, error, failure, created_at FROM (
        SELECT r.id AS found_id, ROW_NUMBER() OVER (PARTITION BY r.batchid ORDER BY r.id) AS place
        FROM upload_requests r ${where} AND r.batchid IN (?)) found
      JOIN upload_requests ON id = found_id WHERE place <= ${MOST_UPLOADS} ORDER BY batchid, id`,
    values: [...values, batchids],
  };
}

/** Failed uploads, by their batches. */
export class FailedUploads {
  constructor(
    private readonly database: Database,
    private readonly batches: BatchRepository,
    private readonly counts: CostlyCounts,
  ) {}

  /** @param page from 1; `total` of the batches, which may be a minute old */
  async listPage({
    page,
    limit,
    sortBy,
    ...filter
  }: { page: number; limit: number; sortBy: FailedBatchOrder } & FailedFilter): Promise<{
    items: FailedBatch[];
    total: number;
  }> {
    const total = await this.counts.find(`failed:${JSON.stringify(filter)}`, () => this.count(filter));
    const { statement, values } = selectFailedBatches(filter, sortBy, { limit, offset: (page - 1) * limit });
    const found = await this.database.rows<{ batchid: number }>(statement, values);
    const ids = found.map(({ batchid }) => batchid);
    if (ids.length === 0) return { items: [], total };
    const chosen = selectUploadsOf(filter, ids);
    const [rows, summaries] = await Promise.all([
      this.database.rows<FailedRow>(chosen.statement, chosen.values),
      this.batches.listSummaries(ids),
    ]);
    const batchOf = new Map(summaries.map((summary) => [summary.id, summary]));
    const items = ids.flatMap((id) => {
      const batch = batchOf.get(id);
      const uploads = rows.filter(({ batchid }) => batchid === id).map(toFailed);
      return batch && uploads.length > 0 ? [{ batch, uploads }] : [];
    });
    return { items, total };
  }

  private async count(filter: FailedFilter): Promise<number> {
    const { where, values } = conditionsOf(filter);
    const [row] = await this.database.rows<{ batches: number }>(
      `SELECT COUNT(DISTINCT r.batchid) AS batches FROM upload_requests r ${where}`,
      values,
    );
    return row?.batches ?? 0;
  }
}

const toFailed = (row: FailedRow): FailedUpload => ({
  id: row.id,
  batchid: row.batchid,
  filename: row.filename,
  handler: row.handler,
  status: row.status,
  error: fromJson(row.error),
  errorType: row.failure,
  createdAt: row.created_at,
});
