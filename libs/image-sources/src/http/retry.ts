import { setTimeout as wait } from 'node:timers/promises';

const DELAYS_MS = [0, 1_000, 3_000] as const;

export interface RetryOptions {
  /** Factor on every delay; 1 in production. */
  delayScale: number;
  isWorthRetrying: (error: unknown) => boolean;
  signal?: AbortSignal | undefined;
}

/** Repeats a harmless request after 0, 1 and 3 s with jitter; the fourth failure is thrown as it is. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (const delay of DELAYS_MS) {
    try {
      return await work();
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!options.isWorthRetrying(error)) throw error;
      await wait(delay * options.delayScale * (0.75 + Math.random() / 2), undefined, {
        ...(options.signal && { signal: options.signal }),
      });
    }
  }
  return work();
}
