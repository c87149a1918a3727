import { createHash, randomUUID, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';

import busboy from 'busboy';

import type { Bandwidth } from './bandwidth.js';

/** A file part of a form, kept on disk. */
export interface ReceivedFile {
  path: string;
  size: number;
  /** SHA-1 of the bytes so far; `copy()` before `digest()`. */
  hash: Hash;
  /** The first bytes, enough to tell the file's type. */
  head: Buffer;
}

/** A request whose body has arrived. */
export interface Incoming {
  method: string;
  path: string;
  /** Address as the client wrote it, without the query string. */
  baseUrl: string;
  headers: IncomingHttpHeaders;
  query: [name: string, value: string][];
  /** Fields of a form, url-encoded or multipart. */
  form: [name: string, value: string][];
  multipart: boolean;
  files: Map<string, ReceivedFile>;
  /** The body of anything that is not a form. */
  text: string;
  /** Query and form together; the form wins. */
  params: Record<string, string>;
  bytes: number;
  /** True if the body was longer than the server takes; it was read and thrown away. */
  tooLarge: boolean;
  /** Filled in by the stand-in once it knows who asks. */
  user: string | null;
  action: string;
  step: string;
  /** Requests of the same user in flight when this one arrived, itself included. */
  concurrent: number;
}

const HEAD_BYTES = 256 * 1024;

export interface ReceiveOptions {
  line: Bandwidth;
  directory: string;
  maxBytes: number;
}

/** Reads a request to its end. File parts go to `directory` and are the caller's to move or leave. */
export async function receive(
  request: IncomingMessage,
  { line, directory, maxBytes }: ReceiveOptions,
): Promise<Incoming> {
  const baseUrl = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const incoming: Incoming = {
    method: request.method ?? 'GET',
    path: baseUrl.pathname,
    baseUrl: baseUrl.origin + baseUrl.pathname,
    headers: request.headers,
    query: [...baseUrl.searchParams],
    form: [],
    multipart: false,
    files: new Map(),
    text: '',
    params: {},
    bytes: 0,
    tooLarge: false,
    user: null,
    action: '',
    step: '',
    concurrent: 1,
  };
  const count = (bytes: number): void => void (incoming.bytes += bytes);
  const type = request.headers['content-type'] ?? '';
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    incoming.tooLarge = true;
    for await (const _ of line.pace(request, count));
  } else if (type.startsWith('multipart/form-data')) {
    incoming.multipart = true;
    await readMultipart(paced(request, line, count), incoming, directory);
  } else {
    const pieces: Buffer[] = [];
    for await (const piece of line.pace(request, count)) pieces.push(piece);
    incoming.text = Buffer.concat(pieces).toString('utf8');
    if (type.startsWith('application/x-www-form-urlencoded'))
      incoming.form = [...new URLSearchParams(incoming.text)];
  }
  incoming.params = Object.fromEntries([...incoming.query, ...incoming.form]);
  return incoming;
}

async function readMultipart(body: Readable, incoming: Incoming, directory: string): Promise<void> {
  const parser = busboy({
    headers: incoming.headers,
    limits: { fieldSize: 16 * 1024 * 1024 },
    defParamCharset: 'utf8',
  });
  const written: Promise<void>[] = [];
  parser.on('field', (name, value) => incoming.form.push([name, value]));
  parser.on('file', (name, stream) => {
    const file: ReceivedFile = {
      path: path.join(directory, randomUUID()),
      size: 0,
      hash: createHash('sha1'),
      head: Buffer.alloc(0),
    };
    incoming.files.set(name, file);
    const writing = keep(stream, file);
    // Awaited below; this only keeps an early failure from counting as unhandled.
    writing.catch(() => undefined);
    written.push(writing);
  });
  await pipeline(body, parser);
  await Promise.all(written);
}

/** A line without a limit is not worth a stream between. */
function paced(request: IncomingMessage, line: Bandwidth, count: (bytes: number) => void): Readable {
  if (line.bytesPerSecond !== null) return Readable.from(line.pace(request, count));
  return request.on('data', (piece: Buffer) => count(piece.length));
}

/** Writes a part to disk and looks at it as it passes. */
async function keep(part: AsyncIterable<Buffer>, file: ReceivedFile): Promise<void> {
  const disk = createWriteStream(file.path);
  const written = finished(disk);
  // Awaited below; this only keeps an early failure from counting as unhandled.
  written.catch(() => undefined);
  try {
    for await (const piece of part) {
      if (file.head.length < HEAD_BYTES)
        file.head = Buffer.concat([file.head, piece.subarray(0, HEAD_BYTES - file.head.length)]);
      file.hash.update(piece);
      file.size += piece.length;
      if (!disk.write(piece)) await Promise.race([once(disk, 'drain'), written]);
    }
  } finally {
    disk.end();
    await written;
  }
}

/** Removes the file parts that nobody has moved away. */
export async function discardFiles(incoming: Incoming): Promise<void> {
  await Promise.all([...incoming.files.values()].map((file) => rm(file.path, { force: true })));
}
