import { answerClass } from '#app/commons-client';
import { DomainError, RefusedError, TemporaryError } from '#app/protocol';
import { WaitUntil } from '../jobs/job-stops.js';

const MINUTE_MS = 60_000;
const REST_MS = 10 * MINUTE_MS;

/** What a failure that is about more than one page means for the job. Anything else is returned as it is. @param delayScale 1 in production */
export function toJobFailure(error: unknown, delayScale: number): unknown {
  if (!(error instanceof TemporaryError || error instanceof RefusedError)) return error;
  const later = (ms: number): WaitUntil => new WaitUntil(new Date(Date.now() + ms));
  const kind = answerClass(error);
  if (kind === 'waiting' || kind === 'throttled')
    return later(Math.max(error.retryAfterMs ?? 0, MINUTE_MS * delayScale));
  if (kind === 'service-blocked' || kind === 'turned-away') return later(REST_MS * delayScale);
  if (kind === 'user-stopped')
    return new DomainError('FORBIDDEN', `The wiki does not let you edit (${error.message})`);
  return error;
}
