import { ApiCall, type WikiState } from './api-call.js';
import { ApiError, errorBody, toFormatVersion1, warningsBody, type AnswerFormat } from './api-error.js';
import type { Incoming } from '../server/receive.js';
import type { Reply } from '../server/reply.js';
import { edit, purge } from './edit.js';
import { query } from './query.js';
import { titleblacklist } from './title-blacklist.js';
import { checkToken } from './tokens.js';
import { upload } from './upload.js';
import type { WikiUser } from './users.js';
import { wbeditentity, wbgetentities } from './wikibase.js';

interface Module {
  run: (call: ApiCall) => Record<string, unknown> | Promise<Record<string, unknown>>;
  writes: boolean;
  /** Whether a CSRF token is needed. */
  token: boolean;
  post: boolean;
}

const reading = (run: Module['run'], post = false): Module => ({ run, writes: false, token: false, post });
const writing = (run: Module['run']): Module => ({ run, writes: true, token: true, post: true });

const MODULES: Record<string, Module> = {
  query: reading(query),
  titleblacklist: reading(titleblacklist),
  wbgetentities: reading(wbgetentities),
  purge: reading(purge, true),
  upload: writing(upload),
  edit: writing(edit),
  wbeditentity: writing(wbeditentity),
};

const MAIN_PARAMS = [
  'action',
  'format',
  'formatversion',
  'errorformat',
  'errorlang',
  'errorsuselocal',
  'uselang',
  'maxlag',
  'smaxage',
  'maxage',
  'assert',
  'assertuser',
  'requestid',
  'servedby',
  'curtimestamp',
  'responselanginfo',
  'origin',
  'ascii',
  'utf8',
  'callback',
  'token',
];

/** The shape in which a request wants its answer. */
export function answerFormat(incoming: Incoming, apiUrl: string): AnswerFormat {
  const { params } = incoming;
  return {
    formatVersion: params['formatversion'] === '2' || params['formatversion'] === 'latest' ? 2 : 1,
    errorFormat: params['errorformat'] === undefined || params['errorformat'] === 'bc' ? 'bc' : 'plaintext',
    module: 'main',
    apiUrl,
  };
}

export const jsonReply = (body: unknown, headers: Record<string, string> = {}): Reply => ({
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

/** An error as the action API gives it: HTTP 200, the code in a header. */
export const apiErrorReply = (error: ApiError, format: AnswerFormat): Reply => ({
  ...jsonReply(errorBody(error, format), { 'mediawiki-api-error': error.code, ...error.headers }),
  errorCode: error.code,
});

/** One request to `api.php`, from asserts to answer in the order of ApiMain::executeAction(). */
export async function answerApi(wiki: WikiState, incoming: Incoming, user: WikiUser | null): Promise<Reply> {
  const action = incoming.params['action'] ?? '';
  const format = {
    ...answerFormat(incoming, wiki.urls.api),
    module: MODULES[action] === undefined ? 'main' : action,
  };
  const call = new ApiCall(wiki, incoming, user, format);
  call.know(...MAIN_PARAMS);
  try {
    const result = await execute(call, action);
    call.warnAboutUnknown();
    const requestId = call.text('requestid');
    const answer =
      format.formatVersion === 1 ? (toFormatVersion1(result) as Record<string, unknown>) : result;
    return jsonReply({
      ...warningsBody(call.warnings, format),
      ...(requestId === null ? {} : { requestid: requestId }),
      ...answer,
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return apiErrorReply(error, format);
  }
}

async function execute(call: ApiCall, action: string): Promise<Record<string, unknown>> {
  const module = MODULES[action];
  if (module === undefined)
    throw new ApiError('badvalue', `Unrecognized value for parameter "action": ${action}.`);
  checkAsserts(call);
  if (module.token) checkToken(call);
  if (module.post && call.incoming.method !== 'POST')
    throw new ApiError('mustbeposted', `The "${action}" module requires a POST request.`, {}, 'main');
  const { readOnly } = call.wiki.settings;
  if (module.writes && readOnly !== null)
    throw new ApiError(
      'readonly',
      'The wiki is currently in read-only mode.',
      { readonlyreason: readOnly },
      'main',
    );
  checkLag(call);
  return module.run(call);
}

function checkAsserts(call: ApiCall): void {
  const assertion = call.text('assert');
  const loggedOut = 'You are no longer logged in, so the action could not be completed.';
  if (assertion === 'user' && call.user === null)
    throw new ApiError('assertuserfailed', loggedOut, {}, 'main');
  if (assertion === 'bot' && !call.wiki.users.can(call.user, 'bot'))
    throw new ApiError(
      'assertbotfailed',
      'You do not have the "bot" right, so the action could not be completed.',
      {},
      'main',
    );
  const name = call.text('assertuser');
  if (name !== null && call.user?.name !== name)
    throw new ApiError(
      'assertnameduserfailed',
      `You are no longer logged in as "${name}", so the action could not be completed.`,
      {},
      'main',
    );
}

function checkLag(call: ApiCall): void {
  const { lag } = call.wiki.settings;
  const accepted = call.text('maxlag');
  if (accepted === null || lag <= Number(accepted)) return;
  const headers = {
    'retry-after': String(Math.max(5, Math.floor(Number(accepted)))),
    'x-database-lag': String(Math.floor(lag)),
  };
  throw new ApiError(
    'maxlag',
    `Waiting for a database server: ${lag} seconds lagged.`,
    { host: '127.0.0.1', lag, type: 'db' },
    'main',
    headers,
  );
}
