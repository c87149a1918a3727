import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';

import { request, type Dispatcher } from 'undici';

import { checkOutboundUrl, parseRetryAfter, RefusedError, TemporaryError } from '#app/protocol';

import { findMediaType, HEAD_BYTES, mayBeMedia, type MediaType } from './media-type.js';
import { OutboundAgents } from './outbound-agents.js';

export interface DownloadOptions {
  url: string;
  /** Path of the file to write; replaced if it exists, removed if the download fails. */
  to: string;
  /** `host`, `*.host` or `host:port`; see checkOutboundUrl. */
  allowedHosts: readonly string[];
  maxBytes: number;
  userAgent?: string;
  signal?: AbortSignal;
  /** Told once the source has begun to send media: the bytes that it announces, if it does. */
  onStart?: (announced: number | undefined) => void;
  /** Told the bytes that are on disk so far, at every piece. */
  onBytes?: (received: number) => void;
  /** Milliseconds without a byte, or with hardly any, until the download is given up. */
  stallTimeoutMs?: number;
  /** Keep-alive connections to share between downloads; without it this one makes its own. */
  agents?: OutboundAgents;
}

export interface DownloadedFile extends MediaType {
  /** Lower-case hexadecimal. */
  sha1: string;
  /** Bytes. */
  size: number;
}

const STALL_TIMEOUT_MS = 30_000;
/** Bytes that must come in each such time: a source that sends one now and then would hold its place for days. */
const LEAST_BYTES = 64 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Streams a file to disk while hashing it; memory does not depend on its size.
 * @throws TemporaryError `download-network`, `download-timeout`, `download-http-5xx`, `download-truncated`,
 * `download-not-media`, or `download-expired` when the address has run out (403, 410)
 * @throws RefusedError `download-host-refused`, `download-too-large`, `download-too-many-redirects`, `download-http-4xx`
 */
export async function downloadFile(options: DownloadOptions): Promise<DownloadedFile> {
  const agents = options.agents ?? new OutboundAgents();
  try {
    return await receive(await follow(options, agents), options);
  } catch (error) {
    await rm(options.to, { force: true });
    throw error;
  } finally {
    if (!options.agents) await agents.close();
  }
}

/** Redirects are followed here, not by the client, because each one names a host that has to be checked. */
async function follow(options: DownloadOptions, agents: OutboundAgents): Promise<Dispatcher.ResponseData> {
  let address = options.url;
  let previous: URL | null = null;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const checked = checkOutboundUrl(address, options.allowedHosts);
    refuseDowngrade(previous, checked.url);
    previous = checked.url;
    const response = await ask(checked.url, agents.forUrl(checked), options);
    if (!REDIRECTS.has(response.statusCode)) return response;
    const location = response.headers.location;
    await discard(response);
    if (typeof location !== 'string' || !URL.canParse(location, checked.url.href)) {
      throw new TemporaryError(`download-http-${response.statusCode}`, 'The source redirects to nowhere.');
    }
    address = new URL(location, checked.url).href;
  }
  throw new RefusedError('download-too-many-redirects', 'The source redirects too often.');
}

/** A source that is reached safely may not lead to where nothing is. */
function refuseDowngrade(from: URL | null, to: URL): void {
  if (from?.protocol !== 'https:' || to.protocol === 'https:') return;
  throw new RefusedError('download-host-refused', `The source leads from https to ${to.protocol}//.`);
}

async function ask(
  url: URL,
  dispatcher: Dispatcher,
  { signal, stallTimeoutMs = STALL_TIMEOUT_MS, userAgent }: DownloadOptions,
): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, {
      dispatcher,
      // Compressed bytes would not match Content-Length, and pictures gain nothing from it.
      headers: { 'accept-encoding': 'identity', ...(userAgent && { 'user-agent': userAgent }) },
      headersTimeout: stallTimeoutMs,
      bodyTimeout: stallTimeoutMs,
      signal: signal ?? null,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw asFailure(error, 'download-network');
  }
}

async function receive(response: Dispatcher.ResponseData, options: DownloadOptions): Promise<DownloadedFile> {
  const { body, headers } = response;
  const contentType = String(headers['content-type'] ?? '');
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  const problem =
    findStatusProblem(response) ??
    (mayBeMedia(contentType) ? null : notMedia(contentType)) ??
    (announced !== undefined && announced > options.maxBytes ? tooLarge(options.maxBytes) : null);
  if (problem) {
    await discard(response);
    throw problem;
  }

  options.onStart?.(announced);
  const hash = createHash('sha1');
  const head = new HeadOfFile(contentType);
  let size = 0;
  const file = await open(options.to, 'w', 0o600);
  try {
    const pace = new Pace(options.stallTimeoutMs ?? STALL_TIMEOUT_MS);
    for await (const piece of pieces(body, options.signal)) {
      size += piece.length;
      pace.note(piece.length);
      if (size > options.maxBytes) throw tooLarge(options.maxBytes);
      await head.add(piece);
      hash.update(piece);
      await file.writeFile(piece);
      options.onBytes?.(size);
    }
  } finally {
    await file.close();
  }
  if (announced !== undefined && size !== announced) throw truncated();
  return { ...(await head.getType()), sha1: hash.digest('hex'), size };
}

/** Notices a source that goes on, but hardly. */
class Pace {
  private began = performance.now();
  private bytes = 0;

  constructor(private readonly windowMs: number) {}

  /** @throws TemporaryError `download-timeout` */
  note(bytes: number): void {
    this.bytes += bytes;
    if (performance.now() - this.began < this.windowMs) return;
    if (this.bytes < LEAST_BYTES)
      throw new TemporaryError('download-timeout', 'The source sends too slowly.');
    this.began = performance.now();
    this.bytes = 0;
  }
}

/** Collects the first bytes and refuses what is no media file as soon as they are there. */
class HeadOfFile {
  private head = Buffer.alloc(0);
  private type: MediaType | undefined;

  constructor(private readonly contentType: string) {}

  async add(piece: Buffer): Promise<void> {
    if (this.head.length >= HEAD_BYTES) return;
    this.head = Buffer.concat([this.head, piece.subarray(0, HEAD_BYTES - this.head.length)]);
    if (this.head.length >= HEAD_BYTES) await this.getType();
  }

  async getType(): Promise<MediaType> {
    this.type ??= (await findMediaType(this.head)) ?? undefined;
    if (!this.type) throw notMedia(this.contentType && `${this.contentType}, but with other contents`);
    return this.type;
  }
}

/** The body's bytes, its faults translated; faults of the disk are not the source's and stay as they are. */
async function* pieces(
  body: AsyncIterable<unknown>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  try {
    for await (const piece of body) yield Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
  } catch (error) {
    signal?.throwIfAborted();
    throw asFailure(error, 'download-truncated');
  }
}

/** Nothing of the body is wanted; whatever becomes of it is no news. */
async function discard({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump({ limit: 16_384 });
}

function findStatusProblem({
  statusCode,
  headers,
}: Dispatcher.ResponseData): TemporaryError | RefusedError | null {
  if (statusCode === 200) return null;
  if (statusCode === 403 || statusCode === 410) {
    return new TemporaryError('download-expired', 'The address of the file is no longer valid.');
  }
  const code = `download-http-${statusCode}`;
  const message = `The source answered HTTP ${statusCode} instead of the file.`;
  if (statusCode >= 400 && statusCode < 500 && statusCode !== 408 && statusCode !== 429) {
    return new RefusedError(code, message);
  }
  const wait = parseRetryAfter(headers['retry-after']);
  return new TemporaryError(code, message, { ...(wait !== undefined && { retryAfterMs: wait }) });
}

const notMedia = (received: string): TemporaryError =>
  new TemporaryError(
    'download-not-media',
    `The source sent no picture, sound or film (${received || 'unknown type'}).`,
  );

const tooLarge = (maxBytes: number): RefusedError =>
  new RefusedError('download-too-large', `The file is larger than the ${maxBytes} bytes that are accepted.`);

const truncated = (cause?: unknown): TemporaryError =>
  new TemporaryError('download-truncated', 'The source stopped before the end of the file.', { cause });

function asFailure(error: unknown, otherwise: 'download-network' | 'download-truncated'): Error {
  if (error instanceof RefusedError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (TIMEOUTS.has(code)) {
    return new TemporaryError('download-timeout', 'The source stopped answering.', { cause: error });
  }
  return otherwise === 'download-truncated'
    ? truncated(error)
    : new TemporaryError('download-network', 'The source of the file could not be reached.', {
        cause: error,
      });
}
