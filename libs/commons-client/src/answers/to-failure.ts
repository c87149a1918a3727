import { RefusedError, TemporaryError } from '#app/protocol';
import { answerClass } from './answer-classes.js';
import type { ApiError } from './parse-api-answer.js';

const FINAL = new Set(['sign-in-lost', 'title-blacklisted', 'refused']);

/** Wikibase hides its throttle behind `failed-save`: such an error takes the throttle's own code. */
const ownCode = (error: ApiError): string =>
  error.code !== 'actionthrottledtext' && error.messageNames.includes('actionthrottledtext')
    ? 'actionthrottledtext'
    : error.code;

/** The error to throw. Its message is `<code>: <info>`, with MediaWiki's own code. */
export function toFailure(error: ApiError): TemporaryError | RefusedError {
  const code = ownCode(error);
  const message = `${code}: ${error.info}`;
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
