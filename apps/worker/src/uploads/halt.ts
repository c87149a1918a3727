import type { StructuredError } from '#app/protocol';
import type { Next } from './decide-next.js';

/** What ends a run before its pipeline does. */
export type Ending =
  | Extract<
      Next,
      { do: 'requeue' | 'wait-for-rate-window' | 'pause-user' | 'expire-sign-in' | 'owe' | 'fail' }
    >
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
