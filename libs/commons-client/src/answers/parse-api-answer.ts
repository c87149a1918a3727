import { parseRetryAfter } from '#app/protocol';
import { isObject, listAt, numberAt, objectAt, textAt, type JsonObject } from '../json.js';

/** An error as MediaWiki, Wikibase or a server before them told it. */
export interface ApiError {
  /** MediaWiki's own; `http-<status>` or `not-json` when a server answered without one. */
  readonly code: string;
  readonly info: string;
  readonly httpStatus: number;
  /** Message names of Wikibase's `messages[]`, and the codes of further errors of the same answer. */
  readonly messageNames: readonly string[];
  /** Why the account or the address is blocked, as the administrator who did it put it. */
  readonly blockReason?: string;
  /** MediaWiki blocked the address by itself, as an open proxy, say. */
  readonly isSystemBlock?: boolean;
  /** The byte at which the wiki wants the next chunk. */
  readonly expectedOffset?: number;
  readonly retryAfterMs?: number;
  /** Seconds that the database replicas are behind. */
  readonly lag?: number;
}

export type ApiAnswer =
  { readonly ok: true; readonly body: JsonObject } | { readonly ok: false; readonly error: ApiError };

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

const header = (headers: AnswerHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Says in one line what a page for people is about. */
const summarise = (body: string, contentType: string): string => {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(body)?.[1]?.replace(/\s+/g, ' ').trim();
  return title ? `“${title}”` : contentType || 'an empty answer';
};

const notJson = (status: number, contentType: string, body: string): Pick<ApiError, 'code' | 'info'> =>
  status >= 200 && status < 300
    ? { code: 'not-json', info: `Commons answered with ${summarise(body, contentType)} instead of data` }
    : {
        code: `http-${status}`,
        info: `Commons answered HTTP ${status} with ${summarise(body, contentType)}`,
      };

const messageNames = (error: unknown): string[] =>
  [...listAt(error, 'messages'), ...listAt(objectAt(error, 'data'), 'messages')].flatMap(
    (message) => textAt(message, 'name') ?? [],
  );

/** The error in any of MediaWiki's shapes: `errors[]` (errorformat), `error{}` (the old one), `error` as text (OAuth's pages). */
function readError(body: JsonObject): Omit<ApiError, 'httpStatus'> | null {
  const [first, ...others] = listAt(body, 'errors');
  const error = first ?? body['error'];
  if (typeof error === 'string')
    return { code: error, info: textAt(body, 'message') ?? error, messageNames: [] };
  if (!isObject(error)) return null;
  const data = objectAt(error, 'data');
  const offset = numberAt(data, 'offset') ?? numberAt(error, 'offset');
  const lag = numberAt(data, 'lag') ?? numberAt(error, 'lag');
  const code = textAt(error, 'code') ?? 'unknownerror';
  const block = { ...objectAt(error, 'blockinfo'), ...objectAt(data, 'blockinfo') };
  const blockReason = textAt(block, 'blockreason');
  return {
    code,
    info: textAt(error, 'text') ?? textAt(error, 'info') ?? textAt(error, '*') ?? code,
    messageNames: [...messageNames(error), ...others.flatMap((other) => textAt(other, 'code') ?? [])],
    ...(blockReason === undefined ? {} : { blockReason }),
    ...('systemblocktype' in block ? { isSystemBlock: true } : {}),
    ...(offset === undefined ? {} : { expectedOffset: offset }),
    ...(lag === undefined ? {} : { lag }),
  };
}

/**
 * Reads any answer of `api.php`. MediaWiki reports its errors with HTTP 200; servers before it answer with pages for people.
 * @param headers with lower-case names @param now for `Retry-After` dates
 * @see https://www.mediawiki.org/wiki/API:Errors_and_warnings
 */
export function parseApiAnswer(
  status: number,
  headers: AnswerHeaders,
  body: string,
  now: number = Date.now(),
): ApiAnswer {
  const json = parseJson(body);
  const told = isObject(json) ? readError(json) : null;
  if (isObject(json) && told === null && status >= 200 && status < 300) return { ok: true, body: json };

  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  const fallback = { ...notJson(status, header(headers, 'content-type') ?? '', body), messageNames: [] };
  return {
    ok: false,
    error: {
      ...(told ?? fallback),
      httpStatus: status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  };
}
