import { RefusedError, TemporaryError } from '#app/protocol';
import { answerClass } from './answer-classes.js';
import type { ApiError } from './parse-api-answer.js';

const FINAL = new Set(['sign-in-lost', 'title-blacklisted', 'refused']);

/** What administrators write when they block not a person but the servers from which they come. */
const ABOUT_SERVERS = /\b(open )?prox(y|ies)\b|web ?host|hosting|coloca?tion|\bVPN\b|range ?block/i;

/**
 * Wikibase hides its throttle behind `failed-save`: such an error takes the throttle's own code. A block of the address from which
 * this service asks has the same code as a block of the person: it takes the one that MediaWiki gives to its own blocks of addresses.
 */
function ownCode({ code, messageNames, blockReason = '', isSystemBlock }: ApiError): string {
  if (messageNames.includes('actionthrottledtext')) return 'actionthrottledtext';
  const isOfAddress = isSystemBlock === true || ABOUT_SERVERS.test(blockReason);
  return code === 'blocked' && isOfAddress ? 'systemblocked' : code;
}

const infoOf = ({ info, blockReason }: ApiError): string =>
  blockReason && !info.includes(blockReason) ? `${info} (${blockReason})` : info;

/** The error to throw. Its message is `<code>: <info>`, with MediaWiki's own code; of a block also the reason. */
export function toFailure(error: ApiError): TemporaryError | RefusedError {
  const code = ownCode(error);
  const message = `${code}: ${infoOf(error)}`;
  const { messageNames, expectedOffset, retryAfterMs } = error;
  const details = {
    messageNames,
    ...(expectedOffset === undefined ? {} : { expectedOffset }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  return FINAL.has(answerClass({ code, message, messageNames }))
    ? new RefusedError(code, message, details)
    : new TemporaryError(code, message, details);
}
