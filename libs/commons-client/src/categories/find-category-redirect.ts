import { maskMarkup } from '../pages/mask-markup.js';
import { ENGLISH_SPELLING, readCategoryName, tidyCategoryName } from '../pages/read-category-name.js';

export interface CategoryRedirect {
  /** The template that says so, or null for a redirect of the wiki itself. */
  template: string | null;
  /** Without namespace; null when it cannot be told. */
  target: string | null;
}

/** Whatever the magic word is in the wiki's language. */
const WIKI_REDIRECT = /^\s*#[^\s[#]+\s*(?::\s*)?\[\[([^\]|]+)/;

const readTarget = (text: string): string | null => {
  const [, linked] = /^\[\[([^[\]|]*)(?:\|[^\]]*)?\]\]$/.exec(text.trim()) ?? [];
  const inner = (linked ?? text).trim().replace(/^:/, '').trim();
  const name = readCategoryName(inner, ENGLISH_SPELLING) ?? tidyCategoryName(inner, ENGLISH_SPELLING);
  return name === '' || /[[\]{}|<>#]/.test(name) ? null : name;
};

const foldTemplate = (name: string): string => tidyCategoryName(name, ENGLISH_SPELLING).toLowerCase();

/**
 * Where the page of a category leads to, as its wikitext says: by a redirect of the wiki, or by one of these templates with
 * the target as its first parameter. Null when it leads nowhere.
 * @param templates without namespace @see https://commons.wikimedia.org/wiki/Template:Category_redirect
 */
export function findCategoryRedirect(
  wikitext: string,
  templates: readonly string[],
): CategoryRedirect | null {
  const [, wikiTarget] = WIKI_REDIRECT.exec(wikitext) ?? [];
  if (wikiTarget !== undefined) {
    return { template: null, target: readCategoryName(wikiTarget.replace(/^:/, ''), ENGLISH_SPELLING) };
  }
  const known = new Map(templates.map((name) => [foldTemplate(name), name]));
  const masked = maskMarkup(wikitext);
  for (const [, name = '', rest = ''] of masked.matchAll(/\{\{([^{}|[\]]+)((?:\|[^{}]*)?)\}\}/g)) {
    const template = known.get(foldTemplate(name));
    if (template === undefined) continue;
    const first = splitParameters(rest).find((parameter) => /^(?:\s*1\s*=|[^=]*$)/.test(parameter));
    return { template, target: first === undefined ? null : readTarget(first.replace(/^\s*1\s*=/, '')) };
  }
  return null;
}

/** Not at the `|` of a link. */
const splitParameters = (text: string): string[] =>
  text
    .replace(/\[\[[^[\]]*\]\]/g, (link) => link.replaceAll('|', '\u001f'))
    .split('|')
    .slice(1)
    .map((parameter) => parameter.replaceAll('\u001f', '|'));
