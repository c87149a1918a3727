import { randomBytes } from 'node:crypto';

/** Bytes handed to the connection at once. */
const SLICE = 64 * 1024;

export interface FilePart {
  readonly field: string;
  readonly bytes: Uint8Array | Blob;
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

async function* slices(bytes: Uint8Array | Blob): AsyncGenerator<Uint8Array> {
  const length = bytes instanceof Blob ? bytes.size : bytes.byteLength;
  for (let start = 0; start < length; start += SLICE) {
    yield bytes instanceof Blob
      ? new Uint8Array(await bytes.slice(start, start + SLICE).arrayBuffer())
      : bytes.subarray(start, start + SLICE);
  }
}

async function* join(head: Uint8Array, file: FilePart, tail: Uint8Array): AsyncGenerator<Uint8Array> {
  yield head;
  let sent = 0;
  for await (const slice of slices(file.bytes)) {
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
  const size = file.bytes instanceof Blob ? file.bytes.size : file.bytes.byteLength;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: head.byteLength + size + tail.byteLength,
    stream: join(head, file, tail),
  };
}
