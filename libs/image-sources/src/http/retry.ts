import { setTimeout as wait } from 'node:timers/promises';

import { TemporaryError } from '#app/protocol';

const DELAYS_MS = [0, 1_000, 3_000] as const;

/** Somebody waits for the answer: an upstream that asks for more patience than this is told of instead. */
const LONGEST_WAIT_MS = 10_000;

export interface RetryOptions {
  /** Factor on every delay; 1 in production. */
  delayScale: number;
  isWorthRetrying: (error: unknown) => boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Repeats a harmless request after 0, 1 and 3 s with jitter, or as the upstream asks; the fourth failure is thrown as
 * it is.
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (const delay of DELAYS_MS) {
    try {
      return await work();
    } catch (error) {
      options.signal?.throwIfAborted();
      const asked = error instanceof TemporaryError ? (error.retryAfterMs ?? 0) : 0;
      if (!options.isWorthRetrying(error) || asked > LONGEST_WAIT_MS) throw error;
      await wait(Math.max(delay, asked) * options.delayScale * (0.75 + Math.random() / 2), undefined, {
        ...(options.signal && { signal: options.signal }),
      });
    }
  }
  return work();
}
