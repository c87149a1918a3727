import type { StructuredError, UploadStatus } from '#app/protocol';
import { queryRows } from '../support/query-rows.js';
import type { Stack } from '../support/stack.js';
import type { Fault } from '../upstreams/index.js';
import type { Person } from './person.js';
import type { Plan } from './plan.js';
import type { Processes } from './processes.js';
import type { RandomFaults } from './random-faults.js';

/** One row of `upload_requests` with its batch and its owner. */
export interface UploadRow {
  readonly id: number;
  readonly batchid: number;
  readonly retryOf: number | null;
  readonly username: string;
  readonly status: UploadStatus;
  readonly key: string;
  readonly filename: string;
  readonly wikitext: string;
  readonly copyrightOverride: boolean;
  readonly error: StructuredError | null;
  readonly result: string | null;
  readonly accessToken: string | null;
  readonly leaseOwner: string | null;
  readonly leasedUntil: Date | null;
  readonly isOwing: boolean;
}

/** What a run has left behind. */
export interface RunFacts {
  readonly stack: Stack;
  readonly plan: Plan;
  readonly people: readonly Person[];
  readonly faults: RandomFaults;
  readonly processes: Processes;
  /** Scripted and random faults of the wiki, once per hit. */
  readonly wikiFaults: readonly Fault[];
  readonly rows: readonly UploadRow[];
}

export type ProblemKind = 'lost' | 'doubled' | 'stuck' | 'wrong';

/** Something that must not be. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly text: string;
}

export const problem =
  (kind: ProblemKind) =>
  (text: string): Problem => ({ kind, text });

export const describeRow = (row: UploadRow): string =>
  `upload ${row.id} of ${row.username} (batch ${row.batchid}, ${row.status}, ${row.filename}` +
  `${row.error === null ? '' : `, ${JSON.stringify(row.error)}`}${row.result === null ? '' : `, ${row.result}`})`;

const ROWS = `SELECT upload_requests.*, batches.retry_of, users.username
  FROM upload_requests
  JOIN batches ON batches.id = upload_requests.batchid
  JOIN users ON users.userid = batches.userid
  ORDER BY upload_requests.id`;

const parse = (error: unknown): StructuredError | null =>
  (typeof error === 'string' ? JSON.parse(error) : error) as StructuredError | null;

export async function readRows(databaseUrl: string): Promise<UploadRow[]> {
  const rows = await queryRows(databaseUrl, ROWS);
  return rows.map((row) => ({
    id: Number(row['id']),
    batchid: Number(row['batchid']),
    retryOf: row['retry_of'] === null ? null : Number(row['retry_of']),
    username: String(row['username']),
    status: row['status'] as UploadStatus,
    key: String(row['key']),
    filename: String(row['filename']),
    wikitext: String(row['wikitext']),
    copyrightOverride: row['copyright_override'] === 1,
    error: parse(row['error']),
    result: row['result'] as string | null,
    accessToken: row['access_token'] as string | null,
    leaseOwner: row['lease_owner'] as string | null,
    leasedUntil: row['leased_until'] as Date | null,
    isOwing: row['sdc_owed'] === 1 || row['refresh_owed'] === 1,
  }));
}
