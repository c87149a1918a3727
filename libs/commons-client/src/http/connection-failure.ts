import { TemporaryError } from '#app/protocol';
import { textAt } from '../json.js';
import { DeadlineError } from './with-deadline.js';

/** The request cannot have reached the other side. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|(CERT|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_TLS|ERR_SSL)_.*)$/;

const SENT =
  /^(E(?!RR_)[A-Z0-9]+|HPE_.*|Z_.*|UND_ERR_(SOCKET|CLOSED|DESTROYED|HEADERS_OVERFLOW|RES_.*|.*_TIMEOUT))$/;

const codeOf = (error: unknown): string | undefined =>
  textAt(error, 'code') ??
  // Node gathers the failures of several addresses of one host.
  (error instanceof AggregateError ? codeOf(error.errors[0]) : undefined);

export interface LostExchange {
  readonly failure: TemporaryError;
  /** The other side may have done what was asked. */
  readonly mayHaveHappened: boolean;
}

/** What a broken exchange means, or null when the error is no matter of the connection. @param host named in the message */
export function explainLostExchange(error: unknown, host: string): LostExchange | null {
  if (error instanceof DeadlineError) {
    const failure = new TemporaryError('timeout', `timeout: ${error.message} from ${host}`, { cause: error });
    return { failure, mayHaveHappened: true };
  }
  const code = codeOf(error) ?? '';
  const neverSent = NEVER_SENT.test(code);
  if (!neverSent && !SENT.test(code)) return null;
  const failure = new TemporaryError('network', `network: ${host} could not be reached (${code})`, {
    cause: error,
  });
  return { failure, mayHaveHappened: !neverSent };
}
