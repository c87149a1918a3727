import { Injectable } from '@nestjs/common';
import {
  ImportRunClosed,
  ImportRunRepository,
  JobRepository,
  type ImportCategory as Category,
  type ImportRun,
  type JobData,
} from '#app/persistence';
import { DomainError, type CategorySource, type FoundCategory } from '#app/protocol';
import type { JobHandler } from '../jobs/job-handler.js';
import type { JobRun } from '../jobs/job-run.js';
import { WorkerConfig } from '../worker.config.js';
import { CategorySources } from './category-sources.js';
import { followRedirects } from './follow-redirects.js';
import { readCursor, startOf, writeCursor, type ImportCursor } from './import-cursor.js';

const HOUR_MS = 3_600_000;

/** One reading of a category. */
interface Reading {
  run: JobRun;
  /** As it was at the beginning. */
  import: ImportRun;
  source: CategorySource;
}

/**
 * Reads a category, and those below it as deep as was asked for, 500 files at a time: what a chunk found and the place
 * behind it are kept in one transaction, so that no chunk is repeated and no file kept twice, wherever it stops.
 */
@Injectable()
export class ImportCategory implements JobHandler {
  readonly kind = 'import';

  constructor(
    private readonly runs: ImportRunRepository,
    private readonly jobs: JobRepository,
    private readonly sources: CategorySources,
    private readonly config: WorkerConfig,
  ) {}

  async run(run: JobRun): Promise<JobData | null> {
    const id = Number(run.job.subject);
    try {
      const found = await this.runs.find(id);
      if (found?.isComplete === false) await this.read(run, found);
    } catch (error) {
      if (!(error instanceof ImportRunClosed)) throw error;
      await this.stopUnlessComplete(run, id);
    }
    const ended = await this.runs.find(id);
    if (ended === null) throw new DomainError('IMPORT_NOT_FOUND', 'This import is not kept any more.');
    const { category, files, categories, others, isTruncated } = ended;
    return { category, files, categories, others, isTruncated };
  }

  private async read(run: JobRun, found: ImportRun): Promise<void> {
    const reading = {
      run,
      import: found,
      source: await this.sources.open(await this.runs.listWaitingPeople(found.id)),
    };
    let cursor = await this.findStart(reading);
    for (;;) {
      const category = await this.runs.findCategory(found.id, cursor.category);
      if (category === null) break;
      cursor =
        cursor.part === 'subcategories'
          ? await this.readSubcategories(reading, category, cursor)
          : await this.readFiles(reading, category, cursor);
    }
    const expiresAt = new Date(Date.now() + this.config.importTtlHours * HOUR_MS);
    const { done } = run.job;
    await run.checkpoint({ done, total: done }, (sql) => this.runs.complete(sql, found.id, expiresAt));
  }

  /** Where it was interrupted, or at the category that was asked for, where redirects lead to. */
  private async findStart({ run, import: { id, title }, source }: Reading): Promise<ImportCursor> {
    if (run.job.cursor !== null) return readCursor(run.job.cursor, source.name);
    const readText = async (page: string): Promise<FoundCategory | null> => {
      const api = await this.sources.openApi(await this.runs.listWaitingPeople(id));
      return api.find(page, run.signal);
    };
    const resolved = await followRedirects(title, source, readText, run.signal);
    const cursor = startOf(source.name, 0);
    await run.checkpoint({ cursor: writeCursor(cursor), done: 0, total: resolved.found.files }, (sql) =>
      this.runs.begin(sql, id, resolved.title, resolved.redirects),
    );
    return cursor;
  }

  private async readSubcategories(
    { run, import: { id, depth }, source }: Reading,
    category: Category,
    cursor: ImportCursor,
  ): Promise<ImportCursor> {
    const files: ImportCursor = { ...cursor, part: 'files', after: null };
    if (category.level >= depth) return files;
    const { members, next } = await source.listSubcategories(category.title, cursor.after, run.signal);
    const titles = await this.runs.listUnknownCategories(id, members);
    const total = (run.job.total ?? 0) + (await source.estimateFiles(titles, run.signal));
    const following = next === null ? files : { ...cursor, after: next };
    const added = { titles, level: category.level + 1, most: this.config.importMaxCategories };
    await run.checkpoint({ cursor: writeCursor(following), total }, (sql) =>
      this.runs.addCategories(sql, id, added),
    );
    return following;
  }

  private async readFiles(
    { run, import: { id }, source }: Reading,
    category: Category,
    cursor: ImportCursor,
  ): Promise<ImportCursor> {
    const { members, others, next } = await source.listFiles(category.title, cursor.after, run.signal);
    const files = await this.runs.listUnknownFiles(id, members);
    const following = next === null ? startOf(source.name, category.number + 1) : { ...cursor, after: next };
    const done = run.job.done + files.length;
    const total = Math.max(run.job.total ?? 0, done);
    const isEmpty = members.length + others === 0;
    await run.checkpoint({ cursor: writeCursor(following), done, total }, async (sql) => {
      if (!isEmpty) await this.runs.addFiles(sql, id, { category, files, others });
    });
    return following;
  }

  /** Nobody waits any more, or another run of the same job has finished it. @throws JobStopped in the first case */
  private async stopUnlessComplete(run: JobRun, id: number): Promise<void> {
    if ((await this.runs.find(id))?.isComplete !== false) return;
    await this.jobs.requestCancel(run.job.id);
    await run.checkpoint({});
  }
}
