import { answerClass, type AnswerClass } from '#app/commons-client';
import { RefusedError, TemporaryError, type StructuredError } from '#app/protocol';

/** Where in the pipeline an upstream failed. */
export type Step = 'source' | 'download' | 'lock' | 'check' | 'chunk' | 'commit' | 'structured-data';

export interface Tries {
  /** How often this step has failed in this run, this failure included. */
  here: number;
  /** How often it was prepared anew instead of just repeated. */
  recoveries: number;
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
  /** The wiki is at it already: ask for its result instead of sending again. */
  | { do: 'poll' }
  /** The source's address has run out: ask the source for a new one. */
  | { do: 'resolve-source-again' }
  /** Back to `queued`. `kind` is counted against the upload; null costs nothing. */
  | { do: 'requeue'; afterMs: number; kind: string | null; reason: string }
  /** Back to `queued` until the rate window frees. */
  | { do: 'wait-for-rate-window' }
  /** Everything of this person waits until the next sign-in. */
  | { do: 'pause-user'; reason: string }
  /** The wiki blocks this service's address: everything of everybody waits, and nothing fails. */
  | { do: 'pause-service'; reason: string }
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

const MAX_STASH_RESTARTS = 2;
const MAX_THROTTLED_EDITS = 4;

const sentence = (error: TemporaryError | RefusedError): string =>
  error.message.startsWith(`${error.code}:`) ? error.message : `${error.code}: ${error.message}`;

const fail = (error: TemporaryError | RefusedError): Next => ({
  do: 'fail',
  error: {
    type: answerClass(error) === 'title-blacklisted' ? 'title_blacklisted' : 'error',
    message: sentence(error),
  },
});

function tryAgain(step: Step, error: TemporaryError | RefusedError, tries: Tries, inPlace = 3): Next {
  const delay = IN_PLACE_DELAYS[tries.here - 1];
  if (delay !== undefined && tries.here <= inPlace)
    return { do: 'retry', afterMs: error.retryAfterMs ?? delay };
  if (step === 'structured-data') return { do: 'owe', reason: sentence(error) };
  const kind = step in REQUEUE_DELAYS ? step : 'commons';
  const rest = REQUEUE_DELAYS[kind]?.[tries.requeues[kind] ?? 0];
  return rest === undefined ? fail(error) : { do: 'requeue', afterMs: rest, kind, reason: sentence(error) };
}

function afterSourceFailure(step: Step, error: TemporaryError | RefusedError, tries: Tries): Next {
  if (error.code === 'download-expired') {
    return tries.recoveries === 0 ? { do: 'resolve-source-again' } : fail(error);
  }
  if (error instanceof RefusedError) return fail(error);
  return tryAgain(step, error, tries, step === 'lock' ? 0 : 3);
}

/** The wiki's limits on the person: nothing is wrong, and no try is lost. */
function afterThrottle(step: Step, error: TemporaryError | RefusedError, tries: Tries): Next {
  if (step !== 'structured-data') return { do: 'wait-for-rate-window' };
  return tries.here <= MAX_THROTTLED_EDITS
    ? { do: 'retry', afterMs: error.retryAfterMs ?? 15 * SECOND * tries.here }
    : { do: 'owe', reason: sentence(error) };
}

function afterWait(step: Step, error: TemporaryError | RefusedError, tries: Tries): Next {
  if (tries.here <= 3) return { do: 'retry', afterMs: (error.retryAfterMs ?? 5 * SECOND) * tries.here };
  return step === 'structured-data'
    ? { do: 'owe', reason: sentence(error) }
    : { do: 'requeue', afterMs: MINUTE, kind: null, reason: sentence(error) };
}

function pollOnce(step: Step, error: TemporaryError | RefusedError, tries: Tries): Next {
  return tries.recoveries === 0 ? { do: 'poll' } : tryAgain(step, error, tries);
}

type Rule = (step: Step, error: TemporaryError | RefusedError, tries: Tries) => Next;

const RULES: Readonly<Record<AnswerClass, Rule>> = {
  busy: tryAgain,
  waiting: afterWait,
  throttled: afterThrottle,
  'stash-lost': (_step, error, { recoveries }) =>
    recoveries < MAX_STASH_RESTARTS ? { do: 'restart-stash' } : fail(error),
  'stash-complete': pollOnce,
  'already-running': pollOnce,
  'stale-token': tryAgain,
  'sign-again': tryAgain,
  'sign-in-lost': () => ({ do: 'expire-sign-in' }),
  'user-stopped': (_step, error) => ({ do: 'pause-user', reason: sentence(error) }),
  'service-blocked': (_step, error) => ({ do: 'pause-service', reason: sentence(error) }),
  'edit-conflict': (step, error, tries) =>
    tries.here <= 4 ? { do: 'retry', afterMs: 0 } : tryAgain(step, error, tries),
  'title-blacklisted': (_step, error) => fail(error),
  refused: (step, error) =>
    step === 'structured-data' ? { do: 'owe', reason: sentence(error) } : fail(error),
  unknown: (step, error, tries) =>
    tries.here === 1
      ? { do: 'retry', afterMs: IN_PLACE_DELAYS[0] }
      : step === 'structured-data'
        ? { do: 'owe', reason: sentence(error) }
        : fail(error),
};

/**
 * The one place that decides what follows a failure; pure.
 * The client has already dealt with what concerns a single request (lost connections of reads, tokens, nonces).
 */
export function decideNext(step: Step, error: unknown, tries: Tries): Next {
  if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
  if (error.code === 'redis' && step !== 'structured-data') {
    return { do: 'requeue', afterMs: MINUTE, kind: null, reason: sentence(error) };
  }
  if (step === 'source' || step === 'download' || step === 'lock') {
    return afterSourceFailure(step, error, tries);
  }
  if (step === 'chunk' && error.expectedOffset !== undefined && tries.here <= IN_PLACE_DELAYS.length) {
    return { do: 'continue-at', offset: error.expectedOffset };
  }
  return RULES[answerClass(error)](step, error, tries);
}
