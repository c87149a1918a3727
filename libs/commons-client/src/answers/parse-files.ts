import { RefusedError, type FileLink } from '#app/protocol';
import { flagAt, listAt, numberAt, objectAt, textAt, type JsonObject } from '../json.js';
import type { ExistingFile, PurgeResult } from '../types.js';
import type { LinkFile } from './parse-upload-answer.js';

/** Files of `list=allimages`. */
export function parseFilesBySha1(body: JsonObject, link: LinkFile): FileLink[] {
  return listAt(objectAt(body, 'query'), 'allimages').flatMap((image) => {
    const name = textAt(image, 'name') ?? textAt(image, 'title');
    if (name === undefined) return [];
    const fallback = link(name);
    return [
      {
        title: textAt(image, 'title') ?? fallback.title,
        url: textAt(image, 'descriptionurl') ?? fallback.url,
      },
    ];
  });
}

/**
 * The file of a query for one title with `prop=imageinfo`, or null where there is none (a page without a file counts as none).
 * @throws RefusedError `invalidtitle`
 */
export function parseExistingFile(body: JsonObject, link: LinkFile): ExistingFile | null {
  const [page] = listAt(objectAt(body, 'query'), 'pages');
  if (flagAt(page, 'invalid')) {
    throw new RefusedError('invalidtitle', `invalidtitle: ${textAt(page, 'invalidreason') ?? 'Bad title.'}`);
  }
  const [info] = listAt(page, 'imageinfo');
  const title = textAt(page, 'title');
  if (info === undefined || title === undefined) return null;
  return {
    title,
    url: textAt(info, 'descriptionurl') ?? link(title).url,
    sha1: (textAt(info, 'sha1') ?? '').toLowerCase(),
    size: numberAt(info, 'size') ?? 0,
    user: textAt(info, 'user') ?? '',
    timestamp: textAt(info, 'timestamp') ?? '',
    pageId: numberAt(page, 'pageid') ?? 0,
  };
}

/** Why this title may not be used, or null. @see https://www.mediawiki.org/wiki/Extension:TitleBlacklist */
export function parseTitleProblem(body: JsonObject): { reason: string } | null {
  const answer = objectAt(body, 'titleblacklist');
  if (textAt(answer, 'result') === 'ok') return null;
  const reason =
    textAt(answer, 'reason') ?? textAt(answer, 'message') ?? 'This title is on the title blacklist.';
  return { reason: reason.replace(/<[^>]+>/g, '') };
}

/** Sorts the purged pages. A page over the limit comes back without its flags, beside a warning. */
export function parsePurge(body: JsonObject, titles: readonly string[]): PurgeResult {
  const normalised = new Map(
    listAt(body, 'normalized').flatMap((entry) => {
      const [from, to] = [textAt(entry, 'from'), textAt(entry, 'to')];
      return from !== undefined && to !== undefined ? [[from, to] as const] : [];
    }),
  );
  const pages = new Map(listAt(body, 'purge').map((page) => [textAt(page, 'title') ?? '', page]));
  const sorted: { refreshed: string[]; limited: string[]; missing: string[] } = {
    refreshed: [],
    limited: [],
    missing: [],
  };
  for (const title of titles) {
    const page = pages.get(normalised.get(title) ?? title) ?? pages.get(title.replaceAll('_', ' '));
    const gone = flagAt(page, 'missing') || flagAt(page, 'invalid') || page === undefined;
    sorted[gone ? 'missing' : flagAt(page, 'linkupdate') ? 'refreshed' : 'limited'].push(title);
  }
  return sorted;
}
