import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import busboy from 'busboy';
import { recordedAnswer } from './recorded-answers.js';

export interface SeenRequest {
  /** Unix milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of the query string and the body, whatever its encoding, in the order sent. */
  readonly params: URLSearchParams;
  /** Where the file stood among the fields, and what it held. */
  readonly file?: { readonly after: number; readonly bytes: Buffer };
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: unknown;
  readonly gzip?: boolean;
  /** Cuts the connection instead of answering. */
  readonly cut?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
}

/** What was recorded under this name. */
export const recorded = (name: string): Reply => {
  const { status, headers, body } = recordedAnswer(name);
  return { status, headers, body };
};

export type Answerer = (request: SeenRequest, index: number) => Reply | Promise<Reply>;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

type Parsed = Pick<SeenRequest, 'params' | 'file'>;

function parseMultipart(request: IncomingMessage): Promise<Parsed> {
  const params = new URLSearchParams();
  let file: SeenRequest['file'];
  return new Promise((resolve, reject) => {
    const parser = busboy({ headers: request.headers });
    parser.on('field', (name, value) => params.append(name, value));
    parser.on('file', (_name, stream) => {
      const parts: Buffer[] = [];
      const after = [...params].length;
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => (file = { after, bytes: Buffer.concat(parts) }));
    });
    parser.on('close', () => resolve({ params, ...(file ? { file } : {}) }));
    parser.on('error', reject);
    request.on('error', reject);
    request.pipe(parser);
  });
}

async function parse(request: IncomingMessage): Promise<SeenRequest> {
  const at = Date.now();
  const { method = '', headers } = request;
  const url = new URL(request.url ?? '', `http://${headers.host}`);
  const multipart = headers['content-type']?.startsWith('multipart/form-data') ?? false;
  const body: Parsed = multipart
    ? await parseMultipart(request)
    : { params: new URLSearchParams((await readBody(request)).toString()) };
  const params = new URLSearchParams([...url.searchParams, ...body.params]);
  return { at, method, url, headers, params, ...(body.file ? { file: body.file } : {}) };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = {}, gzip, cut, hang }: Reply): void {
  if (hang) return;
  if (cut) {
    response.socket?.destroy();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { ...headers, ...(gzip ? { 'content-encoding': 'gzip' } : {}) });
  response.end(gzip ? gzipSync(text) : text);
}

/** An HTTP server on loopback that answers as told and remembers what it was asked. For specs. */
export class ReplayServer {
  readonly seen: SeenRequest[] = [];
  private answer: Answerer = () => ({ status: 500, body: 'No answer prepared' });
  private readonly server = createServer((request, response) => {
    parse(request)
      .then(async (seen) => send(response, await this.answer(seen, this.seen.push(seen) - 1)))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get origin(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Forgets what was seen. CSRF tokens are given out as `token-<n>+\`; all else is answered by `answer`. */
  reply(answer: Answerer): void {
    this.seen.length = 0;
    let tokens = 0;
    this.answer = (request, index) =>
      request.params.get('meta') === 'tokens'
        ? { body: { query: { tokens: { csrftoken: `token-${(tokens += 1)}+\\` } } } }
        : answer(request, index);
  }

  /** Answers in this order, the last one again and again. */
  replyWith(...replies: readonly Reply[]): void {
    let next = 0;
    this.reply(() => replies[Math.min(next++, replies.length - 1)] ?? {});
  }

  /** Requests other than those for CSRF tokens. */
  get calls(): SeenRequest[] {
    return this.seen.filter(({ params }) => params.get('meta') !== 'tokens');
  }
}
