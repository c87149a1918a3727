import type { JobError, JobKind, JobStatus } from '#app/protocol';

/** What a kind of job keeps for itself; plain JSON. */
export type JobData = Readonly<Record<string, unknown>>;

export interface Job {
  id: number;
  kind: JobKind;
  userid: string;
  /** What it is about. A person has one open job of a kind and subject at a time. */
  subject: string;
  /** What was asked for. */
  params: JobData;
  status: JobStatus;
  /** Units of work, as its kind counts them. */
  done: number;
  total: number | null;
  /** Where to go on. */
  cursor: JobData | null;
  /** What came of it. */
  result: JobData | null;
  error: JobError | null;
  /** Failed tries since it last came on. */
  attempts: number;
  cancelRequested: boolean;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** Of the request that made it, where that is traced. */
  traceparent: string | null;
}

export interface NewJob {
  kind: JobKind;
  userid: string;
  /** At most 1000 characters. */
  subject: string;
  params: JobData;
}

export interface JobTaker {
  /** Differs for each claim, at most 100 characters. */
  owner: string;
  now: Date;
  leasedUntil: Date;
}

/** How far a job has come. What is left out stays as it was. */
export interface JobCheckpoint {
  cursor?: JobData;
  done?: number;
  total?: number;
}

export type JobEnding =
  | { status: 'complete'; result: JobData | null }
  | { status: 'failed'; error: JobError }
  | { status: 'cancelled' };

export interface JobsQuery {
  kind: JobKind;
  userid: string;
  /** From 0. */
  page: number;
  size: number;
  /** Oldest first. */
  asc: boolean;
}
