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
