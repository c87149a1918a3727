import { FAILURE_TYPES, toFailureType, type StructuredError, type UploadStatus } from '#app/protocol';

/** Codes of errors that are counted by themselves. The wiki has hundreds: others are counted by the kind of failure that they are. */
const KNOWN = [
  'abusefilter-disallowed',
  'abusefilter-warning',
  'articleexists',
  'assertuserfailed',
  'backend-fail-internal',
  'badtoken',
  'blocked',
  'captcha',
  'editconflict',
  'empty-file',
  'file-too-large',
  'fileexists-forbidden',
  'fileexists-no-change',
  'fileexists-shared-forbidden',
  'filetype-banned',
  'filetype-mismatch',
  'http-403',
  'http-413',
  'http-429',
  'http-500',
  'http-502',
  'http-503',
  'http-504',
  'internal_api_error',
  'lockmanager-fail-conflict',
  'maxlag',
  'mustbeloggedin',
  'mwoauth-invalid-authorization',
  'network',
  'no-such-entity',
  'not-json',
  'permissiondenied',
  'protectedpage',
  'publishfailed',
  'ratelimited',
  'readonly',
  'spamblacklist',
  'stashfailed',
  'stasherror',
  'systemblocked',
  'tags-apply-blocked',
  'timeout',
  'titleblacklist-forbidden',
  'unexpected-answer',
  'unknownerror',
  'uploadstash-exception',
  'uploadstash-file-not-found',
  'verification-error',
  'was-deleted',
] as const;

const NONE = 'none';

/** What the label `code` of ended uploads may say: `none`, a known code, `title_blacklisted`, or a kind of failure. */
export const UPLOAD_ERROR_CODES = [NONE, 'title_blacklisted', ...KNOWN, ...FAILURE_TYPES] as const;

const CODE = /^([a-z0-9][a-z0-9_-]*)(?=: |$)/i;
const codes: ReadonlySet<string> = new Set(UPLOAD_ERROR_CODES);

/** The label of an upload that has ended: what only tells of a duplicate is no error. */
export function toUploadErrorCode(status: UploadStatus, error: StructuredError | null): string {
  if (status !== 'failed') return NONE;
  if (error === null) return 'other';
  if (error.type !== 'error') return codes.has(error.type) ? error.type : toFailureType(error);
  const code = CODE.exec(error.message)?.[1]?.toLowerCase();
  return code !== undefined && codes.has(code) ? code : toFailureType(error);
}
