import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldLock, RedisLocks } from '#app/persistence';
import { TemporaryError } from '#app/protocol';

const LOOK_EVERY_MS = 100;

export interface LockTimes {
  /** How long it outlives its process. */
  ttlMs: number;
  /** How long to wait for whoever has it. */
  timeoutMs: number;
}

/**
 * Takes a lock, waiting for it if need be.
 * @throws TemporaryError `locked` when somebody else has it all the time, `redis` @throws the signal's reason
 */
export async function acquireLock(
  locks: RedisLocks,
  key: string,
  { ttlMs, timeoutMs }: LockTimes,
  signal: AbortSignal,
): Promise<HeldLock> {
  for (const until = performance.now() + timeoutMs; ;) {
    signal.throwIfAborted();
    const lock = await locks.acquire(key, ttlMs);
    if (lock) return lock;
    const left = until - performance.now();
    if (left <= 0) throw new TemporaryError('locked', 'This file is being written for another export.');
    await sleep(Math.min(LOOK_EVERY_MS, left), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
