import type { ApiCall } from './api-call.js';
import { ApiError } from './api-error.js';
import { categoriesOf } from './category-membership.js';
import { isoTime, type Page } from './content.js';
import { mediaTypeOf } from './file-type.js';
import { dbKey, parseTitle, type Title } from './titles.js';

/** `list=allimages` by SHA-1, in the order of names. */
export function queryAllImages(call: ApiCall): unknown[] {
  const { content, urls } = call.wiki;
  const sha1 = call.text('aisha1')?.toLowerCase() ?? null;
  if (sha1 !== null && !/^[0-9a-f]{40}$/.test(sha1))
    throw new ApiError('invalidsha1hash', 'The SHA1 hash provided is not valid.', {}, 'query+allimages');
  const base36 = call.text('aisha1base36');
  const asked = sha1 ?? (base36 === null ? null : toHex(base36));
  const wanted = call.list('aiprop', 'query+allimages');
  const props = new Set(wanted.length === 0 ? ['timestamp', 'url'] : wanted);
  const prefix = call.text('aiprefix') ?? '';
  const user = call.text('aiuser');
  call.know('aisort', 'aidir', 'aifrom');
  return (asked === null ? content.files() : content.filesWithSha1(asked))
    .filter(
      ({ current, page }) => page.title.name.startsWith(prefix) && (user === null || current.user === user),
    )
    .sort((a, b) => (a.page.title.name < b.page.title.name ? -1 : 1))
    .slice(0, call.integer('ailimit', 10) || 500)
    .map(({ page, current }) => ({
      name: dbKey(page.title.name),
      ...(props.has('timestamp') ? { timestamp: isoTime(current.timestamp) } : {}),
      ...(props.has('user') ? { user: current.user } : {}),
      ...(props.has('size') ? { size: current.size, width: current.width, height: current.height } : {}),
      ...(props.has('url')
        ? {
            url: urls.file(page.title),
            descriptionurl: urls.page(page.title),
            descriptionshorturl: urls.byId(page),
          }
        : {}),
      ...(props.has('sha1') ? { sha1: current.sha1 } : {}),
      ...(props.has('mime') ? { mime: current.mime } : {}),
      ns: 6,
      title: page.title.text,
    }));
}

const toHex = (base36: string): string => {
  let value = 0n;
  for (const digit of base36.toLowerCase()) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value.toString(16).padStart(40, '0');
};

/** `list=mystashedfiles`: the caller's own keys. */
export function queryMyStashedFiles(call: ApiCall): unknown[] {
  if (call.user === null)
    throw new ApiError(
      'stashnotloggedin',
      'You must be logged in to use the upload stash.',
      {},
      'query+mystashedfiles',
    );
  const props = new Set(call.list('msfprop', 'query+mystashedfiles'));
  return call.wiki.stash.listOf(call.user.id).map((file) => ({
    filekey: file.key,
    status: file.status,
    ...(props.has('size')
      ? { size: file.received.size, width: file.facts.width, height: file.facts.height, bits: 8 }
      : {}),
    ...(props.has('type') ? { mimetype: file.facts.mime, mediatype: mediaTypeOf(file.facts.mime) } : {}),
  }));
}

const TYPES: Record<number, string> = { 6: 'file', 14: 'subcat' };
const typeOf = (page: Page): string => TYPES[page.title.ns] ?? 'page';

/** `list=categorymembers`, read from the texts of pages and templates: https://www.mediawiki.org/wiki/API:Categorymembers */
export function queryCategoryMembers(call: ApiCall): { items: unknown[]; next?: Record<string, unknown> } {
  const { members, next } = listCategoryMembers(call);
  const props = new Set(call.list('cmprop', 'query+categorymembers'));
  const ids = props.size === 0 || props.has('ids');
  const titles = props.size === 0 || props.has('title');
  return {
    items: members.map((page) => ({
      ...(ids ? { pageid: page.id } : {}),
      ns: page.title.ns,
      ...(titles ? { title: page.title.text } : {}),
      ...(props.has('sortkeyprefix') ? { sortkeyprefix: '' } : {}),
      ...(props.has('type') ? { type: typeOf(page) } : {}),
      ...(props.has('timestamp')
        ? { timestamp: isoTime(page.revisions.at(-1)?.timestamp ?? page.touched) }
        : {}),
    })),
    ...(next === undefined ? {} : { next }),
  };
}

/** The pages of a category, also for `generator=categorymembers`. @param g `g` where the parameters begin so */
export function listCategoryMembers(
  call: ApiCall,
  g: '' | 'g' = '',
): { members: Page[]; next?: Record<string, unknown> } {
  const title = parseTitle(call.required(`${g}cmtitle`));
  if ('invalid' in title || title.ns !== 14)
    throw new ApiError(
      'invalidcategory',
      'The category name you entered is not valid.',
      {},
      'query+categorymembers',
    );
  const types = call.list(`${g}cmtype`, 'query+categorymembers');
  const after = Number(call.text(`${g}cmcontinue`)?.split('|').at(-1) ?? 0);
  const limit = Math.min(call.integer(`${g}cmlimit`, 10), 500) || 500;
  call.know(`${g}cmsort`, `${g}cmdir`, `${g}cmnamespace`);
  const members = membersOf(call, title)
    .filter((page) => (types.length === 0 || types.includes(typeOf(page))) && page.id >= after)
    .sort((a, b) => a.id - b.id);
  const following = members[limit];
  if (following === undefined) return { members };
  const key = Buffer.from(following.title.name.toUpperCase()).toString('hex');
  return {
    members: members.slice(0, limit),
    next: { [`${g}cmcontinue`]: `${typeOf(following)}|${key}|${following.id}` },
  };
}

const membersOf = ({ wiki: { content } }: ApiCall, category: Title): Page[] =>
  [...content.pages.values()].filter((page) => categoriesOf(content, page).includes(category.text));

/** `prop=categoryinfo`; nothing of a category without members, as in the real answers. */
export function categoryInfo(call: ApiCall, category: Title): Record<string, unknown> {
  const types = membersOf(call, category).map(typeOf);
  if (types.length === 0) return {};
  const count = (type: string): number => types.filter((one) => one === type).length;
  const counts = { pages: count('page'), files: count('file'), subcats: count('subcat') };
  return { categoryinfo: { size: types.length, ...counts, hidden: false } };
}

/** `list=logevents` of deletions, or else of uploads. */
export function queryLogEvents(call: ApiCall): unknown[] {
  const user = call.text('leuser');
  const title = call.text('letitle');
  const type = call.text('leaction')?.split('/')[0] ?? call.text('letype');
  call.know('leprop', 'ledir');
  if (type === 'delete') return deletions(call, title);
  const { content } = call.wiki;
  return content.uploads
    .filter((entry) => (user === null || entry.user === user) && (title === null || entry.title === title))
    .reverse()
    .slice(0, call.integer('lelimit', 10) || 500)
    .map((entry) => ({
      logid: entry.logid,
      ns: 6,
      title: entry.title,
      pageid: content.find(entry.title)?.id ?? 0,
      logpage: content.find(entry.title)?.id ?? 0,
      params: {
        img_sha1: BigInt(`0x${entry.sha1}`).toString(36).padStart(31, '0'),
        img_timestamp: isoTime(entry.timestamp),
      },
      type: 'upload',
      action: 'upload',
      user: entry.user,
      timestamp: isoTime(entry.timestamp),
      comment: entry.comment,
    }));
}

function deletions(call: ApiCall, title: string | null): unknown[] {
  const parsed = title === null ? null : parseTitle(title);
  return call.wiki.content.deletions
    .filter((entry) => parsed === null || (!('invalid' in parsed) && entry.title.text === parsed.text))
    .reverse()
    .slice(0, call.integer('lelimit', 10) || 500)
    .map((entry, index) => ({
      logid: index + 1,
      ns: entry.title.ns,
      title: entry.title.text,
      type: 'delete',
      action: 'delete',
      timestamp: isoTime(entry.timestamp),
    }));
}
