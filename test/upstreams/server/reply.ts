import { createReadStream } from 'node:fs';

/** What a stand-in answers: a stream, or files one after the other, need their length in the headers. */
export interface Reply {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer | { files: readonly string[] } | AsyncIterable<Buffer>;
  /** The upstream's error code, for the log. */
  errorCode?: string;
}

export async function* bytesOf(body: NonNullable<Reply['body']>): AsyncGenerator<Buffer> {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (Buffer.isBuffer(body)) yield body;
  else if (!('files' in body)) yield* body;
  else for (const file of body.files) yield* createReadStream(file) as AsyncIterable<Buffer>;
}
