import type { Fault, FaultSubject } from '../upstreams/index.js';
import { apiError, applied, jsonAnswer, page, refusedAuthorization, type FaultKind } from './fault-kinds.js';

type Fits = FaultKind['fits'];

const isCall: Fits = ({ path }) => path === '/w/api.php';
const isSignIn: Fits = ({ path }) => path === '/w/index.php';
const is =
  (action: string, ...steps: string[]): Fits =>
  (subject) =>
    isCall(subject) && subject.action === action && (steps.length === 0 || steps.includes(subject.step));
const isChunk = is('upload', 'chunk');
const isCommit = is('upload', 'commit');
const isStructuredEdit = is('wbeditentity');
const isWrite: Fits = (subject) =>
  isChunk(subject) || isCommit(subject) || isStructuredEdit(subject) || is('upload', 'checkstatus')(subject);
const isSigned: Fits = (subject) => isCall(subject) && subject.user !== null;
const isLastChunk: Fits = (subject) => isChunk(subject) && Number(subject.params['filesize']) <= 128 * 1024;

/** @param known what `fault` is called, its weight and whom it hits */
const kind = (
  name: string,
  weight: number,
  fits: Fits,
  fault: Fault,
  more: Partial<FaultKind> = {},
): FaultKind => ({
  name,
  upstream: 'commons',
  weight,
  fits,
  fault,
  ...more,
});

/** Lost connections and servers before the wiki. */
const TRANSPORT: readonly FaultKind[] = [
  kind('closed before', 10, isCall, { close: 'before' }),
  kind('applied, then closed', 14, isCall, { close: 'after' }),
  kind('HTTP 500', 4, isCall, page(500)),
  kind('HTTP 502', 4, isCall, page(502)),
  kind('applied, then HTTP 502', 10, isCall, applied(page(502))),
  kind('applied, then HTTP 504', 4, isCall, applied(page(504))),
  kind('HTTP 503 with Retry-After', 3, isCall, page(503, { 'retry-after': '1' })),
  kind('HTTP 429 with Retry-After', 3, isCall, page(429, { 'retry-after': '1' })),
  kind('a page instead of data', 3, isCall, page(200)),
  kind('applied, then half an answer', 8, isCall, { truncateAfter: 20 }),
  kind('slow', 6, isCall, { delayMs: 1_500 }),
  kind('sign-in: HTTP 502', 10, isSignIn, page(502)),
  kind('sign-in: closed', 10, isSignIn, { close: 'before' }),
];

/** Whatever is asked for. */
const ANY_CALL: readonly FaultKind[] = [
  kind(
    'internal error',
    6,
    isCall,
    apiError('internal_api_error_DBQueryError', '[aBc] Caught exception of type DBQueryError'),
  ),
  kind(
    'nonce used',
    4,
    isSigned,
    refusedAuthorization('Nonce already used: 5a11158e187f6a10a63683a126b800a4'),
  ),
  kind(
    'timestamp expired',
    2,
    isSigned,
    refusedAuthorization('Expired timestamp, yours 1795227260, ours 1795227561'),
  ),
  kind(
    'session of somebody else',
    2,
    isSigned,
    refusedAuthorization("Invalid 'sessionJwt' cookie: JWT error: wrong user ID"),
  ),
  kind(
    'no grant, once',
    2,
    isSigned,
    refusedAuthorization('No approved grant was found for that authorization token.'),
  ),
  kind('bad token', 6, isWrite, apiError('badtoken', 'Invalid CSRF token.')),
  kind(
    'lagging',
    1,
    isCall,
    apiError('maxlag', 'Waiting for a database server: 7.25 seconds lagged.', { lag: 7.25, type: 'db' }),
  ),
  kind('read-only', 3, isWrite, apiError('readonly', 'The wiki is currently in read-only mode.')),
];

/** The stash is started over twice at most; clearing it whole is one of these times. */
const STASH_LOST = { group: 'stash lost' };

/** What lets a stash or a publication fail for a while. */
const UPLOADING: readonly FaultKind[] = [
  kind(
    'stash cannot store',
    6,
    isChunk,
    apiError('uploadstash-exception', 'Could not store upload in the stash (UploadStashFileException): "x".'),
  ),
  kind(
    'stash cannot store, long',
    2,
    isChunk,
    apiError('uploadstash-exception', 'Could not store upload in the stash (UploadStashFileException): "x".'),
    { burst: 6 },
  ),
  kind(
    'chunk cannot be stored',
    4,
    isChunk,
    apiError(
      'internal_api_error_UploadChunkFileException',
      'Caught exception of type UploadChunkFileException',
    ),
  ),
  kind(
    'backend fails on a chunk',
    4,
    isChunk,
    apiError('stashfailed', 'An unknown error occurred in storage backend "local": backend-fail-internal'),
  ),
  kind(
    'stashed bytes gone',
    3,
    isChunk,
    apiError('uploadstash-file-not-found', 'Key "x.y.jpg" not found in stash.'),
    STASH_LOST,
  ),
  kind('stash path bad', 2, isChunk, apiError('uploadstash-bad-path', "Path doesn't exist."), STASH_LOST),
  kind(
    'no session',
    2,
    isChunk,
    apiError('stashfailed', 'No chunked upload session with this key.'),
    STASH_LOST,
  ),
  kind(
    'backend fails',
    5,
    isCommit,
    apiError('backend-fail-internal', 'An unknown error occurred in storage backend "local".'),
  ),
  kind(
    'jobs fail',
    3,
    isCommit,
    apiError('internal_api_error_JobQueueError', 'Caught exception of type JobQueueError'),
  ),
  kind(
    'applied, then internal error',
    8,
    isCommit,
    applied(
      apiError('internal_api_error_DBQueryTimeoutError', 'Caught exception of type DBQueryTimeoutError'),
    ),
  ),
  kind(
    'stash gone at commit',
    4,
    isCommit,
    apiError('uploadstash-file-not-found', 'Key "x.y.jpg" not found in stash.'),
    STASH_LOST,
  ),
  kind(
    'limit reached',
    5,
    isCommit,
    apiError('ratelimited', "You've exceeded your rate limit. Please wait some time and try again."),
  ),
  kind(
    'status lost',
    6,
    is('upload', 'checkstatus'),
    apiError('missingresult', 'No result in status data.'),
    STASH_LOST,
  ),
];

/** Structured data and what follows it. */
const AFTERWARDS: readonly FaultKind[] = [
  kind(
    'edits throttled',
    8,
    isStructuredEdit,
    apiError('failed-save', 'The save has failed.', {
      messages: [
        { name: 'wikibase-api-failed-save', parameters: [], html: 'The save has failed.' },
        { name: 'actionthrottledtext', parameters: [], html: 'As an anti-abuse measure, you are limited.' },
      ],
    }),
  ),
  kind('save failed', 5, isStructuredEdit, apiError('failed-save', 'The save has failed.')),
  kind('save failed, long', 2, isStructuredEdit, apiError('failed-save', 'The save has failed.'), {
    burst: 6,
  }),
  kind('edit conflict', 6, isStructuredEdit, apiError('editconflict', 'Edit conflict.')),
  kind(
    'page not visible yet',
    5,
    isStructuredEdit,
    apiError('no-such-entity-link', 'No entity found matching site link.'),
  ),
  kind('purge refused', 10, is('purge'), apiError('ratelimited', "You've exceeded your rate limit.")),
];

const warning = (warnings: Record<string, unknown>): Fault =>
  jsonAnswer({ upload: { result: 'Warning', warnings, filekey: '1d3nh9latq08.tov2c5.5.jpg' } });
const never = (name: string, fits: Fits, fault: Fault, ends = name, weight = 1): FaultKind =>
  kind(`never: ${name}`, weight, fits, fault, { ends });

/** What no repetition mends: the upload fails, and says why. */
const NEVER: readonly FaultKind[] = [
  never('duplicate-archive', isCommit, warning({ 'duplicate-archive': 'Deleted_before.jpg' })),
  never('was-deleted', isCommit, warning({ 'was-deleted': 'Deleted_before.jpg' })),
  never('page-exists', isCommit, warning({ 'page-exists': 'Page_only.jpg' })),
  never('bad-prefix', isCommit, warning({ 'bad-prefix': 'IMG' })),
  never('badfilename', isCommit, warning({ badfilename: 'Another_name.jpg' })),
  never(
    'verification-error',
    isCommit,
    apiError('verification-error', 'Files of the MIME type "text/html" are not allowed to be uploaded.'),
  ),
  never(
    'abusefilter-disallowed',
    isCommit,
    apiError('abusefilter-disallowed', 'This action has been automatically identified as harmful.'),
  ),
  never(
    'protectedpage',
    isCommit,
    apiError('protectedpage', 'This page has been protected to prevent editing.'),
  ),
  never('some-new-code', isCommit, apiError('some-new-code', 'Nobody has seen this before.')),
  never(
    'titleblacklist-forbidden',
    isCommit,
    apiError('titleblacklist-forbidden', 'The title has been banned from creation.'),
  ),
  never(
    'filetype-badmime',
    isChunk,
    apiError('filetype-badmime', 'Files of the MIME type "text/html" are not allowed.'),
  ),
  never(
    'did not pass file verification',
    isLastChunk,
    apiError('stashfailed', 'This file did not pass file verification.'),
  ),
  kind(
    'never: banned from creation',
    4,
    is('titleblacklist'),
    jsonAnswer({
      titleblacklist: {
        result: 'blacklisted',
        reason: 'The title has been banned from creation.',
        message: 'titleblacklist-forbidden-edit',
        line: '.*',
      },
    }),
    { ends: 'banned from creation', firstOnly: true },
  ),
];

/** How Commons misbehaves, after the table of its answers. */
export const WIKI_FAULTS: readonly FaultKind[] = [
  ...TRANSPORT,
  ...ANY_CALL,
  ...UPLOADING,
  ...AFTERWARDS,
  ...NEVER,
];

/** What a request to the wiki is about. */
export function wikiThing({ params, user }: FaultSubject): string {
  const title =
    params['filename'] ?? params['tbtitle'] ?? params['title'] ?? params['titles'] ?? params['id'];
  return (title ?? user ?? '').replace(/^File:/, '').replaceAll('_', ' ');
}
