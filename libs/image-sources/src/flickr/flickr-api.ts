import pLimit, { type LimitFunction } from 'p-limit';
import type { Dispatcher } from 'undici';

import { TemporaryError, type SharedRate } from '#app/protocol';

import { getText } from '../http/get-text.js';
import type { JsonObject } from '../http/read-fields.js';
import { retry } from '../http/retry.js';
import { parseFlickrAnswer, RATE_LIMIT } from './parse-flickr-answer.js';

export interface FlickrApiOptions {
  /** `https://api.flickr.com/services/rest/`, or another address with the same interface. */
  apiUrl: string;
  key: string;
  /** Counts the calls of all processes. */
  rate: SharedRate;
  dispatcher: Dispatcher;
  userAgent: string;
  /** Milliseconds for one request. */
  requestTimeoutMs?: number;
  /** Factor on the delays between retries; 1 in production. */
  delayScale?: number;
}

/** Somebody waits for the answer, or only an upload does. */
export type Urgency = 'person' | 'upload';

/** What Flickr allows a key in an hour; uploads leave a part of it to people who look at collections. */
const CALLS_AN_HOUR: Readonly<Record<Urgency, number>> = { person: 3_600, upload: 3_000 };
const HOUR_SECONDS = 3_600;
const CALLS_AT_ONCE = 6;

const isWorthRetrying = (error: unknown): boolean =>
  error instanceof TemporaryError && error.code !== RATE_LIMIT && error.code !== 'redis';

/**
 * Flickr's REST API. It repeats single calls after connection errors, 5xx and "not available"; everything else is the
 * caller's. Errors: see parseFlickrAnswer, `timeout`, `network` and `redis`.
 * @see https://www.flickr.com/services/api/
 */
export class FlickrApi {
  private readonly base: string;
  private readonly limit: LimitFunction = pLimit(CALLS_AT_ONCE);

  constructor(private readonly options: FlickrApiOptions) {
    this.base = options.apiUrl.replace(/\/*$/, '/');
  }

  async call(
    method: string,
    params: Readonly<Record<string, string>>,
    { urgency = 'person', signal }: { urgency?: Urgency; signal?: AbortSignal | undefined } = {},
  ): Promise<JsonObject> {
    const { key, delayScale, requestTimeoutMs } = this.options;
    const query = { method, api_key: key, format: 'json', nojsoncallback: '1', ...params };
    const url = new URL(`${this.base}?${new URLSearchParams(query).toString()}`);
    const tryOnce = async (): Promise<JsonObject> => {
      await this.waitForRoom(urgency, signal);
      const answer = await getText(url, {
        dispatcher: this.options.dispatcher,
        headers: { accept: 'application/json', 'user-agent': this.options.userAgent },
        timeoutMs: requestTimeoutMs ?? 30_000,
        upstream: 'Flickr',
        signal,
      });
      return parseFlickrAnswer(method, answer);
    };
    return this.limit(async () => {
      signal?.throwIfAborted();
      return retry(tryOnce, { delayScale: delayScale ?? 1, isWorthRetrying, signal });
    });
  }

  private async waitForRoom(urgency: Urgency, signal: AbortSignal | undefined): Promise<void> {
    const rate = { key: 'flickr', calls: CALLS_AN_HOUR[urgency], seconds: HOUR_SECONDS };
    try {
      await this.options.rate.take(rate, signal);
    } catch (error) {
      if (!(error instanceof TemporaryError) || error.code !== 'rate-limit') throw error;
      const minutes = Math.ceil((error.retryAfterMs ?? 0) / 60_000);
      throw new TemporaryError(
        RATE_LIMIT,
        `This service has asked Flickr as often as it may in an hour. It can go on in ${minutes} min.`,
        { ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }), cause: error },
      );
    }
  }
}
