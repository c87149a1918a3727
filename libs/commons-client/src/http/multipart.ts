import { randomBytes } from 'node:crypto';
import type { ByteSource } from '../types.js';

/** Bytes handed to the connection at once. */
const SLICE = 64 * 1024;

export interface FilePart {
  readonly field: string;
  readonly bytes: Uint8Array | ByteSource;
  readonly onBytes?: (sent: number) => void;
}

export interface MultipartBody {
  readonly contentType: string;
  readonly contentLength: number;
  /** Once per body: a new try needs a new body. */
  readonly stream: AsyncIterable<Uint8Array>;
}

const quote = (name: string): string =>
  name.replace(/[\r\n"]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += SLICE) yield bytes.subarray(start, start + SLICE);
}

async function* join(head: Uint8Array, file: FilePart, tail: Uint8Array): AsyncGenerator<Uint8Array> {
  yield head;
  let sent = 0;
  for await (const slice of file.bytes instanceof Uint8Array ? slices(file.bytes) : file.bytes.pieces()) {
    yield slice;
    sent += slice.byteLength;
    file.onBytes?.(sent);
  }
  yield tail;
}

/**
 * A `multipart/form-data` body: all fields, then the file, which is read slice by slice.
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export function buildMultipart(fields: Iterable<readonly [string, string]>, file: FilePart): MultipartBody {
  const boundary = `----curator-${randomBytes(16).toString('hex')}`;
  const part = (disposition: string, value: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${value}`;
  const texts = [...fields].map(([name, value]) => part(`name="${quote(name)}"`, `\r\n${value}\r\n`));
  const opening = part(
    `name="${quote(file.field)}"; filename="${quote(file.field)}"`,
    'Content-Type: application/octet-stream\r\n\r\n',
  );
  const head = Buffer.from(texts.join('') + opening);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: head.byteLength + file.bytes.byteLength + tail.byteLength,
    stream: join(head, file, tail),
  };
}
