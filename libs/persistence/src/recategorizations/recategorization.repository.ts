import type { Database, Sql } from '../database/database.js';
import * as statements from './statements.js';

export interface OpenFile {
  /** With namespace. */
  title: string;
  /** An earlier run may have sent an edit of it. */
  mayBeEdited: boolean;
}

/** What became of a file. */
export type FileEnding = { title: string; /** When an edit was answered. */ editedAt?: Date } & (
  | { kind: 'moved'; /** Absent when the page was so already. */ revid?: number }
  | { kind: 'untouched'; /** Fit to show to a person. */ reason: string }
);

export interface UntouchedFile {
  title: string;
  reason: string;
}

export interface UntouchedQuery {
  /** From 0. */
  page: number;
  size: number;
  asc: boolean;
}

export interface FileCounts {
  moved: number;
  untouched: number;
  total: number;
}

type State = 'pending' | 'editing' | 'moved' | 'untouched';

const MAX_REASON = 500;

/** The files of background jobs that move files from one category to another. */
export class RecategorizationRepository {
  constructor(private readonly database: Database) {}

  /** Adds files of the source; those that are there already stay as they are. */
  async add(sql: Sql, jobid: number, titles: readonly string[]): Promise<void> {
    if (titles.length === 0) return;
    await sql.change(statements.ADD_FILES, [titles.map((title) => [jobid, title, 'pending'])]);
  }

  /** Adds files of which it is clear already that they are left as they are. */
  async addUntouched(sql: Sql, jobid: number, files: readonly UntouchedFile[]): Promise<void> {
    if (files.length === 0) return;
    const rows = files.map(({ title, reason }) => [jobid, title, 'untouched', reason.slice(0, MAX_REASON)]);
    await sql.change(statements.ADD_UNTOUCHED, [rows]);
  }

  async count(jobid: number): Promise<FileCounts> {
    const rows = await this.database.rows<{ state: State; files: number }>(statements.COUNT_FILES, [jobid]);
    const of = (state: State): number => rows.find((row) => row.state === state)?.files ?? 0;
    const [moved, untouched] = [of('moved'), of('untouched')];
    return { moved, untouched, total: moved + untouched + of('pending') + of('editing') };
  }

  /** Files that are still to be moved, those first that an earlier run may have edited. */
  async listOpen(jobid: number, limit: number): Promise<OpenFile[]> {
    const begun = await this.list(jobid, 'editing', limit);
    const pending = begun.length < limit ? await this.list(jobid, 'pending', limit - begun.length) : [];
    return [
      ...begun.map(({ title }) => ({ title, mayBeEdited: true })),
      ...pending.map(({ title }) => ({ title, mayBeEdited: false })),
    ];
  }

  /** From here on edits of these may have been sent. */
  async begin(sql: Sql, jobid: number, titles: readonly string[]): Promise<void> {
    if (titles.length > 0) await sql.change(statements.BEGIN_FILES, [jobid, titles]);
  }

  async settle(sql: Sql, jobid: number, endings: readonly FileEnding[]): Promise<void> {
    for (const ending of endings) {
      const reason = ending.kind === 'untouched' ? ending.reason.slice(0, MAX_REASON) : null;
      const revid = ending.kind === 'moved' ? (ending.revid ?? null) : null;
      const values = [ending.kind, reason, revid, ending.editedAt ?? null, jobid, ending.title];
      await sql.change(statements.SETTLE_FILE, values);
    }
  }

  /** In the order of their titles. */
  async listUntouched(jobid: number, limit: number): Promise<UntouchedFile[]> {
    const rows = await this.list(jobid, 'untouched', limit);
    return rows.map(({ title, reason }) => ({ title, reason: reason ?? '' }));
  }

  /** A page of them, by their titles. */
  async pageUntouched(
    jobid: number,
    { page, size, asc }: UntouchedQuery,
  ): Promise<{ items: UntouchedFile[]; total: number }> {
    const [rows, counts] = await Promise.all([
      this.database.rows<{ title: string; reason: string | null }>(statements.pageUntouched(asc), [
        jobid,
        size,
        page * size,
      ]),
      this.countUntouched([jobid]),
    ]);
    const items = rows.map(({ title, reason }) => ({ title, reason: reason ?? '' }));
    return { items, total: counts.get(jobid) ?? 0 };
  }

  /** How many files of each job were left as they are; a job without any is not in it. */
  async countUntouched(jobids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    if (jobids.length === 0) return new Map();
    const rows = await this.database.rows<{ job_id: number; files: number }>(statements.COUNT_UNTOUCHED, [
      jobids,
    ]);
    return new Map(rows.map(({ job_id, files }) => [job_id, files]));
  }

  private list(
    jobid: number,
    state: State,
    limit: number,
  ): Promise<{ title: string; reason: string | null }[]> {
    return this.database.rows(statements.LIST_FILES, [jobid, state, limit]);
  }
}
