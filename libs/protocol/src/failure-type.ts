import type { StructuredError } from './nouns.js';

/** What kinds of failure administrators tell apart. */
export const FAILURE_TYPES = ['duplicate', 'rate_limit', 'timeout', 'auth', 'network', 'other'] as const;
export type FailureType = (typeof FAILURE_TYPES)[number];

/** By the codes of the wiki, the sources and this service; the first that fits counts. */
const BY_CODE: readonly (readonly [FailureType, RegExp])[] = [
  ['duplicate', /duplicate|fileexists|was-deleted|articleexists|^exists/],
  ['rate_limit', /rate-?limit|throttle|^http-429$|^maxlag$/],
  ['timeout', /timeout|timed-?out|^http-(408|504)$/],
  ['auth', /^mwoauth|badtoken|^assert|denied$|blocked|^notloggedin|^mustbeloggedin|^http-401$|^sign-in/],
  ['network', /network|truncated|^http-\d|^not-json$|^redis$|^readonly$|connection/],
];

const CODE = /^([a-z0-9][a-z0-9_-]*)(: |$)/i;

/** An upload's error → what kind of failure it is, told by the code with which the messages of upstreams begin. */
export function toFailureType(error: StructuredError | null | undefined): FailureType {
  if (!error) return 'other';
  if (error.type.startsWith('duplicate')) return 'duplicate';
  if (error.type !== 'error') return 'other';
  if (error.message.startsWith('Your session has expired')) return 'auth';
  const code = CODE.exec(error.message)?.[1]?.toLowerCase();
  if (code === undefined) return 'other';
  return BY_CODE.find(([, pattern]) => pattern.test(code))?.[0] ?? 'other';
}
