/**
 * A program that moves files from the CDN to the stash of the wiki with nothing but streams: no database, no queue, no checks. It is
 * what the worker is held against. Reads a PlainStreamsTask from its standard input and prints a PlainStreamsResult.
 */
import { signRequest } from '#app/commons-client';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import pLimit from 'p-limit';
import { request } from 'undici';

interface KeyPair {
  key: string;
  secret: string;
}

export interface PlainStreamsTask {
  /** Each is downloaded once and stashed under a name of its own. */
  urls: readonly string[];
  apiUrl: string;
  consumer: KeyPair;
  token: KeyPair;
  chunkBytes: number;
  filesAtOnce: number;
  requestsAtOnce: number;
}

export interface PlainStreamsResult {
  /** From the first request for a file to the last answer of the wiki. */
  seconds: number;
  cpuSeconds: number;
  bytes: number;
}

interface StashAnswer {
  upload?: { result?: string; filekey?: string };
}

const USER_AGENT = 'CuratorBench/1.0 (https://github.com/; benchmark)';

class PlainStreams {
  private readonly wikiLine;
  private csrfToken = '';

  constructor(
    private readonly task: PlainStreamsTask,
    private readonly folder: string,
  ) {
    this.wikiLine = pLimit(task.requestsAtOnce);
  }

  async run(): Promise<PlainStreamsResult> {
    const query = `${this.task.apiUrl}?action=query&meta=tokens&format=json&formatversion=2`;
    const { body } = await request(query, { headers: this.headers('GET', query) });
    this.csrfToken = (
      (await body.json()) as { query: { tokens: { csrftoken: string } } }
    ).query.tokens.csrftoken;
    const fileLine = pLimit(this.task.filesAtOnce);
    const before = process.cpuUsage();
    const started = performance.now();
    const sizes = await Promise.all(this.task.urls.map((url) => fileLine(() => this.move(url))));
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    return { seconds, cpuSeconds: (user + system) / 1e6, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  private async move(url: string): Promise<number> {
    const file = path.join(this.folder, randomUUID());
    const size = await this.download(url, file);
    const filename = `Plain ${randomUUID()}.jpg`;
    let filekey: string | undefined;
    for (let offset = 0; offset < size; offset += this.task.chunkBytes) {
      const last = Math.min(offset + this.task.chunkBytes, size) - 1;
      const chunk = {
        filename,
        size,
        offset,
        filekey,
        bytes: createReadStream.bind(null, file, { start: offset, end: last }),
      };
      filekey = await this.wikiLine(() => this.stash(chunk, last - offset + 1));
    }
    await rm(file);
    return size;
  }

  private async download(url: string, to: string): Promise<number> {
    const { body } = await request(url);
    const hash = createHash('sha1');
    let size = 0;
    await pipeline(
      body,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const piece of source) {
          hash.update(piece);
          size += piece.length;
          yield piece;
        }
      },
      createWriteStream(to),
    );
    hash.digest('hex');
    return size;
  }

  private async stash(
    {
      filename,
      size,
      offset,
      filekey,
      bytes,
    }: {
      filename: string;
      size: number;
      offset: number;
      filekey: string | undefined;
      bytes: () => Readable;
    },
    length: number,
  ): Promise<string> {
    const boundary = `bench-${randomUUID()}`;
    const part = (name: string, value: string): string =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${value}`;
    const fields = {
      ...{ action: 'upload', stash: '1', ignorewarnings: '1', format: 'json', formatversion: '2' },
      ...{ filename, filesize: String(size), offset: String(offset), token: this.csrfToken },
      ...(filekey === undefined ? {} : { filekey }),
    };
    const head = Buffer.from(
      Object.entries(fields)
        .map(([name, value]) => part(name, `\r\n\r\n${value}\r\n`))
        .join('') + part('chunk', '; filename="chunk"\r\nContent-Type: application/octet-stream\r\n\r\n'),
    );
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    const { body } = await request(this.task.apiUrl, {
      method: 'POST',
      headers: {
        ...this.headers('POST', this.task.apiUrl),
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': String(head.length + length + tail.length),
      },
      body: Readable.from(
        (async function* () {
          yield head;
          yield* bytes() as AsyncIterable<Buffer>;
          yield tail;
        })(),
      ),
    });
    const answer = (await body.json()) as StashAnswer;
    if (answer.upload?.filekey === undefined) throw new Error(`The wiki answered ${JSON.stringify(answer)}`);
    return answer.upload.filekey;
  }

  private headers(method: string, url: string): Record<string, string> {
    const { consumer, token } = this.task;
    return { 'user-agent': USER_AGENT, authorization: signRequest({ method, url }, { consumer, token }) };
  }
}

const task = JSON.parse(await text(process.stdin)) as PlainStreamsTask;
const folder = await mkdtemp(path.join(tmpdir(), 'curator-bench-'));
try {
  console.log(JSON.stringify(await new PlainStreams(task, folder).run()));
} finally {
  await rm(folder, { recursive: true, force: true });
}
