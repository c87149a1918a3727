import type { RefusedError, TemporaryError } from '#app/protocol';
import { answerClass } from '../answers/answer-classes.js';
import { pause } from './pause.js';

/** What came of one try. */
export type Try<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly failure: TemporaryError | RefusedError;
      /** No answer of the wiki itself: a lost connection or a server before it. */
      readonly lost: boolean;
      /** The wiki may have done what was asked. */
      readonly mayHaveHappened: boolean;
    };

export interface TryAgainOptions {
  /** Asking twice does no harm. */
  readonly repeatable: boolean;
  readonly delayScale: number;
  readonly signal?: AbortSignal | undefined;
  /** Drops the CSRF token. */
  readonly renewToken: () => void;
  /** Drops cookies. */
  readonly renewSession: () => void;
}

/** Milliseconds before the second, third and fourth try. */
const DELAYS = [0, 1_000, 3_000] as const;
const MAX_NONCES = 3;
/** Milliseconds. Who must wait longer than this does so in the queue. */
export const LONGEST_WAIT = 30_000;
const JITTER = 0.25;

const withJitter = (ms: number): number => ms * (1 + JITTER * (2 * Math.random() - 1));

type Failed = Extract<Try<unknown>, { ok: false }>;

const isTransient = (failed: Failed): boolean => failed.lost || answerClass(failed.failure) === 'waiting';

/** Says how long to wait before the same request is worth another try; null when it is not. */
export class Patience {
  private transient = 0;
  private nonces = 0;
  private tokens = 0;
  private sessions = 0;

  constructor(private readonly options: TryAgainOptions) {}

  next(failed: Failed): number | null {
    return isTransient(failed) ? this.afterTransient(failed) : this.afterCredentials(failed.failure);
  }

  private afterTransient({ failure, mayHaveHappened }: Failed): number | null {
    if (mayHaveHappened && !this.options.repeatable) return null;
    const delay = DELAYS[this.transient];
    if (delay === undefined) return null;
    this.transient += 1;
    if (failure.retryAfterMs === undefined) return withJitter(delay) * this.options.delayScale;
    return failure.retryAfterMs <= LONGEST_WAIT ? failure.retryAfterMs : null;
  }

  private afterCredentials(failure: TemporaryError | RefusedError): number | null {
    if (failure.code === 'badtoken' && this.tokens < 1) {
      this.tokens += 1;
      this.options.renewToken();
      return 0;
    }
    if (failure.code !== 'mwoauth-invalid-authorization') return null;
    if (/Nonce already used/i.test(failure.message)) {
      this.nonces += 1;
      return this.nonces <= MAX_NONCES ? 0 : null;
    }
    const mayHeal = answerClass(failure) === 'sign-again' || /No approved grant/i.test(failure.message);
    if (!mayHeal || this.sessions > 0) return null;
    this.sessions += 1;
    this.options.renewSession();
    return 0;
  }
}

/**
 * The one place that repeats a request: lost connections, HTTP 5xx and 429, lagging replicas (after 0, 1, 3 s or what
 * `Retry-After` asks), an aged CSRF token and a used nonce at once, a signature or session that may heal once.
 * A request that is not repeatable and may have happened is never sent again.
 * @throws TemporaryError or RefusedError of the last try; the signal's reason
 */
export async function tryAgain<T>(attempt: () => Promise<Try<T>>, options: TryAgainOptions): Promise<T> {
  const patience = new Patience(options);
  for (;;) {
    const outcome = await attempt();
    if (outcome.ok) return outcome.value;
    const delay = patience.next(outcome);
    if (delay === null) throw outcome.failure;
    await pause(delay, options.signal);
  }
}
