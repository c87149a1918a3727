import type { FileLink } from '#app/protocol';
import { WARNING_SENTENCES } from '../answers/warning-sentences.js';
import { flagAt, listAt, objectAt, textAt, type JsonObject } from '../json.js';
import type { TitleProblem } from '../titles/find-title-problem.js';

/** The pages of a query by the titles that were asked for. */
export function pagesByTitle(body: JsonObject, titles: readonly string[]): ReadonlyMap<string, unknown> {
  const query = objectAt(body, 'query');
  const normalized = new Map(
    listAt(query, 'normalized').map((entry) => [textAt(entry, 'from') ?? '', textAt(entry, 'to') ?? '']),
  );
  const pages = new Map(listAt(query, 'pages').map((page) => [textAt(page, 'title') ?? '', page]));
  return new Map(titles.map((title) => [title, pages.get(normalized.get(title) ?? title)]));
}

/**
 * The files of a query with `redirects` and `prop=imageinfo`, by the titles that were asked for; null where there is no file
 * (any more). What the answer does not tell about is absent.
 */
export function filesByTitle(body: JsonObject, titles: readonly string[]): Map<string, FileLink | null> {
  const query = objectAt(body, 'query');
  const next = new Map(
    [...listAt(query, 'normalized'), ...listAt(query, 'redirects')].map((entry) => [
      textAt(entry, 'from') ?? '',
      textAt(entry, 'to') ?? '',
    ]),
  );
  const pages = new Map(listAt(query, 'pages').map((page) => [textAt(page, 'title') ?? '', page]));
  const files = new Map<string, FileLink | null>();
  for (const title of titles) {
    let name = title;
    for (let hops = 0; hops < next.size && next.has(name); hops += 1) name = next.get(name) ?? name;
    const page = pages.get(name);
    if (page === undefined) continue;
    const url = textAt(listAt(page, 'imageinfo')[0], 'descriptionurl');
    files.set(title, url === undefined ? null : { title: name, url });
  }
  return files;
}

const ABOUT_TITLES = /^(?:titleblacklist-|protectedtitle|cascadeprotected)/;

const codeOf = (error: unknown): string => {
  const code = textAt(error, 'code') ?? '';
  return code.startsWith('titleblacklist-') ? 'titleblacklist-forbidden' : code;
};

/** Why no new file can have the title of this page, of a query with `prop=info|imageinfo` that tests creating it. */
export function parseTitleCheck(page: unknown): TitleProblem | null {
  if (flagAt(page, 'invalid')) {
    return { code: 'invalidtitle', info: textAt(page, 'invalidreason') ?? 'Bad title.' };
  }
  if (!flagAt(page, 'missing')) {
    const title = textAt(page, 'title') ?? '';
    return listAt(page, 'imageinfo').length > 0
      ? { code: 'fileexists', info: `Commons already has ${title}. Choose another title.` }
      : { code: 'page-exists', info: WARNING_SENTENCES['page-exists'](title) };
  }
  const forbidden = listAt(objectAt(page, 'actions'), 'create').find((error) =>
    ABOUT_TITLES.test(codeOf(error)),
  );
  if (forbidden === undefined) return null;
  const text = textAt(forbidden, 'text') ?? textAt(forbidden, 'html') ?? 'This title cannot be created.';
  return { code: codeOf(forbidden), info: text.replace(/<[^>]+>/g, '') };
}
