import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import {
  RecategorizationRepository,
  WantedCategoryRepository,
  type FileEnding,
  type JobData,
} from '#app/persistence';
import { parseRecategorizeParams, type RecategorizeParams, type RecategorizeResult } from '#app/protocol';
import type { JobHandler } from '../jobs/job-handler.js';
import type { JobRun } from '../jobs/job-run.js';
import { Moves, type Move } from './moves.js';
import { SelectedFiles, type ListedFiles } from './selected-files.js';

/** Pages that are read in one request. */
const FILES_AT_ONCE = 50;
/** Of the three requests that a person may have under way, one is left to their uploads. */
const EDITS_AT_ONCE = 2;

/**
 * Moves the files of one category to another, all or those that were chosen from an import: first lists them, then edits the
 * page of each. What was listed and what was edited is kept row by row, so that another run goes on where this one ended.
 * Before a page is edited its row says that it may have been; the next run then looks at the page's history, and so no edit is
 * made twice.
 */
@Injectable()
export class RecategorizeFiles implements JobHandler {
  readonly kind = 'recategorize';

  constructor(
    private readonly files: RecategorizationRepository,
    private readonly wanted: WantedCategoryRepository,
    private readonly selected: SelectedFiles,
    private readonly moves: Moves,
  ) {}

  run(run: JobRun): Promise<JobData> {
    const params = parseRecategorizeParams(run.job.params);
    return this.moves.run({ userid: run.job.userid, params, signal: run.signal }, async (move) => {
      await this.listFiles(run, params, move);
      await this.moveFiles(run, move);
      return this.finish(run, params, move);
    });
  }

  private async listFiles(run: JobRun, params: RecategorizeParams, move: Move): Promise<void> {
    const { cursor, id } = run.job;
    if (cursor?.['isListed'] === true) return;
    let next = typeof cursor?.['next'] === 'string' ? cursor['next'] : null;
    do {
      const found = await this.listSome(run, params, move, next);
      const { total } = await this.files.count(id);
      const reached = {
        cursor: { next: found.next, isListed: found.next === null },
        total: total + found.titles.length + found.untouched.length,
      };
      await run.checkpoint(reached, async (sql) => {
        await this.files.add(sql, id, found.titles);
        await this.files.addUntouched(sql, id, found.untouched);
      });
      next = found.next;
    } while (next !== null);
  }

  private async listSome(
    { job, signal }: JobRun,
    { source, selection }: RecategorizeParams,
    { editor }: Move,
    next: string | null,
  ): Promise<ListedFiles> {
    if (selection !== undefined) return this.selected.list(job.userid, selection, next);
    return { ...(await editor.listCategoryFiles(source, next, signal)), untouched: [] };
  }

  private async moveFiles(run: JobRun, { mover }: Move): Promise<void> {
    const { id } = run.job;
    const { moved, untouched, total } = await this.files.count(id);
    let done = moved + untouched;
    await run.checkpoint({ done, total });
    const saving = pLimit(1);
    const keep = (ending: FileEnding): Promise<void> =>
      saving(() => {
        done += 1;
        return run.checkpoint({ done }, (sql) => this.files.settle(sql, id, [ending]));
      });
    for (;;) {
      const open = await this.files.listOpen(id, FILES_AT_ONCE);
      if (open.length === 0) return;
      const titles = open.map(({ title }) => title);
      await run.checkpoint({}, (sql) => this.files.begin(sql, id, titles));
      const pages = await mover.read(titles);
      await inLanes(EDITS_AT_ONCE, open, async (file) => {
        run.signal.throwIfAborted();
        await keep(await mover.move(file, pages.get(file.title) ?? null));
      });
    }
  }

  private async finish(
    run: JobRun,
    { source, selection }: RecategorizeParams,
    { editor }: Move,
  ): Promise<JobData> {
    const { moved, untouched } = await this.files.count(run.job.id);
    const result: RecategorizeResult = { count: moved, untouched };
    const isWhole = selection === undefined && untouched === 0;
    if (isWhole && !(await editor.hasOtherMembers(source, run.signal)))
      await this.wanted.forgetWantedCategory(source);
    return { ...result };
  }
}

/** Does the work for all items, some at a time. After the first failure no further item is begun. @throws the first failure, when nothing runs any more */
async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.next(); !next.done && failures.length === 0; next = left.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
}
