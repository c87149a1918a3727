/** Milliseconds between attempts to connect: full jitter, see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export interface Backoff {
  /** The most before the second attempt; it doubles with each further one. */
  readonly baseMs: number;
  readonly maxMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { baseMs: 500, maxMs: 30_000 };

/** @param attempt 0 for the first wait */
export const waitBefore = (attempt: number, { baseMs, maxMs }: Backoff, random = Math.random): number =>
  random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
