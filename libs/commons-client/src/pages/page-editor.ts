import { RefusedError, TemporaryError } from '#app/protocol';
import type { ApiCaller, Params } from '../http/api-caller.js';
import { flagAt, listAt, numberAt, objectAt, textAt, type JsonObject } from '../json.js';
import { parseCategorySpelling, parseRevisedPages, type RevisedPage } from './parse-revisions.js';
import type { CategorySpelling } from './read-category-name.js';

export interface PageEdit {
  /** With namespace. */
  readonly title: string;
  /** The whole wikitext. */
  readonly text: string;
  /** The revision from which the text was made. */
  readonly baseRevid: number;
  readonly summary: string;
}

export interface CategoryFiles {
  /** With namespace. */
  readonly titles: string[];
  /** Where to go on; null: there are no more. */
  readonly next: string | null;
}

const MAX_TITLES = 50;
const MAX_MEMBERS = '500';
const LATEST_REVISIONS = '50';
/** @see https://www.mediawiki.org/wiki/Manual:Namespace_constants */
const CATEGORY_NAMESPACE = '14';
/** @see https://www.mediawiki.org/wiki/API:Data_formats#Multivalue_parameters */
const SEPARATOR = '\u001f';

/**
 * Changes of existing pages, as one user. Errors and repetitions are those of CommonsClient, but an edit whose answer is lost
 * is not sent again: read the page to see what became of it.
 * @see https://commons.wikimedia.org/w/api.php
 */
export class PageEditor {
  constructor(private readonly caller: ApiCaller) {}

  /** How this wiki spells links to categories. @see https://www.mediawiki.org/wiki/API:Siteinfo */
  async findCategorySpelling(signal?: AbortSignal): Promise<CategorySpelling> {
    const params = { action: 'query', meta: 'siteinfo', siprop: 'namespaces|namespacealiases' };
    return parseCategorySpelling(await this.caller.get({ params, signal }), CATEGORY_NAMESPACE);
  }

  /** Up to 500 files of a category. @param category with namespace @param from where to go on @see https://www.mediawiki.org/wiki/API:Categorymembers */
  async listCategoryFiles(
    category: string,
    from: string | null,
    signal?: AbortSignal,
  ): Promise<CategoryFiles> {
    const more = from === null ? {} : { cmcontinue: from };
    return this.listMembers({ cmtitle: category, cmtype: 'file', cmlimit: MAX_MEMBERS, ...more }, signal);
  }

  /** Whether a category has members other than files. @param category with namespace */
  async hasOtherMembers(category: string, signal?: AbortSignal): Promise<boolean> {
    const { titles } = await this.listMembers(
      { cmtitle: category, cmtype: 'page|subcat', cmlimit: '1' },
      signal,
    );
    return titles.length > 0;
  }

  /**
   * The newest revisions of pages, by the titles that were asked for; null where there is no such page.
   * @param titles at most 50, with namespace
   */
  async readPages(
    titles: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, RevisedPage | null>> {
    if (titles.length > MAX_TITLES) throw new RangeError(`At most ${MAX_TITLES} titles at once`);
    const found = new Map<string, RevisedPage | null>();
    const params = {
      action: 'query',
      titles: SEPARATOR + titles.join(SEPARATOR),
      prop: 'revisions',
      rvprop: 'ids|timestamp|user|comment|content',
      rvslots: 'main',
    };
    // Pages that are too large together come in several answers.
    for (let more: Params = {}; ;) {
      const body = await this.ask({ ...params, ...more }, signal);
      for (const [title, page] of parseRevisedPages(body, titles)) found.set(title, page);
      if (!('continue' in body)) break;
      more = textsOf(objectAt(body, 'continue'));
    }
    const left = titles.find((title) => !found.has(title));
    if (left !== undefined)
      throw new TemporaryError('unexpected-answer', `unexpected-answer: Commons did not tell about ${left}`);
    return found;
  }

  /** The newest of this user's revisions of a page whose summary has this text, among the latest 50 of the user; null: none. */
  async findRevision(
    title: string,
    { user, summaryPart }: { user: string; summaryPart: string },
    signal?: AbortSignal,
  ): Promise<number | null> {
    const params = { action: 'query', titles: title, prop: 'revisions', rvprop: 'ids|comment', rvuser: user };
    const body = await this.ask({ ...params, rvlimit: LATEST_REVISIONS }, signal);
    const [page] = listAt(objectAt(body, 'query'), 'pages');
    const revision = listAt(page, 'revisions').find((item) => textAt(item, 'comment')?.includes(summaryPart));
    return numberAt(revision, 'revid') ?? null;
  }

  /**
   * Saves a page that exists, unless somebody else has changed it since the base revision.
   * @returns the new revision; null when the page has this text already
   * @throws TemporaryError `editconflict` and others @throws RefusedError `missingtitle`, `protectedpage`, `spamblacklist`, `abusefilter-…` and others
   */
  async edit({ title, text, baseRevid, summary }: PageEdit, signal?: AbortSignal): Promise<number | null> {
    const params = { action: 'edit', title, text, summary, baserevid: String(baseRevid), nocreate: '1' };
    const body = await this.caller.post({ params, signal, repeatable: false, withToken: true });
    const edit = objectAt(body, 'edit');
    if (textAt(edit, 'result') !== 'Success') throw notSaved(title, edit);
    return flagAt(edit, 'nochange') ? null : (numberAt(edit, 'newrevid') ?? null);
  }

  private async listMembers(params: Params, signal: AbortSignal | undefined): Promise<CategoryFiles> {
    const body = await this.ask(
      { action: 'query', list: 'categorymembers', cmprop: 'title', ...params },
      signal,
    );
    return {
      titles: listAt(objectAt(body, 'query'), 'categorymembers').flatMap(
        (item) => textAt(item, 'title') ?? [],
      ),
      next: textAt(objectAt(body, 'continue'), 'cmcontinue') ?? null,
    };
  }

  /** In the body, because titles may be too long for an address. */
  private ask(params: Params, signal: AbortSignal | undefined): Promise<JsonObject> {
    return this.caller.post({ params, signal, repeatable: true, withToken: false });
  }
}

const textsOf = (from: JsonObject): Params =>
  Object.fromEntries(Object.entries(from).map(([key, value]) => [key, String(value)]));

/** Extensions that ask for something, or refuse without an error. */
function notSaved(title: string, edit: JsonObject): TemporaryError | RefusedError {
  if ('captcha' in edit)
    return new TemporaryError('captcha', `captcha: Commons wants a person to confirm the edit of ${title}`);
  const code = textAt(edit, 'code') ?? 'edit-failed';
  return new RefusedError(code, `${code}: ${textAt(edit, 'info') ?? `Commons did not save ${title}`}`);
}
