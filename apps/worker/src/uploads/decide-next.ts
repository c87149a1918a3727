import { RefusedError, TemporaryError, type StructuredError } from '#app/protocol';

/** Where in the pipeline an upstream failed. */
export type Step = 'source' | 'download' | 'lock' | 'check' | 'chunk' | 'commit' | 'structured-data';

export interface Tries {
  /** How often this step has failed in this run, this failure included. */
  here: number;
  /** How often the upload has already gone back to the queue, by kind; survives restarts. */
  requeues: Readonly<Record<string, number>>;
}

/** What to do after a failure. Times are milliseconds. */
export type Next =
  | { do: 'retry'; afterMs: number }
  /** The stash is gone: send the file from its first byte again. */
  | { do: 'restart-stash' }
  /** The wiki already holds bytes up to `offset`. */
  | { do: 'continue-at'; offset: number }
  /** The source's address has run out: ask the source for a new one. */
  | { do: 'resolve-source-again' }
  /** Back to `queued`. `kind` is counted against the upload; null costs nothing. */
  | { do: 'requeue'; afterMs: number; kind: string | null; reason: string }
  /** Back to `queued` until the rate window frees. */
  | { do: 'wait-for-rate-window' }
  /** Everything of this person waits until the next sign-in. */
  | { do: 'pause-user'; reason: string }
  /** The sign-in is worth nothing any more: everything queued with it fails. */
  | { do: 'expire-sign-in' }
  /** The file is published; what is missing is done later. */
  | { do: 'owe'; reason: string }
  | { do: 'fail'; error: StructuredError };

export const SESSION_EXPIRED = 'Your session has expired. Please log in and retry.';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const IN_PLACE_DELAYS = [3 * SECOND, 5 * SECOND, 10 * SECOND] as const;

/** How long the upload rests in the queue after its tries in place are used up, each time; then it fails. */
const REQUEUE_DELAYS: Record<string, readonly number[]> = {
  source: [10 * MINUTE],
  download: [10 * MINUTE],
  lock: [MINUTE, MINUTE, MINUTE],
  commons: [5 * MINUTE, 10 * MINUTE, 15 * MINUTE],
};

const STASH_GONE = new Set([
  'uploadstash-file-not-found',
  'stashedfilenotfound',
  'uploadstash-bad-path',
  'uploadstash-zero-length',
  'apierror-stashnosuchfilekey',
  'missingresult',
]);

const PAUSES_USER = new Set([
  'assertuserfailed',
  'assertnameduserfailed',
  'blocked',
  'autoblocked',
  'permissiondenied',
  'captcha',
]);

const THROTTLED = new Set(['ratelimited', 'actionthrottledtext']);
const WAITS = new Set(['maxlag', 'readonly']);

const MAX_STASH_RESTARTS = 2;

const sentence = (error: TemporaryError | RefusedError): string =>
  error.message.startsWith(`${error.code}:`) ? error.message : `${error.code}: ${error.message}`;

const failure = (error: TemporaryError | RefusedError): StructuredError => ({
  type: error.code.startsWith('titleblacklist-forbidden') ? 'title_blacklisted' : 'error',
  message: sentence(error),
});

const isThrottled = (error: TemporaryError | RefusedError): boolean =>
  THROTTLED.has(error.code) || error.messageNames.some((name) => THROTTLED.has(name));

const isStashGone = (error: TemporaryError | RefusedError): boolean =>
  STASH_GONE.has(error.code) ||
  (error.code === 'stashfailed' && error.message.includes('No chunked upload session with this key'));

function signInProblem(error: TemporaryError | RefusedError): Next | null {
  if (error.code.startsWith('mwoauth-')) {
    const pauses = error.message.includes('No approved grant') || error.code.includes('blocked-user');
    return pauses ? { do: 'pause-user', reason: sentence(error) } : { do: 'expire-sign-in' };
  }
  if (PAUSES_USER.has(error.code) || error.code.startsWith('globalblocking-')) {
    return { do: 'pause-user', reason: sentence(error) };
  }
  return null;
}

function tryAgain(step: Step, error: TemporaryError, tries: Tries): Next {
  const delay = IN_PLACE_DELAYS[tries.here - 1];
  if (delay !== undefined && step !== 'lock') return { do: 'retry', afterMs: error.retryAfterMs ?? delay };
  if (step === 'structured-data') return { do: 'owe', reason: sentence(error) };
  const kind = step in REQUEUE_DELAYS ? step : 'commons';
  const rest = REQUEUE_DELAYS[kind]?.[tries.requeues[kind] ?? 0];
  return rest === undefined
    ? { do: 'fail', error: failure(error) }
    : { do: 'requeue', afterMs: rest, kind, reason: sentence(error) };
}

/**
 * The one place that decides what follows a failure; pure.
 * The client has already dealt with what concerns a single request (lost connections of reads, tokens, nonces).
 */
export function decideNext(step: Step, error: unknown, tries: Tries): Next {
  if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;

  const problem = signInProblem(error);
  if (problem) return problem;

  if (isThrottled(error)) {
    return step === 'structured-data'
      ? tries.here <= 4
        ? { do: 'retry', afterMs: error.retryAfterMs ?? 15 * SECOND * tries.here }
        : { do: 'owe', reason: sentence(error) }
      : { do: 'wait-for-rate-window' };
  }
  if (WAITS.has(error.code)) {
    if (tries.here <= 3) return { do: 'retry', afterMs: (error.retryAfterMs ?? 5 * SECOND) * tries.here };
    return step === 'structured-data'
      ? { do: 'owe', reason: sentence(error) }
      : { do: 'requeue', afterMs: MINUTE, kind: null, reason: sentence(error) };
  }

  if (isStashGone(error) && (step === 'chunk' || step === 'commit')) {
    return tries.here <= MAX_STASH_RESTARTS ? { do: 'restart-stash' } : { do: 'fail', error: failure(error) };
  }
  if (step === 'chunk' && error.expectedOffset !== undefined && tries.here <= IN_PLACE_DELAYS.length) {
    return { do: 'continue-at', offset: error.expectedOffset };
  }
  if (error.code === 'download-expired') {
    return tries.here === 1 ? { do: 'resolve-source-again' } : { do: 'fail', error: failure(error) };
  }
  if (step === 'structured-data' && error.code === 'editconflict' && tries.here <= 4) {
    return { do: 'retry', afterMs: 0 };
  }
  if (error instanceof TemporaryError) return tryAgain(step, error, tries);
  return step === 'structured-data'
    ? { do: 'owe', reason: sentence(error) }
    : { do: 'fail', error: failure(error) };
}
