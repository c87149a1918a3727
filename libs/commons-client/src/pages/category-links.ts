import { INVISIBLE, maskMarkup } from './mask-markup.js';
import { readCategoryName, tidyCategoryName, type CategorySpelling } from './read-category-name.js';

interface CategoryLink {
  /** From `[[`. */
  readonly start: number;
  /** After `]]`. */
  readonly end: number;
  /** After the title: at `|` or `]]`. */
  readonly titleEnd: number;
  readonly name: string;
  /** What stands in the title and is not read: comments and the like. */
  readonly aside: string;
}

export interface CategoryMove {
  /** Names of categories, without namespace. */
  readonly source: string;
  readonly target: string;
}

/**
 * As Parser::handleInternalLinks2 finds links, which takes each pair of brackets by itself: the link in `[[[A]]` would begin with a
 * bracket, and so is none. A comment may stand anywhere in one.
 */
const LINK = new RegExp(
  String.raw`\[~*\[(?:((?:[^[\]{}<>|\p{Cc}]|~)+)(?:\|(?:(?!\[~*\[|\]~*\])[^])+)?\]~*\])?`.replaceAll(
    '~',
    INVISIBLE,
  ),
  'gu',
);

/**
 * The wikitext with the page's membership in one category changed to another, or null when no link in the text makes it a
 * member of the first. The sort key stays. A page that is in the second one already loses the link, with its line if it
 * stands alone there. Links in comments and the like, and links to a category (`[[:Category:A]]`), stay as they are.
 */
export function moveCategory(text: string, move: CategoryMove, spelling: CategorySpelling): string | null {
  const links = findCategoryLinks(text, spelling);
  const source = tidyCategoryName(move.source, spelling);
  const target = tidyCategoryName(move.target, spelling);
  const sources = links.filter(({ name }) => name === source);
  if (sources.length === 0) return null;
  if (source === target) return text;
  // Of several links to one category the wiki takes the sort key of the last.
  const kept = links.some(({ name }) => name === target) ? undefined : sources.at(-1);
  let changed = text;
  for (const link of sources.toReversed()) {
    changed =
      link === kept ? retarget(changed, link, `${spelling.namespace}:${target}`) : remove(changed, link);
  }
  return changed;
}

/** Names of the categories into which links in the text put the page, in the order of the links. */
export const listCategoryNames = (text: string, spelling: CategorySpelling): string[] =>
  findCategoryLinks(text, spelling).map(({ name }) => name);

function findCategoryLinks(text: string, spelling: CategorySpelling): CategoryLink[] {
  const masked = maskMarkup(text);
  return [...masked.matchAll(LINK)].flatMap((match) => {
    const [whole, title = ''] = match;
    const name = readCategoryName(title.replaceAll(INVISIBLE, ''), spelling);
    if (name === null || name === '') return [];
    const start = match.index;
    const titleEnd = start + whole.indexOf(title) + title.length;
    const aside = text
      .slice(start, titleEnd)
      .split('')
      .filter((_, index) => masked[start + index] === INVISIBLE)
      .join('');
    return [{ start, titleEnd, end: start + whole.length, name, aside }];
  });
}

function retarget(text: string, { start, titleEnd, aside }: CategoryLink, title: string): string {
  return `${text.slice(0, start)}[[${title}${aside}${text.slice(titleEnd)}`;
}

function remove(text: string, { start, end }: CategoryLink): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const lineEnd = newline < 0 ? text.length : newline;
  const before = text.slice(lineStart, start);
  const after = text.slice(end, lineEnd);
  if (before.trim() !== '') {
    const blanks = /^[ \t]|^\r?$/.test(after) ? (/[ \t]*$/.exec(before)?.[0].length ?? 0) : 0;
    return text.slice(0, start - blanks) + text.slice(end);
  }
  // A blank at the start of a line would make it preformatted text.
  if (after.trim() !== '') return text.slice(0, start) + text.slice(end).replace(/^[ \t]+/, '');
  return newline < 0
    ? text.slice(0, lineStart).replace(/\r?\n$/, '')
    : text.slice(0, lineStart) + text.slice(newline + 1);
}
