import { AdvisoryLock } from '../database/advisory-lock.js';
import type { Database } from '../database/database.js';
import { moveBatches, movePresets, moveUsers } from './move-people.js';
import { MoveReport, type ReportedRow } from './move-report.js';
import { moveUploads, updateUnfinished } from './move-uploads.js';
import { keepIdsFree, type Move, type PageMove } from './page-move.js';
import { SourceDatabase } from './source-database.js';
import type { SourceRows, SourceTable } from './source-rows.js';

/** Rows that are in memory at once. Uploads have pages of text. */
const PAGES: Readonly<Record<SourceTable, number>> = {
  users: 500,
  batches: 500,
  upload_requests: 200,
  presets: 200,
};

export interface MoveOptions {
  /** The database of the Python backend, as parseDatabaseUrl wants it. */
  from: string;
  /** Nothing is written; it tells what would be. */
  isDryRun?: boolean;
  /** Each row that is not moved, or not as it was. */
  tell?: (row: ReportedRow) => void;
  /** After each page. */
  progress?: (table: SourceTable, found: number) => void;
}

/**
 * Moves what the Python backend has kept here: people, batches, uploads with all that is known of past ones, and presets;
 * never tokens or sessions. Each page of rows is moved as a whole with the note of where it came from, so that it may be
 * stopped at any moment and run again any number of times: what was moved stays as it is here, what has come since is added.
 * @throws Error when a database does not answer, the other one is none of that backend, or another process is at it
 */
export async function movePythonBackend(database: Database, options: MoveOptions): Promise<MoveReport> {
  const source = await SourceDatabase.open(options.from);
  try {
    const report = new MoveReport(options.isDryRun ?? false, options.tell);
    report.otherTables = await source.listOtherTables();
    const lock = new AdvisoryLock(database.dataSource);
    const isAlone = await lock.tryRun('curator:python-backend', (signal) =>
      moveAll({ source, database, options, report, signal }),
    );
    if (!isAlone) throw new Error('Another process is moving the data already.');
    return report;
  } finally {
    await source.close();
  }
}

interface Work {
  source: SourceDatabase;
  database: Database;
  options: MoveOptions;
  report: MoveReport;
  signal: AbortSignal;
}

async function moveAll({ source, database, options, report, signal }: Work): Promise<void> {
  const move: Move = {
    source,
    database,
    isDryRun: report.isDryRun,
    leftUsers: new Set(),
    leftBatches: new Set(),
    now: new Date(),
  };
  const moveTable = async <Table extends SourceTable>(
    table: Table,
    movePage: (move: Move, rows: readonly SourceRows[Table][]) => Promise<PageMove>,
  ): Promise<void> => {
    for await (const rows of source.pages(table, PAGES[table])) {
      signal.throwIfAborted();
      note(report, table, rows.length, await movePage(move, rows));
      options.progress?.(table, report.of(table).found);
    }
  };
  if (!move.isDryRun)
    for (const table of ['batches', 'upload_requests', 'presets'] as const) await keepIdsFree(move, table);
  await moveTable('users', moveUsers);
  await moveTable('batches', moveBatches);
  const updated = await updateUnfinished(move, PAGES.upload_requests);
  report.count('upload_requests', { updated });
  await moveTable('upload_requests', moveUploads);
  await moveTable('presets', movePresets);
}

function note(report: MoveReport, table: SourceTable, found: number, page: PageMove): void {
  const { moved, already, furtherBatches, rows } = page;
  const left = rows.filter(({ kind }) => kind === 'left').length;
  report.count(table, { found, moved, already, left });
  report.furtherBatches += furtherBatches;
  for (const row of rows) report.note(row);
}
