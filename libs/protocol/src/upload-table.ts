import { type OptionsWithColumns, parse, type Parser } from 'csv-parse';
import { parse as parseText } from 'csv-parse/sync';
import { DomainError } from './error-codes.js';

/** What an upload is, whatever its source. */
const UPLOAD_COLUMNS = [
  'handler',
  'id',
  'input',
  'title',
  'wikitext',
  'label_language',
  'label',
  'copyright_override',
] as const;

/** What a row of a manifest tells about its image; empty for the other sources. */
export const MANIFEST_COLUMNS = [
  'url',
  'source_url',
  'author',
  'author_url',
  'license',
  'taken',
  'latitude',
  'longitude',
  'heading',
  'description',
] as const;

/** What became of an upload; ignored when a table is read. */
const RESULT_COLUMNS = [
  'upload_id',
  'batch_id',
  'status',
  'error_type',
  'error',
  'file_page',
  'created_at',
  'updated_at',
] as const;

/** The columns of exported uploads and of manifests, in the order in which they are written. */
export const UPLOAD_TABLE_COLUMNS = [...UPLOAD_COLUMNS, ...MANIFEST_COLUMNS, ...RESULT_COLUMNS] as const;

export type UploadTableColumn = (typeof UPLOAD_TABLE_COLUMNS)[number];
export type ManifestColumn = (typeof MANIFEST_COLUMNS)[number];

/** One row as text; an empty cell is absent. */
export type UploadTableRow = Readonly<Partial<Record<UploadTableColumn, string>>>;

/** A spreadsheet takes a cell that begins like this for a formula. @see https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/;

const guard = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
const unguard = (cell: string): string => (GUARDED.test(cell) ? cell.slice(1) : cell);

const NEEDS_QUOTES = /[",\r\n]/;

/** @see https://www.rfc-editor.org/rfc/rfc4180#section-2 */
const quote = (cell: string): string => (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const writeLine = (cells: readonly string[]): string => `${cells.map(quote).join(',')}\r\n`;

/** A line of a table of other columns as CSV, its cells guarded as those of uploads are. */
export const writeGuardedLine = (cells: readonly string[]): string => writeLine(cells.map(guard));

/** The first line of a table as CSV (RFC 4180), with its line break. */
export const writeUploadTableHeader = (): string => writeLine(UPLOAD_TABLE_COLUMNS);

/**
 * One row as CSV, with its line break. Cells that a spreadsheet would run as a formula get an apostrophe in front, which
 * reading takes away again: what is read is what was written.
 */
export const writeUploadTableRow = (row: UploadTableRow): string =>
  writeLine(UPLOAD_TABLE_COLUMNS.map((column) => guard(row[column] ?? '')));

const isColumn = (name: string): name is UploadTableColumn =>
  (UPLOAD_TABLE_COLUMNS as readonly string[]).includes(name);

const refuse = (message: string): DomainError =>
  new DomainError('VALIDATION_FAILED', message, { file: [message] });

const NAMED_LENGTH = 100;
const noColumn = (name: string): DomainError =>
  refuse(`There is no column “${name.length > NAMED_LENGTH ? `${name.slice(0, NAMED_LENGTH)}…` : name}”.`);

function readHeader(cells: readonly string[]): UploadTableColumn[] {
  const [first = ''] = cells;
  if (cells.length === 1 && /[;\t]/.test(first)) {
    throw refuse('The cells of the CSV must have commas between them, not semicolons or tabs.');
  }
  const names = cells.map((cell) => cell.trim());
  const columns = names.filter(isColumn);
  const unknown = names.find((name) => !isColumn(name));
  if (unknown !== undefined) throw noColumn(unknown);
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  if (twice !== undefined) throw refuse(`The column “${twice}” is there twice.`);
  return columns;
}

const withoutEmpty = (cells: Record<string, string>): UploadTableRow =>
  Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== ''));

const PARSING: OptionsWithColumns<Record<string, string>, Record<string, string>> = {
  bom: true,
  columns: readHeader,
  skip_empty_lines: true,
  cast: (cell, { header }) => (header ? cell : unguard(cell)),
};

/**
 * Reads a table as CSV: bytes or text in, one object of cells a row out, to be passed through `toUploadTableRow`.
 * @throws DomainError VALIDATION_FAILED for columns that there are not @throws CsvError for what is no CSV
 */
export const uploadTableParser = (): Parser => parse(PARSING);

/** Reads a whole table that is at hand. @throws as `uploadTableParser` does */
export const readUploadTable = (csv: string): UploadTableRow[] =>
  parseText(csv, PARSING).map(toUploadTableRow);

/**
 * One row from an object with a cell for each column, as CSV or JSON has it; numbers and truth values become text.
 * @throws DomainError VALIDATION_FAILED
 */
export function toUploadTableRow(value: unknown): UploadTableRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse('A row must be an object with one text for each column.');
  }
  const cells = Object.entries(value).map(([name, cell]): [string, string] => {
    if (!isColumn(name)) throw noColumn(name);
    return [name, readCell(name, cell)];
  });
  return withoutEmpty(Object.fromEntries(cells));
}

function readCell(name: string, cell: unknown): string {
  if (cell === null) return '';
  if (Number.isInteger(cell) && !Number.isSafeInteger(cell)) {
    throw refuse(`A number in the column “${name}” is too large to be read exactly: write it as a text.`);
  }
  if (typeof cell === 'string' && /\p{Surrogate}/u.test(cell)) {
    throw refuse(`The column “${name}” has half of a character in it.`);
  }
  if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  throw refuse(`The column “${name}” must be a text, a number, true, false or null.`);
}
