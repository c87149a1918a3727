import type { ApiCall } from './api-call.js';
import { blockData } from './blocks.js';
import { isoTime } from './content.js';
import { FILE_EXTENSIONS } from './file-type.js';
import { queryAllImages, queryCategoryMembers, queryLogEvents, queryMyStashedFiles } from './query-lists.js';
import { queryGeneratedPages, queryPages, queryStashImageInfo } from './query-pages.js';
import { ApiError } from './api-error.js';
import { namespaceAliases, namespaces } from './titles.js';
import { csrfToken } from './tokens.js';

const KNOWN = [
  'continue',
  'indexpageids',
  'redirects',
  'converttitles',
  'rawcontinue',
  'ailimit',
  'aiprop',
  'aisha1',
  'cmlimit',
  'rvlimit',
  'lelimit',
  'msflimit',
  'iilimit',
];

/** `action=query` as far as an uploader needs it: tokens, the user, the site, files by SHA-1, titles, categories, the stash. */
export function query(call: ApiCall): Record<string, unknown> {
  call.know(...KNOWN);
  const result: Record<string, unknown> = {};
  const answer: Record<string, unknown> = { batchcomplete: true };
  const continues: Record<string, unknown> = {};
  const props = call.list('prop');
  if (call.text('titles') !== null || call.text('pageids') !== null || call.text('revids') !== null)
    Object.assign(result, queryPages(call, props));
  if (call.text('generator') !== null) {
    const { pages, next } = queryGeneratedPages(call, props);
    if (pages.length > 0) result['pages'] = pages;
    if (next !== undefined) Object.assign(continues, next, { continue: 'gcmcontinue||' });
  }
  if (props.includes('stashimageinfo')) result['stashimageinfo'] = queryStashImageInfo(call);
  for (const list of call.list('list')) {
    const { items, next } = listModule(call, list);
    result[list] = items;
    if (next !== undefined) Object.assign(continues, next, { continue: '-||' });
  }
  for (const meta of call.list('meta')) Object.assign(result, metaModule(call, meta));
  if (Object.keys(continues).length > 0) answer['continue'] = continues;
  if (call.flag('curtimestamp')) answer['curtimestamp'] = isoTime(new Date());
  return Object.keys(result).length > 0 ? { ...answer, query: result } : answer;
}

function listModule(
  call: ApiCall,
  list: string,
): { items: unknown[]; next?: Record<string, unknown> | undefined } {
  switch (list) {
    case 'allimages':
      return { items: queryAllImages(call) };
    case 'mystashedfiles':
      return { items: queryMyStashedFiles(call) };
    case 'categorymembers':
      return queryCategoryMembers(call);
    case 'logevents':
      return { items: queryLogEvents(call) };
    default:
      throw new ApiError('badvalue', `Unrecognized value for parameter "list": ${list}.`, {}, 'query');
  }
}

function metaModule(call: ApiCall, meta: string): Record<string, unknown> {
  switch (meta) {
    case 'tokens': {
      const types = call.list('type', 'query+tokens');
      return {
        tokens: Object.fromEntries(
          (types.length === 0 ? ['csrf'] : types).map((type) => [
            `${type}token`,
            csrfToken(call.wiki, call.user),
          ]),
        ),
      };
    }
    case 'userinfo':
      return { userinfo: userInfo(call) };
    case 'siteinfo':
      return siteInfo(call);
    default:
      throw new ApiError('badvalue', `Unrecognized value for parameter "meta": ${meta}.`, {}, 'query');
  }
}

function userInfo(call: ApiCall): Record<string, unknown> {
  const { user, wiki } = call;
  const wants = new Set(call.list('uiprop', 'query+userinfo'));
  if (user === null)
    return {
      id: 0,
      name: '127.0.0.1',
      anon: true,
      ...(wants.has('groups') ? { groups: ['*'] } : {}),
      ...(wants.has('rights') ? { rights: ['read'] } : {}),
    };
  return {
    id: user.id,
    name: user.name,
    ...(wants.has('blockinfo') && user.block !== null ? blockData(user.block) : {}),
    ...(wants.has('groups') ? { groups: user.groups } : {}),
    ...(wants.has('rights') ? { rights: wiki.users.rightsOf(user) } : {}),
    ...(wants.has('editcount') ? { editcount: user.editCount } : {}),
    ...(wants.has('ratelimits') ? { ratelimits: wiki.users.limitsOf(user) } : {}),
    ...(wants.has('centralids')
      ? {
          centralids: { CentralAuth: user.centralId, local: user.id },
          attachedlocal: { CentralAuth: true, local: true },
        }
      : {}),
    ...(wants.has('registrationdate') ? { registrationdate: isoTime(user.registered) } : {}),
  };
}

function siteInfo(call: ApiCall): Record<string, unknown> {
  const props = call.list('siprop', 'query+siteinfo');
  const { readOnly } = call.wiki.settings;
  const server = new URL(call.wiki.urls.api).origin;
  const general = {
    mainpage: 'Main Page',
    base: `${server}/wiki/Main_Page`,
    sitename: 'Stand-in Commons',
    generator: 'MediaWiki 1.46.0-wmf.9',
    case: 'first-letter',
    lang: 'en',
    readonly: readOnly !== null,
    ...(readOnly === null ? {} : { readonlyreason: readOnly }),
    timezone: 'UTC',
    articlepath: '/wiki/$1',
    scriptpath: '/w',
    script: '/w/index.php',
    server,
    servername: new URL(server).hostname,
    wikiid: 'commonswiki',
    time: isoTime(new Date()),
    uploadsenabled: call.wiki.settings.uploadsEnabled,
    maxuploadsize: 5368709120,
    minuploadchunksize: 1024,
  };
  return {
    ...(props.length === 0 || props.includes('general') ? { general } : {}),
    ...(props.includes('namespaces') ? { namespaces: namespaces() } : {}),
    ...(props.includes('namespacealiases') ? { namespacealiases: namespaceAliases() } : {}),
    ...(props.includes('fileextensions') ? { fileextensions: FILE_EXTENSIONS.map((ext) => ({ ext })) } : {}),
  };
}
