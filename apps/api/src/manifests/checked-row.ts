import type { UploadTableRow } from '#app/protocol';
import type { RowUpload } from './read-row.js';
import type { RowProblem } from './row-problem.js';

export type RowStatus = 'ok' | 'warning' | 'error';

/** What was found out about a row so far. */
export interface CheckedRow {
  /** From 1, the header not counted. */
  row: number;
  cells: UploadTableRow;
  /** Absent when the row cannot be read at all. */
  upload?: RowUpload;
  error?: RowProblem;
  warning?: RowProblem;
}

export type ReadableRow = CheckedRow & { upload: RowUpload };

/** Against these nothing is known. */
export const soundRows = (rows: readonly CheckedRow[]): ReadableRow[] =>
  rows.filter((row): row is ReadableRow => row.upload !== undefined && row.error === undefined);

/** Lists of at most so many, in order. */
export function slicesOf<T>(all: readonly T[], size: number): T[][] {
  const slices: T[][] = [];
  for (let start = 0; start < all.length; start += size) slices.push(all.slice(start, start + size));
  return slices;
}
