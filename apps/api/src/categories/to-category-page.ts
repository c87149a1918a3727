import { toCategoryTitle } from '#app/persistence';

/** Markup, controls, signatures, encoded characters and entities. @see https://www.mediawiki.org/wiki/Manual:Page_title */
const NO_TITLE =
  /[#<>[\]|{}\p{Cc}\ufffd]|~{3}|%[0-9a-f]{2}|&(?:[a-z\d\u0080-\u{10ffff}]+|#\d+|#x[0-9a-f]+);/iu;
/** MediaWiki leaves them out: they would only show text in another order. */
const TURNS_AROUND = /[\u200e\u200f\u202a-\u202e]/g;

/** The full title of a category's page, with blanks, from any spelling of it; null from what cannot be a title. */
export function toCategoryPage(title: string): string | null {
  const name = toCategoryTitle(title.normalize('NFC').replaceAll(TURNS_AROUND, '')).replaceAll('_', ' ');
  return name === '' || NO_TITLE.test(name) ? null : `Category:${name}`;
}
