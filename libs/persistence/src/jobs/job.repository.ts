import { currentTraceparent, type JobKind } from '#app/protocol';
import { createHash } from 'node:crypto';
import type { Database, Sql } from '../database/database.js';
import { DUPLICATE_ENTRY, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import { toJson } from '../database/json.js';
import type { Job, JobCheckpoint, JobEnding, JobsQuery, JobTaker, NewJob } from './job.js';
import { toJob, type JobRow } from './job-row.js';
import { orderPeople, type PersonsService } from './order-people.js';
import {
  CANCEL_QUEUED_JOB,
  CLAIM_JOB,
  DELETE_ENDED_JOBS,
  COUNT_JOBS,
  COUNT_RUNNING_JOBS,
  END_JOB,
  FIND_JOB,
  FIND_LAPSED_JOB,
  FIND_LATEST_JOB,
  FIND_OPEN_JOB,
  INSERT_JOB,
  IS_CANCEL_REQUESTED,
  KEEP_JOB_CHECKPOINT,
  LIST_DUE_JOBS,
  LIST_LAPSED_JOBS,
  LIST_LAST_SERVED,
  listJobs,
  LIST_WAITING_JOBS,
  POSTPONE_JOB,
  RENEW_JOB,
  REQUEST_JOB_CANCEL,
} from './statements.js';

const TRIES = 5;

const keyOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

export interface JobPage {
  items: Job[];
  /** Of all pages. */
  total: number;
}

export interface DueJob {
  id: number;
  dueAt: Date;
}

/** Background jobs. Every change of a running one is made under its lease. */
export class JobRepository {
  constructor(private readonly database: Database) {}

  /** The person's open job of this kind and subject, or a new one; never two, however many ask at once. */
  async createOrJoin({ kind, userid, subject, params }: NewJob): Promise<{ job: Job; isNew: boolean }> {
    const openKey = keyOf(kind, userid, subject);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const id = await this.insert({ kind, userid, subject, params }, openKey);
      // A new one may have been done already.
      const job = id === null ? await this.findOpen(openKey) : await this.find(id);
      if (job) return { job, isNew: id !== null };
    }
    throw new Error(`A job of kind ${kind} was ended by others each time it was made`);
  }

  async find(id: number): Promise<Job | null> {
    const [row] = await this.database.rows<JobRow>(FIND_JOB, [id]);
    return row ? toJob(row) : null;
  }

  /** Null also when it is another person's or of another kind. */
  async findOwn(id: number, userid: string, kind: JobKind): Promise<Job | null> {
    const job = await this.find(id);
    return job?.userid === userid && job.kind === kind ? job : null;
  }

  /** The person's newest job of this kind and subject, ended or not. */
  async findLatest(kind: JobKind, userid: string, subject: string): Promise<Job | null> {
    const [row] = await this.database.rows<JobRow>(FIND_LATEST_JOB, [userid, kind, keyOf(subject)]);
    return row ? toJob(row) : null;
  }

  /** A person's jobs of one kind, in the order of their creation. */
  async list({ kind, userid, page, size, asc }: JobsQuery): Promise<JobPage> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<JobRow>(listJobs(asc), [userid, kind, size, page * size]),
      this.database.rows<{ jobs: number }>(COUNT_JOBS, [userid, kind]),
    ]);
    return { items: rows.map(toJob), total: count?.jobs ?? 0 };
  }

  /** Takes one whose lease has lapsed, or else the one whose person's turn it is. Two takers never get the same job. */
  async takeNext(taker: JobTaker): Promise<Job | null> {
    const [lapsed] = await this.database.rows<{ id: number }>(FIND_LAPSED_JOB, [taker.now]);
    const takenOver = lapsed ? await this.claim(lapsed.id, taker) : null;
    if (takenOver) return takenOver;
    const rows = await this.database.rows<{ id: number; userid: string; due_at: Date }>(LIST_WAITING_JOBS, [
      taker.now,
    ]);
    const waiting = rows.map(({ id, userid, due_at }) => ({ id, userid, dueAt: due_at }));
    for (const { id } of orderPeople(waiting, await this.findServices(rows))) {
      const taken = await this.claim(id, taker);
      if (taken) return taken;
    }
    return null;
  }

  /** @returns false when the lease is another's by now */
  async renew(id: number, owner: string, leasedUntil: Date): Promise<boolean> {
    return (await this.database.change(RENEW_JOB, [leasedUntil, id, owner])) > 0;
  }

  /**
   * Keeps how far it came, together with what `work` changes.
   * @returns null, and nothing is changed, when the lease is another's by now
   */
  checkpoint(
    id: number,
    owner: string,
    { cursor, done, total }: JobCheckpoint,
    work?: (sql: Sql) => Promise<void>,
  ): Promise<{ cancelRequested: boolean } | null> {
    return this.database.transaction(async (sql) => {
      const reached = done ?? null;
      const values = [reached, toJson(cursor), reached, total ?? null, new Date(), id, owner];
      if ((await sql.change(KEEP_JOB_CHECKPOINT, values)) === 0) return null;
      await work?.(sql);
      const [row] = await sql.rows<{ yes: number }>(IS_CANCEL_REQUESTED, [id]);
      return { cancelRequested: row?.yes === 1 };
    });
  }

  /** @returns false when the lease is another's by now */
  async settle(id: number, owner: string, ending: JobEnding): Promise<boolean> {
    const result = ending.status === 'complete' ? toJson(ending.result) : null;
    const error = ending.status === 'failed' ? toJson(ending.error) : null;
    const now = new Date();
    return (await this.database.change(END_JOB, [ending.status, result, error, now, now, id, owner])) > 0;
  }

  /** Back to the queue. @returns false when the lease is another's by now */
  async postpone(
    id: number,
    owner: string,
    { dueAt, attempts }: { dueAt: Date; attempts: number },
  ): Promise<boolean> {
    return (await this.database.change(POSTPONE_JOB, [dueAt, attempts, new Date(), id, owner])) > 0;
  }

  /** What is queued ends at once, what runs at its next checkpoint. Null when there is no such job. */
  async requestCancel(id: number): Promise<Job | null> {
    const now = new Date();
    if ((await this.database.change(CANCEL_QUEUED_JOB, [now, now, id])) === 0) {
      await this.database.change(REQUEST_JOB_CANCEL, [now, id]);
    }
    return this.find(id);
  }

  /** What should be running by `until`, the first due first, and what a worker left. */
  async listDue(until: Date, limit: number): Promise<DueJob[]> {
    const now = new Date();
    const [due, lapsed] = await Promise.all([
      this.database.rows<{ id: number; due_at: Date }>(LIST_DUE_JOBS, [until, limit]),
      this.database.rows<{ id: number; due_at: Date }>(LIST_LAPSED_JOBS, [now, limit]),
    ]);
    return [...lapsed, ...due].map(({ id, due_at }) => ({ id, dueAt: due_at }));
  }

  /** Forgets jobs that ended long ago, with what was kept of them. @returns how many; fewer than `limit` when no more are left */
  async deleteEnded(before: Date, limit: number): Promise<number> {
    return this.database.change(DELETE_ENDED_JOBS, [before, limit]);
  }

  private async findOpen(openKey: string): Promise<Job | null> {
    const [row] = await this.database.rows<JobRow>(FIND_OPEN_JOB, [openKey]);
    return row ? toJob(row) : null;
  }

  /** @returns null when the person has an open one of that kind and subject */
  private async insert({ kind, userid, subject, params }: NewJob, openKey: string): Promise<number | null> {
    const now = new Date();
    const made = [now, now, now, currentTraceparent()];
    const values = [kind, userid, subject, keyOf(subject), openKey, toJson(params), ...made];
    try {
      return await this.database.insert(INSERT_JOB, values);
    } catch (error) {
      if (sqlErrorNumber(error) !== DUPLICATE_ENTRY) throw error;
      return null;
    }
  }

  private async claim(id: number, { owner, now, leasedUntil }: JobTaker): Promise<Job | null> {
    const values = [owner, leasedUntil, now, now, now, id, now, now];
    return (await this.database.change(CLAIM_JOB, values)) > 0 ? this.find(id) : null;
  }

  private async findServices(
    people: readonly { userid: string }[],
  ): Promise<ReadonlyMap<string, PersonsService>> {
    if (people.length < 2) return new Map();
    const userids = people.map(({ userid }) => userid);
    const [running, served] = await Promise.all([
      this.database.rows<{ userid: string; jobs: number }>(COUNT_RUNNING_JOBS),
      this.database.rows<{ userid: string; served_at: Date | null }>(LIST_LAST_SERVED, [userids]),
    ]);
    const runningOf = new Map(running.map(({ userid, jobs }) => [userid, jobs]));
    return new Map(
      served.map(({ userid, served_at }) => [
        userid,
        { running: runningOf.get(userid) ?? 0, servedAt: served_at },
      ]),
    );
  }
}
