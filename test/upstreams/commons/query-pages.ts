import type { ApiCall } from './api-call.js';
import { ApiError } from './api-error.js';
import { categoriesOf } from './category-membership.js';
import { categoryInfo, listCategoryMembers } from './query-lists.js';
import { isoTime, type Page } from './content.js';
import { imageInfo } from './image-info.js';
import { forbiddenTitle } from './title-blacklist.js';
import { sha1Of } from './stash.js';
import { parseTitle, type Title } from './titles.js';

interface Wanted {
  title: Title;
  page: Page | null;
}

/** Pages of `generator=categorymembers` with the props asked for, and where it goes on. */
export function queryGeneratedPages(
  call: ApiCall,
  props: readonly string[],
): { pages: unknown[]; next?: Record<string, unknown> | undefined } {
  const generator = call.text('generator') ?? '';
  if (generator !== 'categorymembers') {
    const text = `Unrecognized value for parameter "generator": ${generator}.`;
    throw new ApiError('badvalue', text, {}, 'query');
  }
  const { members, next } = listCategoryMembers(call, 'g');
  call.know('iiprop', 'iiurlwidth', 'inprop');
  return { pages: members.map((page) => describePage(call, { title: page.title, page }, props)), next };
}

/** Pages by title or id with the props asked for; what is missing comes first, as in the real answers. */
export function queryPages(call: ApiCall, props: readonly string[]): Record<string, unknown> {
  const { content } = call.wiki;
  const normalized: unknown[] = [];
  const redirects: unknown[] = [];
  const invalid: unknown[] = [];
  const wanted = new Map<string, Wanted>();
  for (const text of call.list('titles')) {
    const parsed = parseTitle(text);
    if ('invalid' in parsed) {
      invalid.push({ title: text, invalidreason: parsed.invalid, invalid: true });
      continue;
    }
    if (parsed.text !== text) normalized.push({ fromencoded: false, from: text, to: parsed.text });
    const target = call.flag('redirects') ? redirectTarget(content.pages.get(parsed.text) ?? null) : null;
    if (target !== null) redirects.push({ from: parsed.text, to: target.text });
    const title = target ?? parsed;
    wanted.set(title.text, { title, page: content.pages.get(title.text) ?? null });
  }
  const unknownIds: unknown[] = [];
  for (const id of call.list('pageids')) {
    const page = content.findById(Number(id));
    if (page === null) unknownIds.push({ pageid: Number(id), missing: true });
    else wanted.set(page.title.text, { title: page.title, page });
  }
  const items = [...wanted.values()];
  checkSinglePage(call, items.length, props);
  const describe = (item: Wanted): Record<string, unknown> => describePage(call, item, props);
  const missing = items.filter(({ page }) => page === null).map(describe);
  const found = items
    .filter(({ page }) => page !== null)
    .sort((a, b) => (a.page?.id ?? 0) - (b.page?.id ?? 0))
    .map(describe);
  call.know(
    'rvprop',
    'rvslots',
    'iiprop',
    'iiurlwidth',
    'inprop',
    'tltemplates',
    'plnamespace',
    'pllimit',
    'cllimit',
  );
  return {
    ...(normalized.length > 0 ? { normalized } : {}),
    ...(redirects.length > 0 ? { redirects } : {}),
    pages: [...missing, ...invalid, ...unknownIds, ...found],
  };
}

const redirectTarget = (page: Page | null): Title | null => {
  const target = /^#REDIRECT\s*\[\[:?([^\]|#]+)/i.exec(page?.revisions[0]?.text ?? '')?.[1];
  const parsed = target === undefined ? null : parseTitle(target);
  return parsed === null || 'invalid' in parsed ? null : parsed;
};

function describePage(
  call: ApiCall,
  { title, page }: Wanted,
  props: readonly string[],
): Record<string, unknown> {
  const result: Record<string, unknown> = {
    ...(page === null ? {} : { pageid: page.id }),
    ns: title.ns,
    title: title.text,
    ...(page === null ? { missing: true } : {}),
  };
  if (props.includes('info')) Object.assign(result, info(page), testedActions(call, title, page));
  if (props.includes('revisions') && page !== null) result['revisions'] = revisions(call, page);
  if (props.includes('imageinfo') && title.ns === 6) Object.assign(result, images(call, page));
  if (props.includes('categoryinfo') && title.ns === 14) Object.assign(result, categoryInfo(call, title));
  if (props.includes('categories') && page !== null)
    result['categories'] = categoriesOf(call.wiki.content, page).map((name) => ({ ns: 14, title: name }));
  return result;
}

function info(page: Page | null): Record<string, unknown> {
  const language = {
    contentmodel: 'wikitext',
    pagelanguage: 'en',
    pagelanguagehtmlcode: 'en',
    pagelanguagedir: 'ltr',
  };
  const newest = page?.revisions[0];
  if (page === null || newest === undefined) return language;
  return {
    ...language,
    touched: isoTime(page.touched),
    lastrevid: newest.revid,
    length: Buffer.byteLength(newest.text),
    ...(redirectTarget(page) === null ? {} : { redirect: true }),
    ...(page.revisions.length === 1 ? { new: true } : {}),
  };
}

/** `intestactions=create` as far as the list of forbidden titles goes; with `intestactionsdetail=full` it tells why. */
function testedActions(call: ApiCall, title: Title, page: Page | null): Record<string, unknown> {
  const actions = call.list('intestactions', 'query+info');
  const isFull = call.text('intestactionsdetail') === 'full';
  if (actions.length === 0) return {};
  const forbidden = page === null ? forbiddenTitle(call, title) : null;
  const answer = (action: string): unknown => {
    const problem = action === 'create' ? forbidden : null;
    if (!isFull) return problem === null;
    return problem === null ? [] : [{ code: 'titleblacklist-forbidden', text: problem.reason }];
  };
  return { actions: Object.fromEntries(actions.map((action) => [action, answer(action)])) };
}

const ONE_PAGE_ONLY = ['rvlimit', 'rvstartid', 'rvendid', 'rvuser', 'rvexcludeuser', 'rvstart', 'rvend'];

/** @throws ApiError invalidparammix when the history of several pages is asked for */
function checkSinglePage(call: ApiCall, count: number, props: readonly string[]): void {
  if (count < 2 || !props.includes('revisions')) return;
  if (ONE_PAGE_ONLY.some((name) => call.text(name) !== null))
    throw new ApiError(
      'invalidparammix',
      'titles, pageids or a generator was used to supply multiple pages, but the rvlimit, rvstartid, rvendid, rvdir=newer, rvuser, rvexcludeuser, rvstart, and rvend parameters may only be used on a single page.',
      {},
      'query+revisions',
    );
}

function revisions(call: ApiCall, page: Page): unknown[] {
  const asked = call.list('rvprop', 'query+revisions');
  const props = new Set(asked.length === 0 ? ['ids', 'timestamp', 'user', 'comment'] : asked);
  const user = call.text('rvuser');
  const found = page.revisions.filter((revision) => user === null || revision.user === user);
  return found.slice(0, call.integer('rvlimit', 1)).map((revision) => ({
    ...(props.has('ids') ? { revid: revision.revid, parentid: revision.parentid } : {}),
    ...(props.has('user') ? { user: revision.user } : {}),
    ...(props.has('timestamp') ? { timestamp: isoTime(revision.timestamp) } : {}),
    ...(props.has('content')
      ? {
          slots: { main: { contentmodel: 'wikitext', contentformat: 'text/x-wiki', content: revision.text } },
        }
      : {}),
    ...(props.has('comment') ? { comment: revision.comment } : {}),
  }));
}

function images(call: ApiCall, page: Page | null): Record<string, unknown> {
  if (page === null || page.versions.length === 0) return { imagerepository: '' };
  const asked = call.list('iiprop', 'query+imageinfo');
  const props = new Set(asked.length === 0 ? ['timestamp', 'user'] : asked);
  const limit = call.integer('iilimit', 1);
  return {
    imagerepository: 'local',
    imageinfo: page.versions.slice(0, limit).map((version) => imageInfo(call.wiki, page, version, props)),
  };
}

/** `prop=stashimageinfo`, also of a chunked upload that is not finished. */
export function queryStashImageInfo(call: ApiCall): unknown[] {
  const asked = call.list('siiprop', 'query+stashimageinfo');
  const props = new Set(asked.length === 0 ? ['timestamp', 'url'] : asked);
  const keys = [
    ...call.list('siifilekey', 'query+stashimageinfo'),
    ...call.list('siisessionkey', 'query+stashimageinfo'),
  ];
  if (keys.length === 0)
    throw new ApiError(
      'missingparam',
      'One of the parameters "siifilekey" and "siisessionkey" is required.',
      {},
      'query+stashimageinfo',
    );
  return keys.map((key) => {
    const file = call.wiki.stash.get(key, call.user?.id ?? 0);
    const url = call.wiki.urls.stashed(key);
    return {
      ...(props.has('timestamp') ? { timestamp: isoTime(file.stashedAt) } : {}),
      ...(props.has('size') ? { size: file.size, width: file.facts.width, height: file.facts.height } : {}),
      ...(props.has('url') ? { url, descriptionurl: url } : {}),
      ...(props.has('sha1') ? { sha1: sha1Of(file) } : {}),
      ...(props.has('mime') ? { mime: file.facts.mime } : {}),
    };
  });
}
