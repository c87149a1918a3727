import type { ApiCall } from './api-call.js';
import { ApiError } from './api-error.js';
import { isoTime, type Page } from './content.js';
import { forbiddenTitle } from './title-blacklist.js';
import { parseTitle, type Title } from './titles.js';

const MAX_TEXT_BYTES = 2048 * 1024;
const EXTRA_PARAMS = [
  'summary',
  'minor',
  'bot',
  'tags',
  'watchlist',
  'watch',
  'unwatch',
  'basetimestamp',
  'starttimestamp',
  'contentformat',
  'contentmodel',
  'md5',
  'recreate',
  'section',
];

function pageToEdit(call: ApiCall): { title: Title; page: Page | null } {
  const id = call.text('pageid');
  if (id !== null) {
    const page = call.wiki.content.findById(Number(id));
    if (page === null) throw new ApiError('nosuchpageid', `There is no page with ID ${id}.`);
    return { title: page.title, page };
  }
  const text = call.text('title');
  if (text === null)
    throw new ApiError('missingparam', 'One of the parameters "title" and "pageid" is required.');
  const title = parseTitle(text);
  if ('invalid' in title) throw new ApiError('invalidtitle', `Bad title "${text}".`);
  return { title, page: call.wiki.content.pages.get(title.text) ?? null };
}

/** `action=edit`: https://www.mediawiki.org/wiki/API:Edit */
export function edit(call: ApiCall): Record<string, unknown> {
  call.know(...EXTRA_PARAMS);
  const { content, users } = call.wiki;
  const { title, page } = pageToEdit(call);
  const whole = call.text('text');
  const appended = call.text('appendtext');
  const prepended = call.text('prependtext');
  if (whole === null && appended === null && prepended === null) {
    throw new ApiError(
      'notext',
      'One of the "text", "appendtext", "prependtext" and "undo" parameters must be set.',
    );
  }
  const user = call.needsRight('edit', 'edit this page');
  if (call.flag('createonly') && page !== null)
    throw new ApiError('articleexists', 'The article you tried to create has been created already.');
  if (call.flag('nocreate') && page === null)
    throw new ApiError('missingtitle', "The page you specified doesn't exist.");
  if (page?.isProtected === true && !users.can(user, 'editprotected'))
    throw new ApiError('protectedpage', 'This page has been protected to prevent editing or other actions.');
  const forbidden = page === null ? forbiddenTitle(call, title) : null;
  if (forbidden !== null) {
    throw new ApiError('titleblacklist-forbidden', forbidden.reason, {
      message: { key: 'titleblacklist-forbidden-edit', params: [forbidden.line, title.text] },
      line: forbidden.line,
      info: 'TitleBlacklist prevents this title from being created',
    });
  }
  const newest = page?.revisions[0];
  const text = `${prepended ?? ''}${whole ?? newest?.text ?? ''}${appended ?? ''}`;
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES)
    throw new ApiError(
      'contenttoobig',
      'The content you supplied exceeds the article size limit of 2048 kibibytes.',
    );
  if (!users.hit(user, 'edit')) {
    throw new ApiError(
      'ratelimited',
      'As an anti-abuse measure, you are limited from performing this action too many times in a short space of time, and you have exceeded this limit. Please try again in a few minutes.',
    );
  }
  if (page !== null && newest?.text === text) {
    page.refreshes += 1;
    page.touched = new Date();
    return {
      edit: {
        result: 'Success',
        pageid: page.id,
        title: title.text,
        contentmodel: 'wikitext',
        nochange: true,
        watched: true,
      },
    };
  }
  checkBase(call, page);
  const saved = content.save(title, { user: user.name, comment: call.text('summary') ?? '', text });
  saved.page.refreshes += 1;
  user.editCount += 1;
  return {
    edit: {
      ...(saved.isNew ? { new: true } : {}),
      result: 'Success',
      pageid: saved.page.id,
      title: title.text,
      contentmodel: 'wikitext',
      oldrevid: saved.revision.parentid,
      newrevid: saved.revision.revid,
      newtimestamp: isoTime(saved.revision.timestamp),
      watched: true,
    },
  };
}

/** @throws ApiError editconflict if somebody else changed the text since `baserevid` */
function checkBase(call: ApiCall, page: Page | null): void {
  const base = call.text('baserevid');
  if (base === null || page === null) return;
  const known = page.revisions.find((revision) => revision.revid === Number(base));
  if (known === undefined) throw new ApiError('nosuchrevid', `There is no revision with ID ${base}.`);
  const newer = page.revisions.filter((revision) => revision.revid > known.revid);
  if (newer.some((revision) => revision.text !== known.text && revision.user !== call.user?.name))
    throw new ApiError('editconflict', 'Edit conflict.');
}

/** `action=purge`: https://www.mediawiki.org/wiki/API:Purge. Each page is one hit; what is over the limit only loses its flag, with a warning. */
export function purge(call: ApiCall): Record<string, unknown> {
  const { content, users } = call.wiki;
  const user = call.user;
  const links = call.flag('forcelinkupdate') || call.flag('forcerecursivelinkupdate');
  const pages = call.list('titles').map((text) => {
    const title = parseTitle(text);
    if ('invalid' in title) return { title: text, invalidreason: title.invalid, invalid: true };
    const page = content.pages.get(title.text);
    if (page === undefined) return { ns: title.ns, title: title.text, missing: true };
    const purged = user === null || users.hit(user, 'purge');
    const updated = links && (user === null || users.hit(user, 'linkpurge'));
    if (!purged || (links && !updated)) {
      call.warn(
        'purge',
        'ratelimited',
        "You've exceeded your rate limit. Please wait some time and try again.",
      );
    }
    if (purged) page.touched = new Date();
    if (updated) page.refreshes += 1;
    return {
      ns: title.ns,
      title: title.text,
      ...(purged ? { purged: true } : {}),
      ...(updated ? { linkupdate: true } : {}),
    };
  });
  call.know('redirects', 'converttitles', 'pageids');
  const missingFirst = [...pages].sort((a, b) => Number('missing' in b) - Number('missing' in a));
  return { batchcomplete: true, purge: missingFirst };
}
