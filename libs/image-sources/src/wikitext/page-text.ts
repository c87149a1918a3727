import { readShown } from './read-shown.js';

/** A line of categories, interwiki links or the page's sort key; such lines stand at the end of a page. */
const CLOSING_LINE = /^(?:(?:\[\[[^[\]:]*:[^[\]]*\]\]|\{\{DEFAULTSORT:[^{}]*\}\}) ?)*$/i;

const withSingleBlanks = (text: string): string => text.replace(/[\s_]+/g, ' ');

/** What of a page's text is read as wikitext, with single blanks only. */
export const shownText = (wikitext: string): string => withSingleBlanks(readShown(wikitext).text);

/** The source of a regular expression for a name of a template, as it stands in `shownText`. */
export const literally = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The source of one for the beginning of a use of a template, substituted or not, to be matched in any case of letters. */
export const useOf = (name: string): string =>
  `\\{\\{ ?(?:(?:safe)?subst: ?)?(?:template: ?)?${literally(name)} ?`;

/** The name in `{{Name|…}}`. */
export const templateName = (template: string): string =>
  /^\{\{(?:safesubst:)?([^|}]+)/.exec(template)?.[1] ?? '';

/** A page's text, and the categories at its end; neither with blanks around it. */
export function splitClosing(wikitext: string): { body: string; closing: string } {
  const lines = wikitext.split('\n');
  let start = lines.length;
  while (start > 0 && CLOSING_LINE.test(withSingleBlanks(lines[start - 1] ?? '').trim())) start -= 1;
  return { body: lines.slice(0, start).join('\n').trimEnd(), closing: lines.slice(start).join('\n').trim() };
}

/** Puts templates, one a line, in front of the categories of a page. */
export function addTemplates(wikitext: string, templates: readonly string[]): string {
  if (templates.length === 0) return wikitext;
  const { body, closing } = splitClosing(wikitext + readShown(wikitext).end);
  return [body, templates.join('\n'), closing].filter((part) => part !== '').join('\n\n');
}
