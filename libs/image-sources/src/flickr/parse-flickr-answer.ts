import { parseRetryAfter, RefusedError, TemporaryError } from '#app/protocol';

import type { TextAnswer } from '../http/get-text.js';
import { parseJson } from '../http/parse-json.js';
import { asObject, readText, type JsonObject } from '../http/read-fields.js';
import { readNumeric } from './read-numeric.js';

export const NOT_FOUND = 'flickr-not-found';
export const RATE_LIMIT = 'flickr-rate-limit';
const UNAVAILABLE = 'flickr-unavailable';

const REST_MS = 60_000;

/**
 * Codes that say "not available now" whatever was asked: no reason given, search unavailable, service unavailable,
 * write failed, and an undocumented one that Flickr answers now and then.
 */
const PASSING: ReadonlySet<number> = new Set([0, 10, 105, 106, 201]);
const BAD_KEY = 100;

/** Codes below 10 mean something else in each method; these are the ones for "there is no such thing, or it is private". */
const ABSENT: Readonly<Record<string, readonly number[]>> = {
  'flickr.galleries.getPhotos': [1, 2],
  'flickr.groups.pools.getPhotos': [1, 2],
  'flickr.people.getPublicPhotos': [1, 2, 5],
  'flickr.photos.getInfo': [1, 2],
  'flickr.photos.getSizes': [1, 2],
  'flickr.photos.search': [2, 4, 5],
  'flickr.photosets.getPhotos': [1, 2],
  'flickr.urls.lookupGroup': [1],
  'flickr.urls.lookupUser': [1],
};

const waiting = (wait: number | undefined): { retryAfterMs?: number } =>
  wait === undefined ? {} : { retryAfterMs: wait };

function statusFailure({ status, headers }: TextAnswer): TemporaryError | RefusedError | null {
  const wait = parseRetryAfter(headers['retry-after']);
  if (status === 429) {
    return new TemporaryError(RATE_LIMIT, 'Flickr is answering too many requests just now.', {
      retryAfterMs: wait ?? REST_MS,
    });
  }
  if (status >= 500 || status === 408) {
    return new TemporaryError(
      `http-${status}`,
      `Flickr has trouble answering (HTTP ${status}).`,
      waiting(wait),
    );
  }
  if (status >= 400) {
    return new RefusedError(`http-${status}`, `Flickr refused the request (HTTP ${status}).`);
  }
  return null;
}

function decode(body: string): JsonObject | undefined {
  try {
    return asObject(parseJson(body));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refusal(method: string, answer: JsonObject): TemporaryError | RefusedError {
  const code = readNumeric(answer, 'code') ?? 0;
  const message = readText(answer, 'message') ?? 'no reason given';
  if (PASSING.has(code)) return new TemporaryError(UNAVAILABLE, 'Flickr is not available just now.');
  if (code === BAD_KEY) {
    return new RefusedError('flickr-key', 'Flickr does not accept the key of this service.');
  }
  if (ABSENT[method]?.includes(code) === true) {
    return new RefusedError(NOT_FOUND, 'Flickr does not have this, or does not show it to everyone.');
  }
  return new RefusedError(`flickr-${code}`, `Flickr refused: ${message}`);
}

/**
 * The one place that reads answers of Flickr's REST API (`format=json&nojsoncallback=1`). Flickr answers HTTP 200 with
 * `stat: "fail"` for what it refuses, and sometimes text that is no JSON while it has trouble.
 * @throws TemporaryError `flickr-unavailable`, `flickr-rate-limit`, `http-5xx`, `flickr-unreadable`
 * @throws RefusedError `flickr-not-found`, `flickr-key`, `flickr-<code>`, `http-4xx`
 * @see https://www.flickr.com/services/api/response.json.html
 */
export function parseFlickrAnswer(method: string, answer: TextAnswer): JsonObject {
  const failure = statusFailure(answer);
  if (failure) throw failure;
  const json = decode(answer.body);
  const stat = readText(json, 'stat');
  if (json && stat === 'ok') return json;
  throw json && stat === 'fail'
    ? refusal(method, json)
    : new TemporaryError('flickr-unreadable', 'Flickr answered something that cannot be read.');
}
