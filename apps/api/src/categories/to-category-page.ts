import { toCategoryTitle } from '#app/persistence';

/** The full title of a category's page, with blanks, from any spelling of it; null from what cannot be a title. */
export function toCategoryPage(title: string): string | null {
  const name = toCategoryTitle(title.normalize('NFC')).replaceAll('_', ' ');
  return name === '' || /[#<>[\]|{}\p{Cc}\ufffd]/u.test(name) ? null : `Category:${name}`;
}
