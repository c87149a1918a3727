import { request, type Dispatcher } from 'undici';

import { readLimited, TemporaryError } from '#app/protocol';

export interface TextAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

export interface GetTextOptions {
  dispatcher: Dispatcher;
  headers: Record<string, string>;
  /** Milliseconds for the whole exchange. */
  timeoutMs: number;
  /** Whom a person is told about, e.g. `Mapillary`. */
  upstream: string;
  signal?: AbortSignal | undefined;
  /** More than any answer has. */
  maxBytes?: number;
}

const MAX_BYTES = 32 * 1024 * 1024;

/**
 * One GET, one try, redirects not followed.
 * @throws TemporaryError `timeout` or `network`; the signal's reason when the caller aborts
 */
export async function getText(url: URL, options: GetTextOptions): Promise<TextAnswer> {
  const { dispatcher, headers, timeoutMs, upstream, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(url, {
      dispatcher,
      headers,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const body = await readLimited(response.body, options.maxBytes ?? MAX_BYTES);
    return { status: response.statusCode, headers: response.headers, body };
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted)
      throw new TemporaryError('timeout', `${upstream} did not answer in time.`, { cause });
    throw new TemporaryError('network', `${upstream} could not be reached.`, { cause });
  }
}
