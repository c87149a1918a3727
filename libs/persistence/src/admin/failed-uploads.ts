import type { FailureType, ImageSourceName, StructuredError, UploadStatus } from '#app/protocol';
import type { BatchSummary } from '../batches/batch.js';
import type { BatchRepository } from '../batches/batch.repository.js';
import { likePrefix } from '../batches/statements.js';
import type { Database, SqlValue } from '../database/database.js';
import { fromJson } from '../database/json.js';
import type { CostlyCounts } from './costly-counts.js';
import { FIND_PEOPLE, type Selection } from './select-uploads.js';

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
  recent: 'g.batchid DESC',
  batchSize: 'g.failed DESC, g.batchid DESC',
  errorType: 'g.kind, g.batchid DESC',
  user: 'u.username, g.batchid DESC',
};

const ID = /^[1-9]\d{0,14}$/;

/** The failed uploads that pass a filter, each once, by indexes that hold all that is asked. @param people whose names begin as the text @param batchids of these alone, of all without any */
function selectFailed(
  { errorType, handler, text = '' }: FailedFilter,
  people: readonly string[],
  batchids: readonly number[] = [],
): Selection {
  const start = text.trim();
  const conditions = [errorType === undefined ? 'r.failure IS NOT NULL' : 'r.failure = ?'];
  const values: SqlValue[] = errorType === undefined ? [] : [errorType];
  if (handler !== undefined) {
    conditions.push('r.handler = ?');
    values.push(handler);
  }
  if (batchids.length > 0) {
    conditions.push('r.batchid IN (?)');
    values.push(batchids);
  }
  const parts: [string, SqlValue[]][] =
    start === '' ? [['', []]] : [[' AND r.filename LIKE ?', [likePrefix(start)]]];
  if (people.length > 0) parts.push([' AND r.userid IN (?)', [people]]);
  if (ID.test(start)) parts.push([' AND r.id = ?', [Number(start)]], [' AND r.batchid = ?', [Number(start)]]);
  const select = `SELECT r.id, r.batchid, r.failure FROM upload_requests r WHERE ${conditions.join(' AND ')}`;
  return {
    statement: parts.map(([condition]) => select + condition).join(' UNION '),
    values: parts.flatMap(([, own]) => [...values, ...own]),
  };
}

/** One page of batches that have failed uploads; the cost follows the failed uploads there are. */
export function selectFailedBatches(
  filter: FailedFilter,
  people: readonly string[],
  order: FailedBatchOrder,
  { limit, offset }: { limit: number; offset: number },
): Selection {
  const { statement, values } = selectFailed(filter, people);
  const names =
    order === 'user' ? ' JOIN batches b ON b.id = g.batchid JOIN users u ON u.userid = b.userid' : '';
  return {
    statement: `SELECT g.batchid FROM (
        SELECT f.batchid, COUNT(*) AS failed, MIN(f.failure) AS kind FROM (${statement}) f GROUP BY f.batchid) g${names}
      ORDER BY ${ORDERS[order]} LIMIT ? OFFSET ?`,
    values: [...values, limit, offset],
  };
}

function selectUploadsOf(
  filter: FailedFilter,
  people: readonly string[],
  batchids: readonly number[],
): Selection {
  const { statement, values } = selectFailed(filter, people, batchids);
  return {
    statement: `SELECT r.id, r.batchid, r.filename, r.handler, r.status, r.error, r.failure, r.created_at FROM (
        SELECT f.id, ROW_NUMBER() OVER (PARTITION BY f.batchid ORDER BY f.id) AS place
        FROM (${statement}) f) found
      JOIN upload_requests r ON r.id = found.id WHERE found.place <= ${MOST_UPLOADS} ORDER BY r.batchid, r.id`,
    values,
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
    const people = await findPeople(this.database, filter.text?.trim() ?? '');
    const total = await this.counts.find(`failed:${JSON.stringify(filter)}`, () =>
      this.count(filter, people),
    );
    const { statement, values } = selectFailedBatches(filter, people, sortBy, {
      limit,
      offset: (page - 1) * limit,
    });
    const found = await this.database.rows<{ batchid: number }>(statement, values);
    const ids = found.map(({ batchid }) => batchid);
    if (ids.length === 0) return { items: [], total };
    const chosen = selectUploadsOf(filter, people, ids);
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

  private async count(filter: FailedFilter, people: readonly string[]): Promise<number> {
    const { statement, values } = selectFailed(filter, people);
    const [row] = await this.database.rows<{ batches: number }>(
      `SELECT COUNT(DISTINCT f.batchid) AS batches FROM (${statement}) f`,
      values,
    );
    return row?.batches ?? 0;
  }
}

/** More people than anybody looks for by a name. */
const MOST_NAMED = 1_000;

async function findPeople(database: Database, start: string): Promise<string[]> {
  if (start === '') return [];
  const rows = await database.rows<{ userid: string }>(FIND_PEOPLE, [likePrefix(start), MOST_NAMED]);
  return rows.map(({ userid }) => userid);
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
