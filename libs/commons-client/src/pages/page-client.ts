import { TemporaryError } from '#app/protocol';
import type { ApiCaller, Params } from '../http/api-caller.js';
import { listAt, objectAt, textAt, type JsonObject } from '../json.js';
import { normalizeFileName } from '../titles/file-names.js';
import type { TitleProblem } from '../titles/find-title-problem.js';
import { pagesByTitle, parseTitleCheck } from './parse-pages.js';

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

  /** In the body, because 50 titles are too long for an address. */
  private async findPages(
    titles: readonly string[],
    params: Params,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, unknown>> {
    if (titles.length > MAX_TITLES) throw new RangeError(`At most ${MAX_TITLES} titles at once`);
    const body: JsonObject = await this.caller.post({
      params: { action: 'query', titles: SEPARATOR + titles.join(SEPARATOR), ...params },
      signal,
      repeatable: true,
      withToken: false,
    });
    return pagesByTitle(body, titles);
  }
}

const incomplete = (title: string): TemporaryError =>
  new TemporaryError('unexpected-answer', `unexpected-answer: Commons did not tell about ${title}`);
