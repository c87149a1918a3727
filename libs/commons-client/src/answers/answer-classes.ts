/**
 * What an error means for the one who called. The table follows
 * https://www.mediawiki.org/wiki/API:Errors_and_warnings, MediaWiki's includes/Api and includes/Upload, Wikibase's and OAuth's
 * message lists; codes appear in an older and a newer spelling.
 */
export type AnswerClass =
  /** No answer of the wiki itself: the connection broke, or a server before it could not reach it. */
  | 'away'
  /** The wiki could not do it just now. */
  | 'busy'
  /** The wiki's store of stashed files could not do it just now, which may take minutes. */
  | 'stash-away'
  /** Read-only, its replicas lag, or too many requests: wait, nothing was done. */
  | 'waiting'
  /** The user's rate limit. */
  | 'throttled'
  /** The stashed bytes are gone: send the file from its start. */
  | 'stash-lost'
  /** All chunks have arrived before: ask for the status. */
  | 'stash-complete'
  /** The same publication is running: poll, don't send it again. */
  | 'already-running'
  /** The CSRF token has aged. */
  | 'stale-token'
  /** This signature or session cookie is no good, the next may be. */
  | 'sign-again'
  /** The sign-in is worth nothing any more. */
  | 'sign-in-lost'
  /** This user cannot go on for now. */
  | 'user-stopped'
  /** This service's address is blocked: nobody can go on. */
  | 'service-blocked'
  /** A server before the wiki refuses the request: for what is in it, or for the address it comes from. */
  | 'turned-away'
  /** Someone edited in between: read again. */
  | 'edit-conflict'
  | 'title-blacklisted'
  /** Never. */
  | 'refused'
  /** Not in this table: worth one more try at most. */
  | 'unknown';

export interface ClassifiedError {
  readonly code: string;
  readonly message: string;
  readonly messageNames: readonly string[];
}

const CODES: Readonly<Record<Exclude<AnswerClass, 'unknown'>, readonly string[]>> = {
  away: ['network', 'timeout', 'not-json', 'http-408', 'http-425'],
  busy: [
    'unknownerror',
    'publishfailed',
    'failed-save',
    'cant-load-entity-content',
    // The page of a new file can be invisible to Wikibase for a moment.
    'no-such-entity',
    'no-such-entity-link',
  ],
  'stash-away': [
    'uploadstash-exception',
    'stashfailed',
    'stashfilestorage',
    'apierror-stashfilestorage',
    'apierror-stashexception',
    'stasherror',
  ],
  waiting: ['maxlag', 'readonly', 'http-429'],
  throttled: ['ratelimited', 'actionthrottledtext', 'actionthrottled'],
  'stash-lost': [
    'uploadstash-file-not-found',
    'uploadstash-no-such-key',
    'uploadstash-zero-length',
    'uploadstash-wrong-owner',
    'stashedfilenotfound',
    'stashnosuchfilekey',
    'stashpathinvalid',
    'stashzerolength',
    'stashwrongowner',
    'apierror-stashedfilenotfound',
    'apierror-stashnosuchfilekey',
    'apierror-stashpathinvalid',
    'apierror-stashzerolength',
    'apierror-stashwrongowner',
    'missingresult',
  ],
  'stash-complete': [],
  'already-running': ['apierror-upload-inprogress', 'upload-inprogress'],
  'stale-token': ['badtoken'],
  'sign-again': [],
  'sign-in-lost': ['mwoauth-oauth-exception', 'mwoauth-missing-authorization-header'],
  'user-stopped': [
    'assertuserfailed',
    'assertnameduserfailed',
    'mustbeloggedin',
    'notloggedin',
    'blocked',
    'autoblocked',
    'partiallyblocked',
    'permissiondenied',
    'captcha',
    'mwoauth-invalid-authorization-blocked-user',
  ],
  'service-blocked': ['systemblocked'],
  'turned-away': ['http-403'],
  'edit-conflict': ['editconflict'],
  'title-blacklisted': [
    'titleblacklist-forbidden',
    'titleblacklist-forbidden-edit',
    'titleblacklist-forbidden-upload',
    'titleblacklist-forbidden-move',
  ],
  refused: [
    'http-400',
    'http-401',
    'http-404',
    'http-405',
    'http-413',
    'http-414',
    'file-too-large',
    'empty-file',
    'illegal-filename',
    'filename-toolong',
    'filename-tooshort',
    'filetype-missing',
    'filetype-banned',
    'filetype-banned-type',
    'filetype-badmime',
    'filetype-bad-ie-mime',
    'filetype-mime-mismatch',
    'verification-error',
    'hookaborted',
    'fileexists-no-change',
    'fileexists-forbidden',
    'fileexists-shared-forbidden',
    'protectedpage',
    'protectedtitle',
    'protectednamespace',
    'protectednamespace-interface',
    'cascadeprotected',
    'customcssjsprotected',
    'spamblacklist',
    'spamdetected',
    'abusefilter-disallowed',
    'abusefilter-warning',
    'abusefilter-blocked',
    'invalid-chunk',
    'chunk-too-small',
    'badupload',
    'copyuploadbaddomain',
    'copyuploadbadurl',
    'copyuploaddisabled',
    'uploaddisabled',
    'invalid-file-key',
    'filekeyneeded',
    'filekeynotallowed',
    'cannot-async-upload-file',
    'badtags',
    'tags-apply-not-allowed-one',
    'nofilename',
    'missingparam',
    'notoken',
    'badvalue',
    'toomanyvalues',
    'invalidtitle',
    'invalidsha1hash',
    'assertbotfailed',
    'articleexists',
    'missingtitle',
    'cantcreate',
    'cannoteditpagemodel',
    'nosuchrevid',
    'no-direct-editing',
    'edit-failed',
    'contenttoobig',
    'modification-failed',
    'invalid-snak',
    'invalid-claim',
    'invalid-json',
    'not-recognized',
    'param-illegal',
    'param-missing',
    'inconsistent-language',
    'unknown_action',
  ],
};

const CLASS_OF: ReadonlyMap<string, AnswerClass> = new Map(
  Object.entries(CODES).flatMap(([name, codes]) => codes.map((code) => [code, name as AnswerClass] as const)),
);

/** Families of codes. Class names appear inside `internal_api_error_…` and sometimes alone. */
const PATTERNS: readonly (readonly [RegExp, AnswerClass])[] = [
  [/^http-5\d\d$/, 'away'],
  [/UploadStashFileException|uploadstash-exception/, 'stash-away'],
  [/^uploadstash-bad-path/, 'stash-lost'],
  [/internal_api_error_/, 'busy'],
  [/^backend-fail-/, 'busy'],
  [/^lockmanager-fail-/, 'busy'],
  [/UploadChunkFileException|JobQueueError/, 'busy'],
  [/^mwoauth-/, 'sign-in-lost'],
  [/^copyupload/, 'refused'],
  [/^abusefilter-/, 'refused'],
  [/^titleblacklist-/, 'title-blacklisted'],
];

/** Codes that MediaWiki uses for several things, told apart by their text alone. */
const BY_TEXT: Readonly<Record<string, readonly (readonly [RegExp, AnswerClass])[]>> = {
  'mwoauth-invalid-authorization': [
    [/Nonce already used/i, 'sign-again'],
    [/Expired timestamp/i, 'sign-again'],
    [/sessionJwt|JWT error/i, 'sign-again'],
    [/No approved grant/i, 'user-stopped'],
  ],
  stashfailed: [
    [/No chunked upload session/i, 'stash-lost'],
    [/already completed/i, 'stash-complete'],
    [/did not pass file verification/i, 'refused'],
  ],
  publishfailed: [[/already in progress/i, 'already-running']],
};

/**
 * GlobalBlocking's names, and those of WikimediaMessages: most are of addresses, some of accounts and of what was blocked with one.
 * @see https://www.mediawiki.org/wiki/Extension:GlobalBlocking
 */
const GLOBAL_BLOCK = /^(wikimedia-)?globalblocking-(blockedtext-(?<person>user|autoblock))?/;

function ofGlobalBlock(names: readonly string[]): AnswerClass | null {
  const blocks = names.map((name) => GLOBAL_BLOCK.exec(name)).filter((block) => block !== null);
  if (blocks.length === 0) return null;
  return blocks.some(({ groups }) => groups?.['person'] === undefined) ? 'service-blocked' : 'user-stopped';
}

/**
 * The one place that tells what an error of the Commons API means.
 * @param error a TemporaryError or RefusedError of this library, or anything with the same members
 */
export function answerClass(error: ClassifiedError): AnswerClass {
  if (error.messageNames.some((name) => name.startsWith('actionthrottled'))) return 'throttled';
  const found =
    ofGlobalBlock([error.code, ...error.messageNames]) ??
    BY_TEXT[error.code]?.find(([text]) => text.test(error.message))?.[1] ??
    CLASS_OF.get(error.code) ??
    PATTERNS.find(([pattern]) => pattern.test(error.code))?.[1] ??
    'unknown';
  const isPassing = found === 'unknown' || found === 'refused';
  return isPassing && error.message.includes('backend-fail-internal') ? 'busy' : found;
}

/** Every code of the table, for tests that keep it whole. */
export const knownCodes = (): string[] => Object.values(CODES).flat();
