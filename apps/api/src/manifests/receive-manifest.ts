import { pipeline } from 'node:stream/promises';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { DomainError, type UploadTableRow } from '#app/protocol';
import { toError } from '../http/to-error.js';
import { readCsv, readJson } from './read-table.js';

export interface ManifestLimits {
  maxBytes: number;
  maxRows: number;
}

type ReadTable = (chunks: AsyncIterable<Buffer>, maxRows: number) => Promise<UploadTableRow[]>;

const BY_EXTENSION: Readonly<Record<string, ReadTable>> = { csv: readCsv, json: readJson };
const BY_TYPE: Readonly<Record<string, ReadTable>> = { 'text/csv': readCsv, 'application/json': readJson };

const refuse = (message: string): DomainError =>
  new DomainError('VALIDATION_FAILED', message, { file: [message] });

const tooLarge = ({ maxBytes }: ManifestLimits): DomainError =>
  new DomainError('PAYLOAD_TOO_LARGE', `A manifest may have at most ${maxBytes} bytes.`);

/** By the name of the file, else by its type: browsers know CSV by many types. */
function chooseReader({ filename = '', mimeType }: busboy.FileInfo): ReadTable {
  const extension = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  const reader = BY_EXTENSION[extension] ?? BY_TYPE[mimeType];
  if (reader !== undefined) return reader;
  throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'A manifest is a file in CSV or JSON.');
}

function openForm(request: IncomingMessage, { maxBytes }: ManifestLimits): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { fileSize: maxBytes, files: 1, fields: 0, parts: 2 },
    });
  } catch (error) {
    const message = 'Send the file as multipart/form-data, in the field “file”.';
    throw new DomainError('VALIDATION_FAILED', message, { file: [message] }, { cause: error });
  }
}

async function readFile(
  name: string,
  stream: Readable & { truncated?: boolean },
  info: busboy.FileInfo,
  limits: ManifestLimits,
): Promise<UploadTableRow[]> {
  if (name !== 'file') throw refuse(`There is no field “${name}”: the file belongs in the field “file”.`);
  const read = chooseReader(info);
  let rows: UploadTableRow[] | null = null;
  await pipeline(stream, async (chunks: AsyncIterable<Buffer>) => {
    rows = await read(refuseTruncated(chunks, stream, limits), limits.maxRows);
  });
  return rows ?? [];
}

/** What comes after the limit is cut off: the end of such a file is none. */
async function* refuseTruncated(
  chunks: AsyncIterable<Buffer>,
  stream: { truncated?: boolean },
  limits: ManifestLimits,
): AsyncGenerator<Buffer> {
  yield* chunks;
  if (stream.truncated === true) throw tooLarge(limits);
}

/**
 * The rows of the one file in a form, read as it comes; nothing of it is written to a disk.
 * @throws DomainError VALIDATION_FAILED, UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE
 */
export async function receiveManifest(
  request: IncomingMessage,
  limits: ManifestLimits,
): Promise<UploadTableRow[]> {
  const form = openForm(request, limits);
  try {
    return await readForm(request, form, limits);
  } finally {
    request.unpipe(form);
    request.resume(); // what is not wanted has to arrive before the answer can be read
  }
}

const readForm = (
  request: IncomingMessage,
  form: busboy.Busboy,
  limits: ManifestLimits,
): Promise<UploadTableRow[]> =>
  new Promise((resolve, reject) => {
    let rows: Promise<UploadTableRow[]> | undefined;
    form.on('file', (name, stream, info) => {
      // A file that is refused before it is read still fails when its form does, and would take the process with it.
      stream.on('error', () => undefined);
      rows = readFile(name, stream, info, limits);
      rows.catch((error: unknown) => reject(toError(error)));
    });
    for (const [limit, what] of [
      ['fieldsLimit', 'no other field'],
      ['filesLimit', 'one file'],
      ['partsLimit', 'one file and nothing else'],
    ] as const) {
      form.on(limit, () => reject(refuse(`A form with a manifest has ${what}.`)));
    }
    form.on('error', () => reject(refuse('The form is not as multipart/form-data should be.')));
    form.on('close', () => {
      if (rows === undefined) reject(refuse('There is no file in the field “file”.'));
      else rows.then(resolve, reject);
    });
    request.once('close', () => {
      if (!request.complete) reject(refuse('The file did not arrive completely.'));
    });
    request.pipe(form);
  });
