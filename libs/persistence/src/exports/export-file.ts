import { EXPORT_FORMAT_FACTS, type ExportFormat, type ExportKind } from '#app/protocol';
import { subjectId, type ExportFileKey } from './export-subject.js';

/** What is known of a file once it is written. */
export interface WrittenExport {
  /** Bytes. */
  size: number;
  rows: number;
  /** Hexadecimal. */
  sha256: string;
  /** Before the first row was read. */
  readAt: Date;
}

/** A cache file of an export. */
export interface ExportFile {
  id: number;
  kind: ExportKind;
  subjectId: string;
  dataAt: Date;
  format: ExportFormat;
  storageId: number | null;
  name: string;
  /** Null: it is being written for the first time. */
  written: (WrittenExport & { at: Date }) | null;
  lastDownloadedAt: Date | null;
  expiresAt: Date;
}

export interface ExportFileRow {
  id: number;
  kind: ExportKind;
  subject_id: string;
  data_at: Date;
  format: ExportFormat;
  storage_id: number | null;
  name: string;
  size: number | null;
  row_count: number | null;
  sha256: string | null;
  read_at: Date | null;
  written_at: Date | null;
  last_downloaded_at: Date | null;
  expires_at: Date;
}

export function toExportFile(row: ExportFileRow): ExportFile {
  const { size, row_count: rows, sha256, read_at: readAt, written_at: at } = row;
  const isWritten = size !== null && rows !== null && sha256 !== null && readAt !== null && at !== null;
  return {
    id: row.id,
    kind: row.kind,
    subjectId: row.subject_id,
    dataAt: row.data_at,
    format: row.format,
    storageId: row.storage_id,
    name: row.name,
    written: isWritten ? { size, rows, sha256, readAt, at } : null,
    lastDownloadedAt: row.last_downloaded_at,
    expiresAt: row.expires_at,
  };
}

/** `batch-12-20260131T235959123Z.csv`: the same data in the same format has the same name. */
export function exportFileName({ subject, dataAt, format }: ExportFileKey): string {
  const at = dataAt.toISOString().replaceAll(/[-:.]/g, '');
  const kind = subject.kind.replaceAll('_', '-');
  return `${kind}-${subjectId(subject)}-${at}.${EXPORT_FORMAT_FACTS[format].extension}`;
}

/** A file's place among all storages. */
export const exportPlace = (storageId: number | null, name: string): string => `${storageId ?? 0}/${name}`;

/** What whoever writes or removes a file has to hold. */
export const exportLockKey = (storageId: number | null, name: string): string =>
  `export:${exportPlace(storageId, name)}`;

/** A transaction that is open when rows are read has changed them at most so long before. */
const SETTLED_AFTER_MS = 10_000;

/**
 * Whether a file has all that an export asked for at `askedAt` would have: of data that changed long before it was read,
 * nothing can have come later with an earlier moment; otherwise it must have been read since.
 */
export const isAsGoodAsNew = (
  { written, dataAt }: Pick<ExportFile, 'written' | 'dataAt'>,
  askedAt: Date,
): boolean =>
  written !== null &&
  (written.readAt.getTime() - dataAt.getTime() >= SETTLED_AFTER_MS || written.readAt >= askedAt);
