import type { Database, Sql } from '../database/database.js';
import { toExport, type Export, type ExportRequest, type ExportRow } from './export.js';
import type { ExportSubject } from './export-subject.js';
import * as statements from './statements.js';

export interface ExportPage {
  items: Export[];
  /** Of all pages. */
  total: number;
}

export interface ExportsQuery {
  userid: string;
  /** From 0. */
  page: number;
  size: number;
  /** Oldest first. */
  asc: boolean;
}

/** People's exports. Each has a job, which tells how far it has come; it goes when the job's record goes. */
export class ExportRepository {
  constructor(private readonly database: Database) {}

  /** The export of a job: a new one, or the one that is known already. @returns its id */
  keep(userid: string, jobId: number, request: ExportRequest): Promise<number> {
    return keepExport(this.database, userid, jobId, request);
  }

  /** Null also when it is another person's. */
  async findOwn(id: number, userid: string): Promise<Export | null> {
    const [row] = await this.database.rows<ExportRow>(statements.FIND_EXPORT, [id, userid]);
    return row ? toExport(row) : null;
  }

  /** In the order in which they were asked for. */
  async list({ userid, page, size, asc }: ExportsQuery): Promise<ExportPage> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<ExportRow>(statements.listExports(asc), [userid, size, page * size]),
      this.database.rows<{ exports: number }>(statements.COUNT_EXPORTS, [userid]),
    ]);
    return { items: rows.map(toExport), total: count?.exports ?? 0 };
  }

  /** Forgets it; its file's life is over when nobody else has it. @returns false when there was none */
  remove({ id, userid, file }: Export): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const isRemoved = (await sql.change(statements.REMOVE_EXPORT, [id, userid])) > 0;
      if (isRemoved && file) await sql.change(statements.EXPIRE_UNUSED_FILE, [new Date(), file.id, file.id]);
      return isRemoved;
    });
  }
}

async function keepExport(sql: Sql, userid: string, jobId: number, request: ExportRequest): Promise<number> {
  const { kind, refId, format, storageId } = request;
  await sql.change(statements.KEEP_EXPORT, [userid, kind, refId, format, storageId, jobId, new Date()]);
  const [row] = await sql.rows<{ id: number }>(statements.FIND_EXPORT_OF_JOB, [jobId]);
  if (!row) throw new Error(`The export of job ${jobId} vanished after its creation`);
  return row.id;
}

export interface FinishedExport {
  userid: string;
  jobId: number;
  request: ExportRequest;
  subject: ExportSubject;
  fileId: number;
  /** Before the first row was read. */
  readAt: Date;
  /** Until when the file is kept at least, whoever has given it up meanwhile. */
  expiresAt: Date;
}

/**
 * Gives an export its file, and notes on the batch or import when it was last exported: of two exports the one that
 * read later counts, whichever ends last.
 */
export async function finishExport(sql: Sql, finished: FinishedExport): Promise<void> {
  const { userid, jobId, request, subject, fileId, readAt, expiresAt } = finished;
  const id = await keepExport(sql, userid, jobId, request);
  await sql.change(statements.PROLONG_EXPORT_FILE, [expiresAt, fileId]);
  await sql.change(statements.LINK_EXPORT_FILE, [fileId, id]);
  if (subject.kind === 'batch')
    await sql.change(statements.MARK_BATCH_EXPORTED, [readAt, subject.batchid, readAt]);
  if (subject.kind === 'import')
    await sql.change(statements.MARK_IMPORT_EXPORTED, [readAt, subject.importId, readAt]);
}
