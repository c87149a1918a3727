import { findLicense } from './flickr-licenses.js';

const REVIEW = '{{Flickrreview}}';
/** The template and what redirects to it. */
const REVIEW_NAMES = ['Flickrreview', 'FlickreviewR', 'LicenseReview', 'License review'];

/** A line of categories, interwiki links or the page's sort key; such lines stand at the end of a page. */
const CLOSING_LINE = /^(?:(?:\[\[[^[\]:]*:[^[\]]*\]\]|\{\{DEFAULTSORT:[^{}]*\}\}) ?)*$/i;

/** The name in `{{Name|…}}`. */
const nameOf = (template: string): string => /^\{\{(?:safesubst:)?([^|}]+)/.exec(template)?.[1] ?? '';

const withSingleBlanks = (text: string): string => text.replace(/[\s_]+/g, ' ');

/** Whether a text uses a template, in any case of letters, substituted or not. @param text withSingleBlanks */
const uses = (text: string, name: string): boolean => {
  const literally = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\{\\{ ?(?:(?:safe)?subst: ?)?(?:template: ?)?${literally} ?[|}]`, 'i').test(text);
};

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
  const text = withSingleBlanks(wikitext);
  const template = copyrightOverride ? undefined : findLicense(license)?.template;
  const missing = [
    ...(template !== undefined && !uses(text, nameOf(template)) ? [template] : []),
    ...(REVIEW_NAMES.some((name) => uses(text, name)) ? [] : [REVIEW]),
  ];
  if (missing.length === 0) return wikitext;
  const lines = wikitext.split('\n');
  const closing = findClosing(lines);
  const body = lines.slice(0, closing).join('\n').trimEnd();
  const rest = lines.slice(closing).join('\n').trim();
  return [body, missing.join('\n'), rest].filter((part) => part !== '').join('\n\n');
}
