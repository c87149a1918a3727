import { createReadStream } from 'node:fs';

/** What a stand-in answers. A stream needs its length in the headers. */
export interface Reply {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer | { file: string } | AsyncIterable<Buffer>;
  /** The upstream's error code, for the log. */
  errorCode?: string;
}

export async function* bytesOf(body: NonNullable<Reply['body']>): AsyncGenerator<Buffer> {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (Buffer.isBuffer(body)) yield body;
  else yield* 'file' in body ? (createReadStream(body.file) as AsyncIterable<Buffer>) : body;
}
