import type { StructuredError } from '#app/protocol';
import type { Next } from './decide-next.js';

/** What ends a run before its pipeline does. */
export type Ending =
  | Extract<
      Next,
      {
        do:
          | 'requeue'
          | 'wait-for-rate-window'
          | 'pause-user'
          | 'pause-service'
          | 'expire-sign-in'
          | 'owe'
          | 'fail';
      }
    >
  /** Stashed, but not to be committed before `until`; `isLate` when the plan had promised an earlier moment. */
  | { do: 'wait-for-turn'; until: Date; isLate: boolean }
  /** The owner or an administrator cancelled it. */
  | { do: 'cancel' }
  /** Another worker has it now: touch nothing. */
  | { do: 'abandon' }
  /** This process is shutting down: give it back at once. */
  | { do: 'release' };

/** Leaves the pipeline from any depth; only the runner catches it. */
export class Halt extends Error {
  constructor(readonly ending: Ending) {
    super(ending.do);
    this.name = 'Halt';
  }
}

export const failWith = (message: string, type: 'error' | 'title_blacklisted' = 'error'): Halt => {
  const error: StructuredError = { type, message };
  return new Halt({ do: 'fail', error });
};
