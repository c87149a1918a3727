import { decideNext, isMereWait, type Next, type Recoveries, type Step } from './decide-next.js';
import { Halt } from './halt.js';
import { pause } from './pause.js';

export type Recovery = Extract<Next, { do: keyof Recoveries }>;

export interface AttemptOptions {
  requeues: Readonly<Record<string, number>>;
  signal: AbortSignal;
  /** Factor on every delay; 1 in production. */
  delayScale: number;
  /** Counts recoveries beyond this attempt, where the same trouble can come back at another attempt of the same run. */
  recoveries?: Recoveries;
  /** Prepares the next try where waiting alone does not help. */
  recover?: (recovery: Recovery) => Promise<void>;
  onFailure?: (error: Error, next: Next) => void;
}

/**
 * Runs one step of the pipeline until it succeeds or `decideNext` says otherwise.
 * @throws Halt with what becomes of the upload; the signal's reason when aborted; anything that is not an upstream's failure
 */
export async function attempt<T>(step: Step, work: () => Promise<T>, options: AttemptOptions): Promise<T> {
  const recoveries = options.recoveries ?? {};
  // Being asked to wait uses up none of the tries of what fails.
  let failed = 0;
  let waited = 0;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof Halt) throw error;
      const here = isMereWait(error) ? (waited += 1) : (failed += 1);
      const next = decideNext(step, error, { here, recoveries, requeues: options.requeues });
      if (error instanceof Error) options.onFailure?.(error, next);
      switch (next.do) {
        case 'retry':
          await pause(next.afterMs * options.delayScale, options.signal);
          break;
        case 'restart-stash':
        case 'continue-at':
        case 'poll':
        case 'resolve-source-again':
          if (!options.recover) throw error;
          failed -= 1;
          recoveries[next.do] = (recoveries[next.do] ?? 0) + 1;
          await options.recover(next);
          break;
        case 'requeue':
        case 'wait-for-rate-window':
        case 'pause-user':
        case 'pause-service':
        case 'expire-sign-in':
        case 'owe':
        case 'fail':
          throw new Halt(next);
      }
    }
  }
}
