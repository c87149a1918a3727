import { findLicense } from './flickr-licenses.js';
import { readShown } from './read-shown.js';

const REVIEW = '{{Flickrreview}}';
/** The template and what redirects to it. */
const REVIEW_NAMES = ['Flickrreview', 'FlickreviewR', 'LicenseReview', 'License review'];

/** A line of categories, interwiki links or the page's sort key; such lines stand at the end of a page. */
const CLOSING_LINE = /^(?:(?:\[\[[^[\]:]*:[^[\]]*\]\]|\{\{DEFAULTSORT:[^{}]*\}\}) ?)*$/i;

/** The name in `{{Name|…}}`. */
const nameOf = (template: string): string => /^\{\{(?:safesubst:)?([^|}]+)/.exec(template)?.[1] ?? '';

const withSingleBlanks = (text: string): string => text.replace(/[\s_]+/g, ' ');

/** The beginning of a use of a template, in any case of letters, substituted or not; for texts withSingleBlanks. */
const useOf = (name: string): string =>
  `\\{\\{ ?(?:(?:safe)?subst: ?)?(?:template: ?)?${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} ?`;

const uses = (text: string, name: string): boolean => new RegExp(`${useOf(name)}[|}]`, 'i').test(text);

/** A request only: what tells the result of a review is the reviewers' to write, and is no reason not to ask for one. */
const asksForReview = (text: string, name: string): boolean =>
  new RegExp(`${useOf(name)}(?:\\| ?(?:site|source) ?=[^|{}]*)?\\}\\}`, 'i').test(text);

/** Where the categories at the end of a page begin. */
function findClosing(lines: readonly string[]): number {
  let closing = lines.length;
  while (closing > 0 && CLOSING_LINE.test(withSingleBlanks(lines[closing - 1] ?? '').trim())) closing -= 1;
  return closing;
}

/**
 * Adds to a page's text what every file from Flickr needs: the template of its licence, unless the person speaks for it,
 * and the request for a licence review, in front of the categories. What is there already is left alone.
 * @see https://commons.wikimedia.org/wiki/Template:Flickrreview
 */
export function completeWikitext(wikitext: string, license: string, copyrightOverride: boolean): string {
  const shown = readShown(wikitext);
  const text = withSingleBlanks(shown.text);
  const template = copyrightOverride ? undefined : findLicense(license)?.template;
  const missing = [
    ...(template !== undefined && !uses(text, nameOf(template)) ? [template] : []),
    ...(REVIEW_NAMES.some((name) => asksForReview(text, name)) ? [] : [REVIEW]),
  ];
  if (missing.length === 0) return wikitext;
  const lines = (shown.isCommentOpen ? `${wikitext}-->` : wikitext).split('\n');
  const closing = findClosing(lines);
  const body = lines.slice(0, closing).join('\n').trimEnd();
  const rest = lines.slice(closing).join('\n').trim();
  return [body, missing.join('\n'), rest].filter((part) => part !== '').join('\n\n');
}
