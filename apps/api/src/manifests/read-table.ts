import { pipeline } from 'node:stream/promises';
import { CsvError } from 'csv-parse';
import { DomainError, toUploadTableRow, uploadTableParser, type UploadTableRow } from '#app/protocol';

const refuse = (message: string, cause?: unknown): DomainError =>
  new DomainError('VALIDATION_FAILED', message, { file: [message] }, { cause });

/** @throws DomainError VALIDATION_FAILED for bytes that are no text in UTF-8 */
async function* decode(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const read = (chunk?: Buffer): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw refuse('The file is not a text in UTF-8.', error);
    }
  };
  for await (const chunk of chunks) yield read(chunk);
  yield read();
}

/** Rows as they come, blank ones too, up to a number. @throws DomainError VALIDATION_FAILED when there are more, or none */
class Rows {
  readonly all: UploadTableRow[] = [];

  constructor(private readonly max: number) {}

  add(cells: unknown): void {
    if (this.all.length === this.max) throw refuse(`A manifest may have at most ${this.max} rows.`);
    this.all.push(toUploadTableRow(cells));
  }

  finish(): UploadTableRow[] {
    if (this.all.some((row) => Object.keys(row).length > 0)) return this.all;
    throw refuse('The file has no rows.');
  }
}

/** A row without any text is empty, so that those after it keep their numbers. @throws DomainError VALIDATION_FAILED */
export async function readCsv(chunks: AsyncIterable<Buffer>, maxRows: number): Promise<UploadTableRow[]> {
  const rows = new Rows(maxRows);
  try {
    await pipeline(chunks, decode, uploadTableParser(), async (records: AsyncIterable<unknown>) => {
      for await (const cells of records) rows.add(cells);
    });
  } catch (error) {
    if (error instanceof CsvError) throw refuse(`The CSV cannot be read: ${error.message}.`, error);
    throw error;
  }
  return rows.finish();
}

/** A list of objects with a member for each column. @throws DomainError VALIDATION_FAILED */
export async function readJson(chunks: AsyncIterable<Buffer>, maxRows: number): Promise<UploadTableRow[]> {
  const parts: string[] = [];
  for await (const part of decode(chunks)) parts.push(part);
  const rows = new Rows(maxRows);
  for (const cells of parseList(parts.join(''))) rows.add(cells);
  return rows.finish();
}

function parseList(text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse('The JSON cannot be read.', error);
  }
  if (Array.isArray(value)) return value;
  throw refuse('The JSON must be a list of objects, one for each row.');
}
