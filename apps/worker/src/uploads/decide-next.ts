import { answerClass, type AnswerClass } from '#app/commons-client';
import { RefusedError, TemporaryError, type StructuredError } from '#app/protocol';

/** Where in the pipeline an upstream failed. */
export type Step = 'source' | 'download' | 'lock' | 'check' | 'chunk' | 'commit' | 'structured-data';

/** Ways to prepare a step anew where repeating it would not help, with how often each was taken. */
export type Recoveries = Partial<
  Record<'restart-stash' | 'continue-at' | 'poll' | 'resolve-source-again', number>
>;

export interface Tries {
  /** The try that failed: 1 for the first in this run. Waits that the wiki asks for are counted by themselves. */
  here: number;
  recoveries: Readonly<Recoveries>;
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
  | {
      do: 'pause-service';
      reason: string;
      /** There where it is a guess: what is to be done if a check shows that the wiki does let this service in. */
      otherwise?: Extract<Next, { do: 'requeue' | 'owe' | 'fail' }>;
    }
  /** The sign-in is worth nothing any more: everything queued with it fails. */
  | { do: 'expire-sign-in' }
  /** The file is published; what is missing is done later. */
  | { do: 'owe'; reason: string }
  | { do: 'fail'; error: StructuredError };

export const SESSION_EXPIRED = 'Your session has expired. Please log in and retry.';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const IN_PLACE_DELAYS = [3 * SECOND, 5 * SECOND, 10 * SECOND] as const;

/** How long the upload rests in the queue once its tries in place are used up; `commons` is for every step on the wiki. */
const REQUEUE_DELAYS: Record<string, readonly number[]> = {
  source: [10 * MINUTE],
  download: [10 * MINUTE],
  lock: [MINUTE, MINUTE, MINUTE],
  commons: [5 * MINUTE, 10 * MINUTE, 15 * MINUTE],
};

/** Somebody else's upload of the same file goes on; then this one will be its duplicate. */
const LOCK_REST = 10 * MINUTE;

const MAX_RECOVERIES = { 'restart-stash': 2, 'continue-at': 5, poll: 3, 'resolve-source-again': 1 };
const MAX_THROTTLED_EDITS = 4;

/** Who is asked to wait longer than this does so in the queue, not in a worker. */
const LONGEST_WAIT = 30 * SECOND;

type Failure = TemporaryError | RefusedError;
type Rule = (step: Step, error: Failure, tries: Tries) => Next;

const sentence = (error: Failure): string =>
  error.message.startsWith(`${error.code}:`) ? error.message : `${error.code}: ${error.message}`;

/** The upload ends with what the upstream said. */
export const fail = (error: Failure): Extract<Next, { do: 'fail' }> => ({
  do: 'fail',
  error: {
    type: answerClass(error) === 'title-blacklisted' ? 'title_blacklisted' : 'error',
    message: sentence(error),
  },
});

const mayRecover = (how: keyof Recoveries, { recoveries }: Tries): boolean =>
  (recoveries[how] ?? 0) < MAX_RECOVERIES[how];

/** Once more after 3, 5 and 10 s, or as long as the upstream asks; null when these tries are used up. */
function retryInPlace({ retryAfterMs = 0 }: Failure, { here }: Tries): Next | null {
  const delay = IN_PLACE_DELAYS[here - 1];
  if (delay === undefined || retryAfterMs > LONGEST_WAIT) return null;
  return { do: 'retry', afterMs: Math.max(delay, retryAfterMs) };
}

/** What is published is never failed for what comes after. */
const giveUp = (step: Step, error: Failure): Extract<Next, { do: 'owe' | 'fail' }> =>
  step === 'structured-data' ? { do: 'owe', reason: sentence(error) } : fail(error);

/** Gives the worker's place to others for minutes, as often as the step allows. */
function rest(
  step: Step,
  error: Failure,
  { requeues }: Tries,
): Extract<Next, { do: 'requeue' | 'owe' | 'fail' }> {
  const kind = step in REQUEUE_DELAYS ? step : 'commons';
  const delay = REQUEUE_DELAYS[kind]?.[requeues[kind] ?? 0];
  if (delay === undefined && step === 'lock') {
    return { do: 'requeue', afterMs: LOCK_REST, kind: null, reason: sentence(error) };
  }
  if (delay === undefined || step === 'structured-data') return giveUp(step, error);
  const afterMs = Math.max(delay, error.retryAfterMs ?? 0);
  return { do: 'requeue', afterMs, kind, reason: sentence(error) };
}

const tryAgain: Rule = (step, error, tries) => retryInPlace(error, tries) ?? rest(step, error, tries);

/** The wiki is there and cannot do it: after four tries a person shall know, except that what is only asked can be asked later. */
const tryBriefly: Rule = (step, error, tries) =>
  retryInPlace(error, tries) ?? (step === 'check' ? rest(step, error, tries) : giveUp(step, error));

const afterStashTrouble: Rule = (step, error, tries) =>
  step === 'commit' && error.code === 'stashfailed'
    ? tryBriefly(step, error, tries)
    : tryAgain(step, error, tries);

function afterSourceFailure(step: Step, error: Failure, tries: Tries): Next {
  if (error.code === 'download-expired') {
    return mayRecover('resolve-source-again', tries) ? { do: 'resolve-source-again' } : fail(error);
  }
  if (error instanceof RefusedError) return fail(error);
  if (step === 'lock') return rest(step, error, tries);
  if (step === 'source' && error.retryAfterMs !== undefined) {
    return (
      retryInPlace(error, tries) ?? {
        do: 'requeue',
        afterMs: error.retryAfterMs,
        kind: null,
        reason: sentence(error),
      }
    );
  }
  return tryAgain(step, error, tries);
}

/** The wiki's limits on the person: nothing is wrong, and no try is lost. */
function afterThrottle(step: Step, error: Failure, tries: Tries): Next {
  if (step !== 'structured-data') return { do: 'wait-for-rate-window' };
  return tries.here <= MAX_THROTTLED_EDITS
    ? { do: 'retry', afterMs: error.retryAfterMs ?? 15 * SECOND * tries.here }
    : { do: 'owe', reason: sentence(error) };
}

/** Nothing was done, and nothing is wrong with the upload: it waits as long as it takes. */
function afterWait(step: Step, error: Failure, { here }: Tries): Next {
  const asked = error.retryAfterMs ?? 5 * SECOND;
  if (here <= IN_PLACE_DELAYS.length && asked <= LONGEST_WAIT) return { do: 'retry', afterMs: asked * here };
  return step === 'structured-data'
    ? { do: 'owe', reason: sentence(error) }
    : { do: 'requeue', afterMs: Math.max(MINUTE, asked), kind: null, reason: sentence(error) };
}

const pollFirst: Rule = (step, error, tries) =>
  mayRecover('poll', tries) ? { do: 'poll' } : tryAgain(step, error, tries);

const RULES: Readonly<Record<AnswerClass, Rule>> = {
  away: tryAgain,
  busy: tryBriefly,
  'stash-away': afterStashTrouble,
  waiting: afterWait,
  throttled: afterThrottle,
  'stash-lost': (_step, error, tries) =>
    mayRecover('restart-stash', tries) ? { do: 'restart-stash' } : fail(error),
  'stash-complete': pollFirst,
  'already-running': pollFirst,
  'stale-token': tryAgain,
  'sign-again': tryAgain,
  'sign-in-lost': () => ({ do: 'expire-sign-in' }),
  'user-stopped': (_step, error) => ({ do: 'pause-user', reason: sentence(error) }),
  'service-blocked': (_step, error) => ({ do: 'pause-service', reason: sentence(error) }),
  // One upload whose text a filter refuses looks the same as an address that is blocked.
  'turned-away': (step, error, tries) => ({
    do: 'pause-service',
    reason: sentence(error),
    otherwise: rest(step, error, tries),
  }),
  'edit-conflict': (step, error, { here }) =>
    here <= IN_PLACE_DELAYS.length ? { do: 'retry', afterMs: 0 } : giveUp(step, error),
  'title-blacklisted': (_step, error) => fail(error),
  refused: giveUp,
  unknown: (step, error, { here }) =>
    here === 1 ? { do: 'retry', afterMs: IN_PLACE_DELAYS[0] } : giveUp(step, error),
};

/** Whether the upstream does not fail, but asks to come back later. */
export const isMereWait = (error: unknown): boolean =>
  (error instanceof TemporaryError || error instanceof RefusedError) &&
  ['waiting', 'throttled'].includes(answerClass(error));

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
  if (step === 'chunk' && error.expectedOffset !== undefined && mayRecover('continue-at', tries)) {
    return { do: 'continue-at', offset: error.expectedOffset };
  }
  return RULES[answerClass(error)](step, error, tries);
}
