import { RefusedError, TemporaryError } from '#app/protocol';
import { answerClass } from './answer-classes.js';
import type { ApiError } from './parse-api-answer.js';

const FINAL = new Set(['sign-in-lost', 'title-blacklisted', 'refused']);

/**
 * What administrators give as the reason when they block not a person but an address: a template that is for nothing else, or
 * the policy on proxies by itself. A mere mention of hosts, proxies or VPNs is no such thing: “Commons is not your personal web
 * host” is for people.
 * @see https://commons.wikimedia.org/wiki/Category:User_block_templates
 */
const OF_ADDRESS =
  /\{\{\s*(web ?host ?block|colocation ?web ?host|blocked ?proxy|zombie ?proxy|open ?proxy|range ?block)\s*(\||\}\}|$)|^\s*\[\[:?(m:|meta:)?(NOP|No[ _]open[ _]proxies)\b/i;

/** MediaWiki's own words about the address that asks; those about a person are “Your username or IP address”. */
const YOUR_ADDRESS = /\byour (current )?IP (address|range)\b/i;

/** The text without the reason, in which an administrator may write about any address. */
const ownWords = ({ info, blockReason = '' }: ApiError): string =>
  blockReason === '' ? info : info.replaceAll(blockReason, '');

/**
 * Wikibase hides its throttle behind `failed-save`: such an error takes the throttle's own code. A block of the address from which
 * this service asks has the same code as a block of the person: it takes the one that MediaWiki gives to its own blocks of addresses.
 */
function ownCode(error: ApiError): string {
  const { code, messageNames, blockReason = '', isSystemBlock } = error;
  if (messageNames.includes('actionthrottledtext')) return 'actionthrottledtext';
  const isOfAddress =
    isSystemBlock === true || OF_ADDRESS.test(blockReason) || YOUR_ADDRESS.test(ownWords(error));
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
