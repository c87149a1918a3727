import { setTimeout as delay } from 'node:timers/promises';

const STEP_MS = 20;

/**
 * Resolves with the first value of `look` that is neither null, undefined nor false.
 * @param what for the error's message: "waited 10 s for <what>"
 */
export async function waitUntil<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  for (const until = Date.now() + timeoutMs; ;) {
    const value = await look();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > until) throw new Error(`Waited ${timeoutMs / 1000} s for ${what}`);
    await delay(STEP_MS);
  }
}
