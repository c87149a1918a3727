import { parseRetryAfter, RefusedError, TemporaryError } from '#app/protocol';

import type { TextAnswer } from '../http/get-text.js';
import { parseJson } from '../http/parse-json.js';
import { asObject, readNumber, readObject, readText, type JsonObject } from '../http/read-fields.js';

export const TOO_MUCH_DATA = 'mapillary-too-much-data';
export const NOT_FOUND = 'mapillary-not-found';
export const RATE_LIMIT = 'mapillary-rate-limit';

/** Application, user, page and custom throttling. @see https://developers.facebook.com/docs/graph-api/overview/rate-limiting */
const THROTTLED = new Set([4, 17, 32, 341, 613]);
const BAD_TOKEN = new Set([102, 190]);
const PASSING = new Set([1, 2]);
const REST_MS = 60_000;

const withoutTokens = (text: string): string => text.replace(/MLY(?:\||%7C)[^\s"'&]+/gi, '…');

function refusal(answer: TextAnswer, error: JsonObject): TemporaryError | RefusedError {
  const code = readNumber(error, 'code');
  const message = withoutTokens(readText(error, 'message') ?? '');
  const wait = parseRetryAfter(answer.headers['retry-after']);
  if (code !== undefined && THROTTLED.has(code)) {
    return new TemporaryError(
      RATE_LIMIT,
      'Mapillary is answering too many requests just now. Try again in a minute.',
      {
        retryAfterMs: wait ?? REST_MS,
      },
    );
  }
  if (code !== undefined && BAD_TOKEN.has(code)) {
    return new RefusedError('mapillary-token', 'Mapillary does not accept the access token of this service.');
  }
  if (code === 1 && /reduce the amount of data/i.test(message)) {
    return new TemporaryError(TOO_MUCH_DATA, 'Mapillary could not answer for so many images at once.');
  }
  if (code === 803 || readNumber(error, 'error_subcode') === 33 || /does not exist/i.test(message)) {
    return new RefusedError(NOT_FOUND, 'Mapillary does not have this image, or does not show it.');
  }
  if (answer.status >= 500 || error['is_transient'] === true || (code !== undefined && PASSING.has(code))) {
    return new TemporaryError(`http-${answer.status}`, 'Mapillary has trouble answering.', {
      ...(wait !== undefined && { retryAfterMs: wait }),
    });
  }
  return new RefusedError(
    `mapillary-${code ?? answer.status}`,
    `Mapillary refused: ${message || 'no reason given'}`,
  );
}

function failureWithoutReason(answer: TextAnswer): TemporaryError | RefusedError {
  const { status, headers } = answer;
  const wait = parseRetryAfter(headers['retry-after']);
  if (status === 429) {
    return new TemporaryError(RATE_LIMIT, 'Mapillary is answering too many requests just now.', {
      retryAfterMs: wait ?? REST_MS,
    });
  }
  if (status < 400 || status >= 500) {
    return new TemporaryError(`http-${status}`, `Mapillary has trouble answering (HTTP ${status}).`, {
      ...(wait !== undefined && { retryAfterMs: wait }),
    });
  }
  if (status === 401) {
    return new RefusedError('mapillary-token', 'Mapillary does not accept the access token of this service.');
  }
  return new RefusedError(`http-${status}`, `Mapillary refused the request (HTTP ${status}).`);
}

function decode(body: string): JsonObject | undefined {
  try {
    return asObject(parseJson(body));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // an error page of a proxy; its status tells the rest
    throw error;
  }
}

/**
 * The one reader of the Graph API's answers: the decoded object, or what went wrong. Ids beyond 2^53 stay exact.
 * @throws TemporaryError `mapillary-rate-limit`, `mapillary-too-much-data` or `http-…`
 * @throws RefusedError `mapillary-not-found`, `mapillary-token` or `mapillary-<code>`; no message carries the token
 * @see https://www.mapillary.com/developer/api-documentation and https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export function parseMapillaryAnswer(answer: TextAnswer): JsonObject {
  const body = decode(answer.body);
  const error = readObject(body, 'error');
  if (error) throw refusal(answer, error);
  if (answer.status === 200 && body) return body;
  throw failureWithoutReason(answer);
}
