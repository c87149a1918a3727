import type { JobError, JobKind, JobStatus } from '#app/protocol';
import { fromJson } from '../database/json.js';
import type { Job, JobData } from './job.js';

type JsonColumn<T extends object> = string | T | null;

export interface JobRow {
  id: number;
  kind: JobKind;
  userid: string;
  subject: string;
  params: JsonColumn<JobData>;
  status: JobStatus;
  done: number;
  total: number | null;
  position: JsonColumn<JobData>;
  result: JsonColumn<JobData>;
  error: JsonColumn<JobError>;
  attempts: number;
  cancel_requested_at: Date | null;
  created_at: Date;
  updated_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  traceparent: string | null;
}

export const toJob = (row: JobRow): Job => ({
  id: row.id,
  kind: row.kind,
  userid: row.userid,
  subject: row.subject,
  params: fromJson(row.params) ?? {},
  status: row.status,
  done: row.done,
  total: row.total,
  cursor: fromJson(row.position),
  result: fromJson(row.result),
  error: fromJson(row.error),
  attempts: row.attempts,
  cancelRequested: row.cancel_requested_at !== null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  traceparent: row.traceparent,
});
