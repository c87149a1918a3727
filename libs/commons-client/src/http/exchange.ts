import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import type { CookieJar } from 'tough-cookie';
import { request, type Dispatcher } from 'undici';
import type { AnswerHeaders } from '../answers/parse-api-answer.js';
import { withDeadline } from './with-deadline.js';

const unzip = promisify(gunzip);

/** No answer of an API is larger, packed or unpacked. */
const MAX_ANSWER = 32 * 1024 * 1024;

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly jar: CookieJar;
  readonly dispatcher: Dispatcher;
  readonly beforeSending?: (() => void) | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: string;
}

async function readBody(answer: Dispatcher.ResponseData): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer.body as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > MAX_ANSWER) throw new Error(`The answer is longer than ${MAX_ANSWER} bytes`);
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  const packed = answer.headers['content-encoding'] === 'gzip';
  return (packed ? await unzip(bytes, { maxOutputLength: MAX_ANSWER }) : bytes).toString('utf8');
}

async function keepCookies({ jar, url }: Exchange, headers: AnswerHeaders): Promise<void> {
  const cookies = headers['set-cookie'] ?? [];
  for (const cookie of Array.isArray(cookies) ? cookies : [cookies]) {
    // A cookie that the jar finds wrong (foreign domain, …) is left out, as browsers do.
    await jar.setCookie(cookie, url.href, { ignoreError: true });
  }
}

/** One HTTP exchange: sends and keeps cookies, follows no redirects, reads the answer as text. @throws whatever the connection throws */
export async function exchange(what: Exchange): Promise<HttpAnswer> {
  const { method, url, jar, dispatcher, timeoutMs, body } = what;
  const cookie = await jar.getCookieString(url.href);
  return withDeadline(timeoutMs, what.signal, async (signal) => {
    what.beforeSending?.();
    const answer = await request(url, {
      method,
      dispatcher,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
      headers: { 'accept-encoding': 'gzip', ...what.headers, ...(cookie ? { cookie } : {}) },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : Readable.from(body, { highWaterMark: 2 }) }),
    });
    await keepCookies(what, answer.headers);
    return { status: answer.statusCode, headers: answer.headers, body: await readBody(answer) };
  });
}
