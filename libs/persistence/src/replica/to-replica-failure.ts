import { DomainError, TemporaryError } from '#app/protocol';
import { isStoreAway } from '../database/is-store-away.js';
import { sqlErrorNumber } from '../database/retry-on-deadlock.js';
import { SshRouteError } from './ssh-route.js';

/** Numbers for a statement that took too long. */
const STATEMENT_TIMEOUTS = new Set([1969, 3024, 1317]);
/** Access denied to the server, to the database. */
const REFUSALS = new Set([1045, 1044, 1698]);

/** Nothing was heard of a statement, not even that it took too long. */
export class NoAnswerError extends Error {
  constructor() {
    super('The replica does not answer');
    this.name = 'NoAnswerError';
  }
}

export const isRefusal = (error: unknown): boolean => REFUSALS.has(sqlErrorNumber(error) ?? 0);

/**
 * What became of a query, as one of our failures: TemporaryError where it may work later, DomainError where the operator has
 * to do something; anything else is a fault of ours and stays as it is.
 */
export function toReplicaFailure(error: unknown): unknown {
  if (error instanceof SshRouteError)
    return new DomainError('NOT_CONFIGURED', error.message, undefined, { cause: error });
  if (isRefusal(error)) {
    const message = 'The replica of Commons does not accept the credentials of this server.';
    return new DomainError('NOT_CONFIGURED', message, undefined, { cause: error });
  }
  if (error instanceof NoAnswerError || STATEMENT_TIMEOUTS.has(sqlErrorNumber(error) ?? 0)) {
    return new TemporaryError(
      'timeout',
      'The replica of Commons took too long to answer. Please try again later.',
      { cause: error },
    );
  }
  if (isStoreAway(error) || (error instanceof Error && 'code' in error && error.code === 'ENOTFOUND')) {
    return new TemporaryError(
      'network',
      'The replica of Commons cannot be reached right now. Please try again later.',
      { cause: error },
    );
  }
  return error;
}
