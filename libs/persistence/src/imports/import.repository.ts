import { createHash } from 'node:crypto';
import { isJobEnded, type JobStatus } from '#app/protocol';
import type { Database, Sql } from '../database/database.js';
import { DUPLICATE_ENTRY, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import type { JobRepository } from '../jobs/job.repository.js';
import type { AskedImport, CategoryImport, FileFilter, FilesQuery, ImportedFile } from './category-import.js';
import { toCategoryImport, type ImportRow, type RunRow } from './import-row.js';
import {
  countFiles,
  isFiltered,
  selectFiles,
  selectFilesFrom,
  selectFilesOfPages,
  toImportedFile,
  type FileRow,
} from './select-files.js';
import * as statements from './statements.js';

const TRIES = 5;

const currentKeyOf = ({ title, depth }: AskedImport): string =>
  createHash('sha256')
    .update(JSON.stringify([title, depth]))
    .digest('hex');

/** Of one person: another's import is as good as none. */
export interface ImportsQuery {
  userid: string;
  /** From 0. */
  page: number;
  size: number;
  /** Oldest first. */
  asc: boolean;
}

/** People's imports of categories. Who asks for the same at the same time shares one run, and what it found as long as that is fresh. */
export class ImportRepository {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobRepository,
  ) {}

  /**
   * The person's import of this category: the one that they have, or a new one, of what others have asked for where that
   * runs or is fresh. Its job is there when this returns, and is to be woken.
   */
  async request(asked: AskedImport): Promise<{ import: CategoryImport; isNew: boolean }> {
    const { id, runId, isNew } = await this.join(asked);
    await this.ensureJob(runId);
    const found = await this.findOwn(id, asked.userid);
    if (found === null) throw new Error(`Import ${id} is gone`);
    return { import: found, isNew };
  }

  async findOwn(id: number, userid: string): Promise<CategoryImport | null> {
    const [row] = await this.database.rows<ImportRow>(statements.FIND_IMPORT, [id, userid]);
    return row ? toCategoryImport(row) : null;
  }

  async list({ userid, page, size, asc }: ImportsQuery): Promise<{ items: CategoryImport[]; total: number }> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<ImportRow>(statements.listImports(asc), [userid, size, page * size]),
      this.database.rows<{ imports: number }>(statements.COUNT_IMPORTS, [userid]),
    ]);
    return { items: rows.map(toCategoryImport), total: count?.imports ?? 0 };
  }

  /**
   * Cancels one that has not ended. The run goes on for others who wait for it, and stops at its next step without any.
   * @returns null when it had ended
   */
  async cancel(found: CategoryImport): Promise<CategoryImport | null> {
    const outcome = await this.database.transaction(async (sql) => {
      const [run] = await sql.rows<RunRow>(statements.LOCK_RUN, [found.runId]);
      if (!run || run.completed_at !== null || (await hasEnded(sql, run))) return null;
      const now = new Date();
      if ((await sql.change(statements.CANCEL_IMPORT, [now, found.id])) === 0) return null;
      const waiting = await sql.rows(statements.LIST_WAITING_PEOPLE, [run.id]);
      if (waiting.length > 0) return { jobId: null };
      await sql.change(statements.ABANDON_RUN, [now, run.id]);
      return { jobId: run.job_id };
    });
    if (outcome === null) return null;
    if (outcome.jobId !== null) await this.jobs.requestCancel(outcome.jobId);
    return this.findOwn(found.id, found.userid);
  }

  /** Some of what was found so far. */
  async listFiles(
    { runId, files }: CategoryImport,
    query: FilesQuery,
  ): Promise<{ items: ImportedFile[]; total: number }> {
    const total = isFiltered(query) ? await this.countFiles(runId, query) : files;
    const { statement, values } = selectFiles(runId, query, total);
    const rows = await this.database.rows<FileRow>(statement, values);
    return { items: rows.map(toImportedFile), total };
  }

  /** The next files from a position on, in their own order: for whoever reads all of them. */
  async readFiles(
    { runId }: CategoryImport,
    position: number,
    count: number,
    filter: FileFilter = {},
  ): Promise<ImportedFile[]> {
    const { statement, values } = selectFilesFrom(runId, position, count, filter);
    return (await this.database.rows<FileRow>(statement, values)).map(toImportedFile);
  }

  /** Those of the files that have these pages, at most a few thousand; in no order. */
  async findFilesOfPages({ runId }: CategoryImport, pageIds: readonly number[]): Promise<ImportedFile[]> {
    if (pageIds.length === 0) return [];
    const { statement, values } = selectFilesOfPages(runId, pageIds);
    return (await this.database.rows<FileRow>(statement, values)).map(toImportedFile);
  }

  /** Those of the pages that are not of its files. */
  async listUnknownPages({ runId }: CategoryImport, pageIds: readonly number[]): Promise<number[]> {
    if (pageIds.length === 0) return [];
    const rows = await this.database.rows<{ pageId: number }>(statements.LIST_KNOWN_PAGES, [runId, pageIds]);
    const known = new Set(rows.map(({ pageId }) => pageId));
    return pageIds.filter((pageId) => !known.has(pageId));
  }

  /** Those of the names, without namespace and with blanks, that are among the files. */
  async listNamesAmong({ runId }: CategoryImport, names: readonly string[]): Promise<Set<string>> {
    if (names.length === 0) return new Set();
    const rows = await this.database.rows<{ name: string }>(statements.LIST_NAMES_AMONG, [runId, names]);
    return new Set(rows.map(({ name }) => name));
  }

  /** The names from a position on. */
  async readNames({ runId }: CategoryImport, position: number, count: number): Promise<string[]> {
    const values = [runId, position, position + count];
    const rows = await this.database.rows<{ name: string }>(statements.LIST_NAMES_BETWEEN, values);
    return rows.map(({ name }) => name);
  }

  private async countFiles(runId: number, filter: FileFilter): Promise<number> {
    const { statement, values } = countFiles(runId, filter);
    const [row] = await this.database.rows<{ files: number }>(statement, values);
    return row?.files ?? 0;
  }

  private async join(asked: AskedImport): Promise<{ id: number; runId: number; isNew: boolean }> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.database.transaction((sql) => joinOrBegin(sql, asked));
      } catch (error) {
        // Another has begun the same at the same moment: there is a run to join now.
        if (sqlErrorNumber(error) !== DUPLICATE_ENTRY || tries === TRIES) throw error;
      }
    }
  }

  /** Also makes good for a process that ended between the two. */
  private async ensureJob(runId: number): Promise<void> {
    const [run] = await this.database.rows<RunRow>(statements.FIND_RUN, [runId]);
    if (!run || run.job_id !== null) return;
    const subject = String(runId);
    const existing = await this.jobs.findLatest('import', run.userid, subject);
    const { title, depth } = run;
    const { id } =
      existing ??
      (
        await this.jobs.createOrJoin({
          kind: 'import',
          userid: run.userid,
          subject,
          params: { title, depth },
        })
      ).job;
    await this.database.change(statements.NAME_JOB, [id, runId]);
  }
}

async function joinOrBegin(
  sql: Sql,
  asked: AskedImport,
): Promise<{ id: number; runId: number; isNew: boolean }> {
  const now = new Date();
  const key = currentKeyOf(asked);
  const [current] = await sql.rows<RunRow>(statements.LOCK_CURRENT_RUN, [key]);
  if (current && (await isJoinable(sql, current, now))) {
    const [own] = await sql.rows<{ id: number }>(statements.FIND_OWN_OF_RUN, [current.id, asked.userid]);
    if (own) return { id: own.id, runId: current.id, isNew: false };
    const id = await sql.insert(statements.INSERT_IMPORT, [asked.userid, current.id, now]);
    return { id, runId: current.id, isNew: true };
  }
  if (current) await sql.change(statements.CLOSE_RUN, [current.id]);
  const { userid, title, depth } = asked;
  const runId = await sql.insert(statements.INSERT_RUN, [userid, title, depth, key, now]);
  return { id: await sql.insert(statements.INSERT_IMPORT, [userid, runId, now]), runId, isNew: true };
}

async function isJoinable(sql: Sql, run: RunRow, now: Date): Promise<boolean> {
  if (run.abandoned_at !== null) return false;
  if (run.completed_at !== null) return (run.expires_at ?? now) > now;
  return !(await hasEnded(sql, run));
}

/** Whether nothing more comes of a run that is not complete. */
async function hasEnded(sql: Sql, { job_id }: RunRow): Promise<boolean> {
  if (job_id === null) return false;
  const [job] = await sql.rows<{ status: JobStatus; cancel_requested_at: Date | null }>(
    statements.FIND_JOB_STATE,
    [job_id],
  );
  return job === undefined || isJobEnded(job.status) || job.cancel_requested_at !== null;
}
