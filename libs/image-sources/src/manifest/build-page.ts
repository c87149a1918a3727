import { RefusedError } from '#app/protocol';

import type { ManifestImage } from './read-manifest-row.js';

/** Whatever means something in wikitext. @see https://www.mediawiki.org/wiki/Help:Formatting */
const MARKUP = /[&<>[\]{}|=']|~{3,}|__|^[*#:;]/g;

const asEntities = (text: string): string =>
  [...text].map((character) => `&#${character.codePointAt(0)};`).join('');

/** Text that a page shows as it is, whatever it says. */
export const escapeWikitext = (text: string): string =>
  text
    .trim()
    .replace(MARKUP, asEntities)
    .replace(/\s*[\r\n]\s*/g, '<br />');

/** An address as it can stand in wikitext. @param url as the URL standard writes it */
const escapeAddress = (url: string): string =>
  url.replace(/[[\]{}|'~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** Texts of a language stand in the template named after it; many other templates have short names as well. */
const isLanguage = (code: string): boolean => {
  const [, base] = /^([a-z]{2,3})(?:-(?:[a-z]{2,4}|tarask))?$/.exec(code) ?? [];
  return base !== undefined && LANGUAGES.of(base) !== undefined;
};

function describe({ description }: ManifestImage, language: string): string {
  if (description === undefined) return '';
  const text = escapeWikitext(description);
  return isLanguage(language) ? `{{${language}|1=${text}}}` : text;
}

function locate({ location }: ManifestImage): string[] {
  if (location === undefined) return [];
  const { latitude, longitude, compass_angle: heading } = location;
  return [`{{Location|${latitude}|${longitude}${heading === undefined ? '' : `|heading:${heading}`}}}`];
}

/**
 * The page of a new file, for a person who has written none.
 * @param language of the description, as a code; empty when it is not known
 * @throws RefusedError `manifest-license` when nothing would tell its licence
 * @see https://commons.wikimedia.org/wiki/Template:Information
 */
export function buildPage(image: ManifestImage, language: string): string {
  const { author, authorUrl, license, sourceUrl, taken } = image;
  if (license === undefined) throw new RefusedError('manifest-license', 'The page would tell no licence.');
  const name = escapeWikitext(author);
  return [
    '== {{int:filedesc}} ==',
    '{{Information',
    `|description=${describe(image, language)}`,
    `|date=${taken?.text ?? ''}`,
    `|source=${escapeAddress(sourceUrl)}`,
    `|author=${authorUrl === undefined ? name : `[${escapeAddress(authorUrl)} ${name}]`}`,
    '}}',
    ...locate(image),
    '',
    '== {{int:license-header}} ==',
    license.template,
  ].join('\n');
}
