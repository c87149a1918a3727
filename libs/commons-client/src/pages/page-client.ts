import { RefusedError, TemporaryError, type FileLink } from '#app/protocol';
import type { ApiCaller, Params } from '../http/api-caller.js';
import { flagAt, listAt, objectAt, textAt, type JsonObject } from '../json.js';
import { normalizeFileName } from '../titles/file-names.js';
import type { TitleProblem } from '../titles/find-title-problem.js';
import { filesByTitle, pagesByTitle, parseTitleCheck } from './parse-pages.js';

export interface NewPage {
  /** With namespace. */
  readonly title: string;
  /** Wikitext. */
  readonly text: string;
  /** Edit summary. */
  readonly summary: string;
}

const MAX_TITLES = 50;
/** Separates titles that may have a `|` in them. @see https://www.mediawiki.org/wiki/API:Data_formats#Multivalue_parameters */
const SEPARATOR = '\u001f';

/**
 * Pages and titles of Commons as one user sees them. Errors and repetitions are those of CommonsClient.
 * @see https://commons.wikimedia.org/w/api.php
 */
export class PageClient {
  constructor(private readonly caller: ApiCaller) {}

  /**
   * Why new files cannot have these titles, in one request for all of them: `invalidtitle`, `fileexists`, `page-exists`,
   * `titleblacklist-forbidden`, `protectedtitle` or `cascadeprotected`. A title that is not in the answer can be had.
   * @param names at most 50, without namespace
   */
  async checkFileTitles(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, TitleProblem>> {
    const titleOf = (name: string): string => `File:${normalizeFileName(name)}`;
    // The full test of `create` asks Extension:TitleBlacklist as well, which knows no other way to ask for many titles.
    const pages = await this.findPages(
      names.map(titleOf),
      { prop: 'info|imageinfo', iiprop: 'timestamp', intestactions: 'create', intestactionsdetail: 'full' },
      signal,
    );
    const problems = new Map<string, TitleProblem>();
    for (const name of names) {
      const page = pages.get(titleOf(name));
      if (page === undefined) throw incomplete(name);
      const problem = parseTitleCheck(page);
      if (problem) problems.set(name, problem);
    }
    return problems;
  }

  /** The wikitext of a page, or null when there is none. @param title with namespace */
  async findText(title: string, signal?: AbortSignal): Promise<string | null> {
    const pages = await this.findPages(
      [title],
      { prop: 'revisions', rvprop: 'content', rvslots: 'main' },
      signal,
    );
    const [revision] = listAt(pages.get(title), 'revisions');
    return textAt(objectAt(objectAt(revision, 'slots'), 'main'), 'content') ?? null;
  }

  /** Those of the titles that have no page. @param titles at most 50, with namespace; what is no title at all has no page either */
  async listMissing(titles: readonly string[], signal?: AbortSignal): Promise<string[]> {
    const pages = await this.findPages(titles, { prop: 'info' }, signal);
    return titles.filter((title) => {
      const page = pages.get(title);
      if (page === undefined) throw incomplete(title);
      return flagAt(page, 'missing');
    });
  }

  /**
   * The files that these titles lead to, by way of redirects too, which renaming leaves; null where there is no file (any more).
   * @param titles at most 50, with namespace
   */
  async findFiles(
    titles: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, FileLink | null>> {
    const params = { redirects: '1', prop: 'imageinfo', iiprop: 'url' };
    const files = filesByTitle(await this.queryTitles(titles, params, signal), titles);
    const untold = titles.find((title) => !files.has(title));
    if (untold !== undefined) throw incomplete(untold);
    return files;
  }

  /** Whether a page of this title was ever deleted. @param title with namespace */
  async wasDeleted(title: string, signal?: AbortSignal): Promise<boolean> {
    const params = {
      list: 'logevents',
      leaction: 'delete/delete',
      letitle: title,
      leprop: 'ids',
      lelimit: '1',
    };
    const body = await this.caller.get({ params: { action: 'query', ...params }, signal });
    return listAt(objectAt(body, 'query'), 'logevents').length > 0;
  }

  /** Makes a page; one that exists stays as it is. @returns its title as the wiki spells it @throws RefusedError @throws TemporaryError */
  async createPage(page: NewPage, signal?: AbortSignal): Promise<{ title: string; isNew: boolean }> {
    const params = { action: 'edit', ...page, createonly: '1' };
    try {
      const body = await this.caller.post({ params, signal, repeatable: true, withToken: true });
      const edit = objectAt(body, 'edit');
      if (textAt(edit, 'result') !== 'Success') {
        throw new RefusedError('edit-failed', `edit-failed: Commons did not save ${page.title}`);
      }
      return { title: textAt(edit, 'title') ?? page.title, isNew: true };
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== 'articleexists') throw error;
      return { title: page.title, isNew: false };
    }
  }

  private async findPages(
    titles: readonly string[],
    params: Params,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, unknown>> {
    return pagesByTitle(await this.queryTitles(titles, params, signal), titles);
  }

  /** In the body, because 50 titles are too long for an address. */
  private async queryTitles(
    titles: readonly string[],
    params: Params,
    signal?: AbortSignal,
  ): Promise<JsonObject> {
    if (titles.length > MAX_TITLES) throw new RangeError(`At most ${MAX_TITLES} titles at once`);
    return this.caller.post({
      params: { action: 'query', titles: SEPARATOR + titles.join(SEPARATOR), ...params },
      signal,
      repeatable: true,
      withToken: false,
    });
  }
}

const incomplete = (title: string): TemporaryError =>
  new TemporaryError('unexpected-answer', `unexpected-answer: Commons did not tell about ${title}`);
