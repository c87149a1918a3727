/** What came of a request to an upstream, as it is counted. */
export const REQUEST_OUTCOMES = [
  'ok',
  /** No answer came. */
  'lost',
  'timeout',
  /** Nobody waited for the answer any more. */
  'aborted',
  'http_4xx',
  'http_5xx',
  'rate_limited',
  'maxlag',
  'readonly',
  'token',
  'sign_in',
  'blocked',
  /** The wiki declined for another reason. */
  'refused',
  'other',
] as const;
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

/** Modules of MediaWiki's API that this service calls, and its words for what it asks of others. */
export const COMMONS_ACTIONS = [
  'query',
  'upload',
  'edit',
  'purge',
  'titleblacklist',
  'wbeditentity',
  'wbgetentities',
  'wbsetsitelink',
  'wbsetlabel',
  'wbsetclaim',
  'sparql',
  'sql',
  'get',
  'download',
] as const;

const BY_CODE: readonly (readonly [RequestOutcome, RegExp])[] = [
  ['rate_limited', /^ratelimited$|throttle|^http-429$|^rate-limit$/],
  ['maxlag', /^maxlag$/],
  ['readonly', /^readonly$/],
  ['token', /^badtoken$|^notoken$/],
  ['sign_in', /^mwoauth|^assert|^notloggedin$|^mustbeloggedin|^http-401$/],
  ['blocked', /blocked$/],
  ['timeout', /timeout/],
  ['lost', /^network$|^truncated$/],
  ['http_5xx', /^http-5\d\d$/],
  ['http_4xx', /^http-4\d\d$/],
  ['aborted', /^aborted$/],
];

/**
 * @param code `ok`, `lost`, or the code of an error: the wiki has hundreds, and extensions bring their own
 * @returns one of a closed set
 */
export function toRequestOutcome(code: string): RequestOutcome {
  if (code === 'ok' || code === 'lost') return code;
  return BY_CODE.find(([, pattern]) => pattern.test(code))?.[0] ?? (code === '' ? 'other' : 'refused');
}
