import { addTemplates, shownText, templateName, useOf } from '../wikitext/page-text.js';
import { findLicense } from './flickr-licenses.js';

const REVIEW = '{{Flickrreview}}';
/** The template and what redirects to it. */
const REVIEW_NAMES = ['Flickrreview', 'FlickreviewR', 'LicenseReview', 'License review'];

const uses = (text: string, name: string): boolean => new RegExp(`${useOf(name)}[|}]`, 'i').test(text);

/** A request only: what tells the result of a review is the reviewers' to write, and is no reason not to ask for one. */
const asksForReview = (text: string, name: string): boolean =>
  new RegExp(`${useOf(name)}(?:\\| ?(?:site|source) ?=[^|{}]*)?\\}\\}`, 'i').test(text);

/**
 * Adds to a page's text what every file from Flickr needs: the template of its licence, unless the person speaks for it,
 * and the request for a licence review, in front of the categories. What is there already is left alone.
 * @see https://commons.wikimedia.org/wiki/Template:Flickrreview
 */
export function completeWikitext(wikitext: string, license: string, copyrightOverride: boolean): string {
  const text = shownText(wikitext);
  const template = copyrightOverride ? undefined : findLicense(license)?.template;
  return addTemplates(wikitext, [
    ...(template !== undefined && !uses(text, templateName(template)) ? [template] : []),
    ...(REVIEW_NAMES.some((name) => asksForReview(text, name)) ? [] : [REVIEW]),
  ]);
}
