import { escapeAddress, escapeWikitext, RefusedError } from '#app/protocol';

import type { ManifestImage } from './read-manifest-row.js';

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** Texts of a language stand in the template named after it; many other templates have short names as well. */
const isLanguage = (code: string): boolean => {
  const [, base] = /^([a-z]{2,3})(?:-(?:[a-z]{2,4}|tarask))?$/.exec(code) ?? [];
  return base !== undefined && LANGUAGES.of(base) !== undefined;
};

function describe({ description }: ManifestImage, language: string): string {
  if (description === undefined) return '';
  const text = escapeWikitext(description, { lineBreak: '<br />' });
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
