import type { CategoryFile } from '#app/protocol';
import type { Database, Sql } from '../database/database.js';
import { toJson } from '../database/json.js';
import type { ImportCategory, ImportRun, RedirectStep } from './category-import.js';
import { toImportRun, type RunRow } from './import-row.js';
import * as statements from './statements.js';

/** Rows that one statement removes. */
const AT_ONCE = 2_000;

/** Nobody waits for the run any more, or it has ended otherwise. */
export class ImportRunClosed extends Error {
  constructor() {
    super('The import is not waited for any more');
    this.name = 'ImportRunClosed';
  }
}

export interface FoundFiles {
  category: ImportCategory;
  files: readonly CategoryFile[];
  /** Pages without a file. */
  others: number;
}

/**
 * What runs of imports find. What takes `sql` belongs to the transaction of a checkpoint, and throws ImportRunClosed when
 * the run has ended.
 */
export class ImportRunRepository {
  constructor(private readonly database: Database) {}

  async find(id: number): Promise<ImportRun | null> {
    const [row] = await this.database.rows<RunRow>(statements.FIND_RUN, [id]);
    return row ? toImportRun(row) : null;
  }

  async findCategory(runId: number, number: number): Promise<ImportCategory | null> {
    const [row] = await this.database.rows<ImportCategory>(statements.FIND_CATEGORY, [runId, number]);
    return row ?? null;
  }

  /** Who waits for it, those who asked first first; ten at most. */
  async listWaitingPeople(runId: number): Promise<string[]> {
    const rows = await this.database.rows<{ userid: string }>(statements.LIST_WAITING_PEOPLE, [runId]);
    return rows.map(({ userid }) => userid);
  }

  /** The category that is read is known, the first of them. */
  async begin(sql: Sql, runId: number, category: string, redirects: readonly RedirectStep[]): Promise<void> {
    const changed = await sql.change(statements.BEGIN_RUN, [category, toJson([...redirects]), runId]);
    if (changed === 0) throw new ImportRunClosed();
    await this.addCategories(sql, runId, { titles: [category], level: 0, most: 1 });
  }

  /** Those of the titles that are not among its categories yet, each once. */
  async listUnknownCategories(runId: number, titles: readonly string[]): Promise<string[]> {
    const unique = new Set(titles);
    if (unique.size === 0) return [];
    const values = [runId, [...unique]];
    const known = await this.database.rows<{ title: string }>(statements.LIST_KNOWN_CATEGORIES, values);
    for (const { title } of known) unique.delete(title);
    return [...unique];
  }

  /** Those of the files that are not kept yet, each once: the same may be in many categories, or change its place in one. */
  async listUnknownFiles(runId: number, files: readonly CategoryFile[]): Promise<CategoryFile[]> {
    const byPage = new Map(files.map((file) => [file.pageId, file]));
    if (byPage.size === 0) return [];
    const values = [runId, [...byPage.keys()]];
    const known = await this.database.rows<{ pageId: number }>(statements.LIST_KNOWN_PAGES, values);
    for (const { pageId } of known) byPage.delete(pageId);
    return [...byPage.values()];
  }

  /** Further categories to be read, of which nothing is known yet, as many as fit. */
  async addCategories(
    sql: Sql,
    runId: number,
    { titles, level, most }: { titles: readonly string[]; level: number; most: number },
  ): Promise<void> {
    const { category_count: first } = await lock(sql, runId);
    const added = titles.slice(0, Math.max(0, most - first));
    const rows = added.map((title, index) => [runId, first + index, level, title]);
    if (rows.length > 0) await sql.change(statements.INSERT_CATEGORIES, [rows]);
    await count(sql, runId, { categories: added.length, isTruncated: added.length < titles.length });
  }

  /** The next files, none of which is kept yet. */
  async addFiles(sql: Sql, runId: number, { category, files, others }: FoundFiles): Promise<void> {
    const { file_count: first } = await lock(sql, runId);
    const rows = files.map((file, index) => [
      ...[runId, first + index, file.pageId, category.number, file.name],
      ...[file.width, file.height, file.size, file.mime, file.sha1],
      ...[file.firstUploader, file.firstUploadedAt, file.latestUploader, file.latestUploadedAt],
    ]);
    if (rows.length > 0) await sql.change(statements.INSERT_FILES, [rows]);
    await count(sql, runId, { chunks: 1, files: rows.length, others });
  }

  /** All is found; it may be used until `expiresAt`. */
  async complete(sql: Sql, runId: number, expiresAt: Date): Promise<void> {
    const changed = await sql.change(statements.COMPLETE_RUN, [new Date(), expiresAt, runId]);
    if (changed === 0) throw new ImportRunClosed();
  }

  /**
   * Forgets imports whose findings nobody is told any more, and those that came to nothing.
   * @param expiredBefore @param begunBefore for those that were never completed @returns how many runs
   */
  async deleteForgettable(
    { expiredBefore, begunBefore }: { expiredBefore: Date; begunBefore: Date },
    limit: number,
    signal: AbortSignal,
  ): Promise<number> {
    const runs = await this.database.rows<{ id: number }>(statements.LIST_FORGETTABLE_RUNS, [
      expiredBefore,
      begunBefore,
      limit,
    ]);
    for (const { id } of runs) await this.delete(id, signal);
    return runs.length;
  }

  private async delete(id: number, signal: AbortSignal): Promise<void> {
    await this.database.change(statements.CLOSE_RUN, [id]);
    do signal.throwIfAborted();
    while ((await this.database.change(statements.DELETE_FILES, [id, AT_ONCE])) > 0);
    await this.database.transaction(async (sql) => {
      for (const statement of [
        statements.DELETE_CATEGORIES,
        statements.DELETE_IMPORTS,
        statements.DELETE_RUN,
      ]) {
        await sql.change(statement, [id]);
      }
    });
  }
}

interface Found {
  chunks?: number;
  files?: number;
  others?: number;
  categories?: number;
  isTruncated?: boolean;
}

async function lock(sql: Sql, runId: number): Promise<RunRow> {
  const [run] = await sql.rows<RunRow>(statements.LOCK_RUN, [runId]);
  if (!run) throw new ImportRunClosed();
  return run;
}

async function count(
  sql: Sql,
  runId: number,
  { chunks = 0, files = 0, others = 0, categories = 0, isTruncated = false }: Found,
): Promise<void> {
  const values = [chunks, files, others, categories, isTruncated, runId];
  if ((await sql.change(statements.COUNT_FOUND, values)) === 0) throw new ImportRunClosed();
}
