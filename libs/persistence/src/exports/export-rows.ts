import { DomainError, type ManifestCells } from '#app/protocol';
import type { Database, SqlValue } from '../database/database.js';
import { toCategoryFile } from '../imports/category-file-row.js';
import { ManifestRepository } from '../manifests/manifest.repository.js';
import type { ExportSubject } from './export-subject.js';
import {
  toExportedUpload,
  type ExportedFile,
  type ExportedFileRow,
  type ExportedUpload,
  type ExportedUploadRow,
} from './exported-rows.js';
import * as statements from './row-statements.js';

/** Where a page ended; plain JSON. */
export interface RowCursor {
  id: number;
  /** ISO 8601, where rows are in the order of a moment. */
  at?: string;
}

/** What there is to read: nothing that comes later is read. */
export interface PinnedRows {
  total: number;
  /** Of the last row by its id. */
  upTo: number;
}

export interface RowPage<Row> {
  rows: Row[];
  /** Null: there are no more. */
  after: RowCursor | null;
}

export interface PageToRead {
  /** Null: from the start. */
  after: RowCursor | null;
  upTo: number;
  limit: number;
}

export type UploadSubject = Exclude<ExportSubject, { kind: 'import' }>;
export type ImportSubject = Extract<ExportSubject, { kind: 'import' }>;

interface Query {
  statement: string;
  values: readonly SqlValue[];
}

const importGone = (): DomainError =>
  new DomainError(
    'IMPORT_EXPIRED',
    'The files of this import are not kept any more. Import the category again.',
  );

const EARLIEST = '1000-01-01T00:00:00.000Z';

/**
 * The rows of exports, page by page from where the page before ended, so that each page costs the same and memory holds
 * one. Every page is read at READ COMMITTED by itself: a row is as it was when its page was read, never half changed, and
 * two rows may be of different moments. Rows that come after the pin are left out, and so is one whose transaction was
 * still open then though its id is lower; both change the data's moment, so that the next export has them.
 */
export class ExportRows {
  private readonly manifests: ManifestRepository;

  constructor(private readonly database: Database) {
    this.manifests = new ManifestRepository(database);
  }

  /** The last change of what an export would have in it; null when there is nothing. */
  async findDataAt(subject: ExportSubject): Promise<Date | null> {
    const { statement, values } = changeOf(subject);
    const [row] = await this.database.rows<{ changed_at: Date | null }>(statement, values);
    return row?.changed_at ?? null;
  }

  /** @throws DomainError IMPORT_EXPIRED when the import is gone */
  async pin(subject: ExportSubject): Promise<PinnedRows> {
    const { statement, values } = pinOf(subject);
    const [row] = await this.database.rows<{ total: number; last: number | null }>(statement, values);
    if (row === undefined && subject.kind === 'import') throw importGone();
    return { total: row?.total ?? 0, upTo: row?.last ?? 0 };
  }

  async readUploads(subject: UploadSubject, page: PageToRead): Promise<RowPage<ExportedUpload>> {
    const { statement, values } = pageOf(subject, page);
    const rows = await this.database.rows<ExportedUploadRow>(statement, values);
    const last = rows.at(-1);
    return {
      rows: await this.addManifests(rows.map((row) => toExportedUpload(row))),
      after: last && rows.length === page.limit ? { id: last.id, at: last.planned_at.toISOString() } : null,
    };
  }

  /** @throws DomainError IMPORT_EXPIRED when the clean-up has removed any of them: a part is no export */
  async readFiles({ importId }: ImportSubject, page: PageToRead): Promise<RowPage<ExportedFile>> {
    const from = page.after === null ? 0 : page.after.id + 1;
    const values = [importId, from, page.upTo, page.limit];
    const rows = await this.database.rows<ExportedFileRow>(statements.READ_IMPORT, values);
    const last = rows.at(-1);
    const there = Math.min(page.limit, page.upTo - from + 1);
    if (rows.length < there || (last && last.position !== from + there - 1)) throw importGone();
    return {
      rows: rows.map(toCategoryFile),
      after: last && last.position < page.upTo ? { id: last.position } : null,
    };
  }

  /** An upload from a manifest gets the cells of its row. */
  private async addManifests(uploads: readonly ExportedUpload[]): Promise<ExportedUpload[]> {
    const keysOf = new Map<string, string[]>();
    for (const { handler, collection, key } of uploads)
      if (handler === 'manifest') keysOf.set(collection, [...(keysOf.get(collection) ?? []), key]);
    const cellsOf = new Map<string, ManifestCells>();
    for (const [manifestId, keys] of keysOf)
      for (const { key, cells } of await this.manifests.list(manifestId, keys))
        cellsOf.set(`${manifestId} ${key}`, cells);
    return uploads.map((upload) => ({
      ...upload,
      manifest: cellsOf.get(`${upload.collection} ${upload.key}`) ?? null,
    }));
  }
}

function changeOf(subject: ExportSubject): Query {
  switch (subject.kind) {
    case 'batch':
      return { statement: statements.FIND_CHANGE_OF_BATCH, values: [subject.batchid] };
    case 'my_uploads':
      return { statement: statements.FIND_CHANGE_OF_USER, values: [subject.userid] };
    case 'failed_uploads':
      return subject.batchid === null
        ? { statement: statements.FIND_CHANGE_OF_FAILED_OF_USER, values: [subject.userid] }
        : { statement: statements.FIND_CHANGE_OF_FAILED_OF_BATCH, values: [subject.batchid] };
    case 'import':
      return { statement: statements.FIND_CHANGE_OF_IMPORT, values: [subject.importId] };
  }
}

function pinOf(subject: ExportSubject): Query {
  switch (subject.kind) {
    case 'batch':
      return { statement: statements.PIN_BATCH, values: [subject.batchid] };
    case 'my_uploads':
      return { statement: statements.PIN_OF_USER, values: [subject.userid] };
    case 'failed_uploads':
      return subject.batchid === null
        ? { statement: statements.PIN_FAILED_OF_USER, values: [subject.userid] }
        : { statement: statements.PIN_FAILED_OF_BATCH, values: [subject.batchid, subject.userid] };
    case 'import':
      return { statement: statements.PIN_IMPORT, values: [subject.importId] };
  }
}

function pageOf(subject: UploadSubject, { after, upTo, limit }: PageToRead): Query {
  const id = after?.id ?? 0;
  switch (subject.kind) {
    case 'batch':
      return { statement: statements.READ_BATCH, values: [subject.batchid, id, upTo, limit] };
    case 'my_uploads':
      return { statement: statements.READ_OF_USER, values: [subject.userid, id, upTo, limit] };
    case 'failed_uploads': {
      if (subject.batchid !== null) {
        const values = [subject.batchid, subject.userid, id, upTo, limit];
        return { statement: statements.READ_FAILED_OF_BATCH, values };
      }
      const at = new Date(after?.at ?? EARLIEST);
      return {
        statement: statements.READ_FAILED_OF_USER,
        values: [subject.userid, upTo, at, at, at, id, limit],
      };
    }
  }
}
