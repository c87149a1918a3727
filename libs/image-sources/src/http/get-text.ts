import { request, type Dispatcher } from 'undici';

import { TemporaryError } from '#app/protocol';

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
}

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
    return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted)
      throw new TemporaryError('timeout', `${upstream} did not answer in time.`, { cause });
    throw new TemporaryError('network', `${upstream} could not be reached.`, { cause });
  }
}
