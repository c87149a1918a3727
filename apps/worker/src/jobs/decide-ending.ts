import { DomainError, RefusedError, TemporaryError, type JobError } from '#app/protocol';
import { JobStopped, WaitUntil } from './job-stops.js';

/** What becomes of a job whose run ended with an error. */
export type JobDecision =
  | { do: 'cancel' }
  | { do: 'abandon' }
  /** Back to the queue, to be taken at once. */
  | { do: 'release' }
  | { do: 'wait'; until: Date }
  | { do: 'again'; afterMs: number }
  | { do: 'fail'; error: JobError };

/** Waits before a job is tried again that did not come on since the try before. */
const AGAIN_AFTER_MS = [5_000, 30_000, 120_000, 600_000];

/**
 * @param attempts failed tries since the job last came on
 * @param reference under which an unexpected error stands in the log
 */
export function decideEnding(error: unknown, attempts: number, reference: string): JobDecision {
  if (error instanceof JobStopped) return { do: error.reason };
  if (error instanceof WaitUntil) return { do: 'wait', until: error.until };
  if (error instanceof DomainError) return fail(error.code, error.message);
  if (error instanceof RefusedError) return fail('UPSTREAM_FAILED', error.message);
  const afterMs = AGAIN_AFTER_MS[attempts];
  if (error instanceof TemporaryError) {
    if (afterMs === undefined) return fail('UPSTREAM_UNAVAILABLE', error.message);
    return { do: 'again', afterMs: Math.max(afterMs, error.retryAfterMs ?? 0) };
  }
  if (afterMs !== undefined) return { do: 'again', afterMs };
  return fail('INTERNAL', `Something went wrong on our side (reference ${reference}).`);
}

const fail = (code: JobError['code'], message: string): JobDecision => ({
  do: 'fail',
  error: { code, message },
});

/** Whether the job was taken over so often without coming on that it seems to take its workers down. */
export const isPoisonous = (attempts: number): boolean => attempts > AGAIN_AFTER_MS.length;
