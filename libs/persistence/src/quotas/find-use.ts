import type { Sql, SqlValue } from '../database/database.js';
import { fromJson, toJson } from '../database/json.js';
import type { QuotaSpan } from './quota-period.js';
import type { HeldQuota } from './quota.js';
import {
  COUNT_BATCHES,
  FIND_COUNT,
  FIND_OPEN,
  KEEP_COUNT,
  settledBetween,
  settledOf,
  usedOf,
  usedSince,
} from './count-statements.js';

/** What was created so long ago is in the database, and in the order of its creation, whatever clocks differ by. */
const SETTLED_AFTER_MS = 3_600_000;
/** Counting this many uploads takes milliseconds, so nothing is kept to spare it. */
const CHEAP = 5_000;
/** Uploads that have not ended, kept with a count: each may still be given back. */
const MOST_OPEN = 1_000;

export interface Use {
  /** Uploads, bytes or batches. */
  used: number;
  /** When the first of it was created; of what was counted before, where it was counted from. */
  first: Date | null;
}

export interface UseQuestion {
  userid: string;
  span: QuotaSpan;
  now: Date;
  /** An upload that does not count with the others. */
  without: number;
  /** The person's row is locked: how far it was counted may be kept for the next time. */
  isLocked: boolean;
}

type UploadQuota = HeldQuota & { type: 'max_uploads' | 'max_bytes' };

interface UsedRow {
  looked: number;
  used: number | string;
  first_at: Date | null;
}

/** What had been used up to a moment. Of uploads that had ended by then nothing changes any more. */
interface Count {
  until: Date;
  /** Of those that had ended. */
  used: number;
  /** Those that had not. */
  open: number[];
}

/**
 * How much of a quota a person has used. What was counted before, for quotas that are not given back bit by bit, is not
 * counted again, so that it costs the same after a million uploads as after none.
 */
export async function findUse(sql: Sql, quota: HeldQuota, question: UseQuestion): Promise<Use> {
  if (!isOfUploads(quota)) {
    const [row] = await sql.rows<UsedRow>(COUNT_BATCHES, [question.userid, question.span.start]);
    return toUse(row);
  }
  return quota.expire.period === 'hours'
    ? toUse(await sumSince(sql, quota, question, question.span.start))
    : findCountedUse(sql, quota, question);
}

const isOfUploads = (quota: HeldQuota): quota is UploadQuota => quota.type !== 'max_batches';

const toUse = (row: UsedRow | undefined): Use => ({
  used: Number(row?.used ?? 0),
  first: row?.first_at ?? null,
});

async function findCountedUse(sql: Sql, quota: UploadQuota, question: UseQuestion): Promise<Use> {
  const count = await findCount(sql, quota, question);
  const earlier = count.used + (await sumOf(sql, quota, question, count.open));
  const row = await sumSince(sql, quota, question, count.until);
  const since = toUse(row);
  if (question.isLocked && (row?.looked ?? 0) > CHEAP) await countOn(sql, quota, question, count);
  return { used: earlier + since.used, first: earlier > 0 ? question.span.start : since.first };
}

async function findCount(sql: Sql, quota: UploadQuota, { userid, span }: UseQuestion): Promise<Count> {
  const values = [userid, quota.id, span.start];
  const [row] = await sql.rows<{ counted_until: Date; used: number; open_ids: string | number[] }>(
    FIND_COUNT,
    values,
  );
  if (!row) return { until: span.start, used: 0, open: [] };
  return { until: row.counted_until, used: Number(row.used), open: fromJson<number[]>(row.open_ids) ?? [] };
}

/** Counts on from there, and keeps it. What is counted together is looked at by one statement, as uploads end meanwhile. */
async function countOn(sql: Sql, quota: UploadQuota, question: UseQuestion, from: Count): Promise<void> {
  const { userid, span, now } = question;
  const settled = new Date(now.getTime() - SETTLED_AFTER_MS);
  if (settled <= from.until) return;
  const earlier = await settle(sql, settledOf(quota.type), [ids(from.open)]);
  const room = Math.max(0, MOST_OPEN - earlier.open.length);
  const [first] = await sql.rows<{ created_at: Date }>(FIND_OPEN, [userid, from.until, settled, room]);
  const until = first?.created_at ?? settled;
  const since = await settle(sql, settledBetween(quota.type), [userid, from.until, until]);
  const used = from.used + earlier.used + since.used;
  const open = toJson([...earlier.open, ...since.open]);
  await sql.change(KEEP_COUNT, [userid, quota.id, span.start, until, used, open]);
}

async function settle(
  sql: Sql,
  statement: string,
  values: SqlValue[],
): Promise<{ used: number; open: number[] }> {
  const [row] = await sql.rows<{ used: number | string; open_ids: string | null }>(statement, values);
  return { used: Number(row?.used ?? 0), open: row?.open_ids?.split(',').map(Number) ?? [] };
}

const sumSince = async (
  sql: Sql,
  { type }: UploadQuota,
  { userid, without }: UseQuestion,
  from: Date,
): Promise<UsedRow | undefined> => (await sql.rows<UsedRow>(usedSince(type), [userid, from, without]))[0];

async function sumOf(
  sql: Sql,
  { type }: UploadQuota,
  { without }: UseQuestion,
  open: readonly number[],
): Promise<number> {
  if (open.length === 0) return 0;
  return toUse((await sql.rows<UsedRow>(usedOf(type), [open, without]))[0]).used;
}

/** A list of none finds nothing. */
const ids = (of: readonly number[]): readonly number[] => (of.length > 0 ? of : [0]);
