import type { CategoryFile, CategoryPart, CategorySource, FoundCategory } from '#app/protocol';
import type { ApiCaller, Params } from '../http/api-caller.js';
import { flagAt, listAt, numberAt, objectAt, textAt, type JsonObject } from '../json.js';
import { findCategoryRedirect } from './find-category-redirect.js';
import { parseCategoryFile, parseUpload, VERSIONS } from './parse-category-file.js';

/** As many as people without higher limits get. */
const CHUNK = '500';
const MOST_TITLES = 50;
/** Answers that one request may be cut into. */
const MOST_PARTS = 1_000;
const VERSION_PROPS = 'timestamp|user|size|mime|sha1';

const toTitle = (category: string): string => `Category:${category}`;

/**
 * Categories as one person reads them through the API: up to 500 files a request with their ten latest versions, so that
 * the first uploader of nearly all is told without asking again; one further request for each file with more versions. A place in
 * a category is the wiki's own `gcmcontinue`. Errors and repetitions are those of CommonsClient.
 * @see https://www.mediawiki.org/wiki/API:Categorymembers
 * @see https://www.mediawiki.org/wiki/API:Imageinfo
 */
export class CategoryClient implements CategorySource {
  readonly name = 'api';

  /** @param redirectTemplates templates, without namespace, whose use makes a category lead to another */
  constructor(
    private readonly caller: ApiCaller,
    private readonly redirectTemplates: readonly string[],
  ) {}

  async find(title: string, signal: AbortSignal): Promise<FoundCategory | null> {
    const body = await this.query(
      {
        titles: toTitle(title),
        prop: 'categoryinfo|revisions|templates|links',
        rvprop: 'content',
        rvslots: 'main',
        tltemplates: this.redirectTemplates.map((name) => `Template:${name}`).join('|') || undefined,
        plnamespace: '14',
        pllimit: '10',
        list: 'categorymembers',
        cmtitle: toTitle(title),
        cmlimit: '1',
        cmprop: 'ids',
      },
      signal,
    );
    const query = objectAt(body, 'query');
    const [page] = listAt(query, 'pages');
    const hasPage = !flagAt(page, 'missing') && !flagAt(page, 'invalid');
    if (!hasPage && listAt(query, 'categorymembers').length === 0) return null;
    const [revision] = listAt(page, 'revisions');
    const text = textAt(objectAt(objectAt(revision, 'slots'), 'main'), 'content') ?? '';
    const redirect = findCategoryRedirect(text, this.redirectTemplates);
    return {
      files: numberAt(objectAt(page, 'categoryinfo'), 'files') ?? 0,
      redirect: redirect
        ? { template: redirect.template, targets: redirect.target === null ? [] : [redirect.target] }
        : this.findByAlias(page, title),
    };
  }

  async listFiles(
    title: string,
    after: string | null,
    signal: AbortSignal,
  ): Promise<CategoryPart<CategoryFile>> {
    const params = {
      generator: 'categorymembers',
      gcmtitle: toTitle(title),
      gcmtype: 'file',
      gcmlimit: CHUNK,
      gcmcontinue: after ?? undefined,
      prop: 'imageinfo',
      iiprop: VERSION_PROPS,
      iilimit: String(VERSIONS),
    };
    const { pages, next } = await this.queryWhole(params, signal);
    const members: CategoryFile[] = [];
    for (const page of pages.values()) {
      const file = parseCategoryFile(page);
      if (file === null) continue;
      members.push(
        page.versions.length < VERSIONS ? file : { ...file, ...(await this.findFirst(page.title, signal)) },
      );
    }
    return { members, others: pages.size - members.length, next };
  }

  async listSubcategories(
    title: string,
    after: string | null,
    signal: AbortSignal,
  ): Promise<CategoryPart<string>> {
    const params = {
      list: 'categorymembers',
      cmtitle: toTitle(title),
      cmtype: 'subcat',
      cmprop: 'title',
      cmlimit: CHUNK,
      cmcontinue: after ?? undefined,
    };
    const body = await this.query(params, signal);
    const members = titlesAt(objectAt(body, 'query'), 'categorymembers');
    return { members, others: 0, next: textAt(objectAt(body, 'continue'), 'cmcontinue') ?? null };
  }

  async estimateFiles(titles: readonly string[], signal: AbortSignal): Promise<number> {
    let files = 0;
    for (let start = 0; start < titles.length; start += MOST_TITLES) {
      const some = titles.slice(start, start + MOST_TITLES).map(toTitle);
      const body = await this.query({ titles: some.join('|'), prop: 'categoryinfo' }, signal);
      for (const page of listAt(objectAt(body, 'query'), 'pages')) {
        files += numberAt(objectAt(page, 'categoryinfo'), 'files') ?? 0;
      }
    }
    return files;
  }

  /** The text names the template by one of its own redirects: what the page links to has to tell. */
  private findByAlias(page: unknown, title: string): FoundCategory['redirect'] {
    if (this.redirectTemplates.length === 0) return null;
    const [template] = titlesAt(page, 'templates');
    if (template === undefined) return null;
    return { template, targets: titlesAt(page, 'links').filter((target) => target !== title) };
  }

  /** The first of the many versions of a file. */
  private async findFirst(
    title: string,
    signal: AbortSignal,
  ): Promise<Pick<CategoryFile, 'firstUploader' | 'firstUploadedAt'>> {
    const params = { titles: title, prop: 'imageinfo', iiprop: 'timestamp|user', iilimit: CHUNK };
    const { pages } = await this.queryWhole(params, signal);
    const [page] = pages.values();
    const { uploader, uploadedAt } = parseUpload(page?.versions.at(-1));
    return { firstUploader: uploader, firstUploadedAt: uploadedAt };
  }

  /** An answer that comes in parts, put together. */
  private async queryWhole(
    params: Params,
    signal: AbortSignal,
  ): Promise<{ pages: Map<number, AnsweredPage>; next: string | null }> {
    const pages = new Map<number, AnsweredPage>();
    let more: Params = {};
    for (let parts = 0; parts < MOST_PARTS; parts += 1) {
      const body = await this.query({ ...params, ...more }, signal);
      for (const answered of listAt(objectAt(body, 'query'), 'pages')) keepPage(pages, answered);
      const next = objectAt(body, 'continue');
      const following = textAt(next, 'gcmcontinue') ?? null;
      const isWhole = flagAt(body, 'batchcomplete') || Object.keys(next).length === 0;
      if (isWhole) return { pages, next: following };
      more = Object.fromEntries(
        Object.entries(next).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      );
    }
    throw new RangeError('An answer of the wiki came in too many parts');
  }

  private query(params: Params, signal: AbortSignal): Promise<JsonObject> {
    return this.caller.get({ params: { action: 'query', ...params }, signal });
  }
}

interface AnsweredPage {
  id: number;
  /** With namespace. */
  title: string;
  /** Newest first. */
  versions: unknown[];
}

/** Without namespace. */
const titlesAt = (page: unknown, key: string): string[] =>
  listAt(page, key).flatMap((entry) => {
    const title = textAt(entry, 'title');
    return title === undefined ? [] : [title.slice(title.indexOf(':') + 1)];
  });

function keepPage(pages: Map<number, AnsweredPage>, answered: unknown): void {
  const id = numberAt(answered, 'pageid');
  const title = textAt(answered, 'title');
  if (id === undefined || title === undefined) return;
  const page = pages.get(id) ?? { id, title, versions: [] };
  page.versions.push(...listAt(answered, 'imageinfo'));
  pages.set(id, page);
}
