import type { FileLink, StructuredError } from './nouns.js';
import type { UploadStatus } from './upload-lifecycle.js';

/** Finds file pages on Commons by the value of an identifying property (P1947, P12120). */
export interface ExistingFiles {
  /** @param property e.g. `P1947` @returns value → file pages @throws TemporaryError when the query service is down */
  findByProperty(
    property: string,
    values: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, FileLink[]>>;
}

/** A shared cache of text; a miss and a broken cache look the same. */
export interface Cache {
  find(key: string): Promise<string | null>;
  keep(key: string, value: string, ttlSeconds: number): Promise<void>;
}

/** Lets a limited number of holders in at once, over all processes. */
export interface SharedLimiter {
  /** Waits for a place under `key`, runs `work`, gives the place back. */
  run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** So many calls may begin in any span of so many seconds. */
export interface CallRate {
  /** What the calls are counted under; callers with fewer `calls` under the same key leave the rest to others. */
  key: string;
  calls: number;
  seconds: number;
}

/** Counts calls over all processes. */
export interface SharedRate {
  /**
   * Returns when one more call may begin, and counts it.
   * @throws TemporaryError `rate-limit`, with `retryAfterMs`, when that would be long from now
   */
  take(rate: CallRate, signal?: AbortSignal): Promise<void>;
}

/** The services outside, by the names under which their requests are counted. */
export const UPSTREAMS = [
  'commons',
  'wikidata',
  'wcqs',
  'replica',
  'mapillary',
  'flickr',
  'geocoding',
  'download',
] as const;
export type Upstream = (typeof UPSTREAMS)[number];

/** A request to an upstream as it is counted, timed and traced: without its parameters, some of which are secrets. */
export interface ObservedRequest {
  readonly upstream: Upstream;
  readonly method: 'GET' | 'POST' | 'SQL';
  /** The module of the API, e.g. `upload`; elsewhere what is asked for, in a word of ours. */
  readonly action: string;
}

/** Watches the requests to an upstream. */
export interface RequestObserver {
  /** A request is being sent. @returns to be called once with what came of it: `ok`, the code of the error, or `lost` when no answer came */
  begin(request: ObservedRequest): (outcome: string) => void;
}

/** Is told of uploads that have reached their final status, after it is committed. */
export interface UploadObserver {
  /** @param error of those that failed */
  ended(status: UploadStatus, error: StructuredError | null, count: number): void;
}
