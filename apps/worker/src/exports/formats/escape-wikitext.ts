const toEntities = (text: string): string =>
  [...text].map((character) => `&#${character.codePointAt(0) ?? 0};`).join('');

/** What no title has: it would end the title or begin something else. */
const NOT_IN_TITLES = /[%#<>[\]{}|\p{Cc}]/gu;

/**
 * A title on a line of a gallery, which ends at a bar; MediaWiki reads percent signs there as those of an address.
 * @see https://www.mediawiki.org/wiki/Help:Images#Rendering_a_gallery_of_images
 */
export const escapeTitle = (title: string): string =>
  title.replaceAll(NOT_IN_TITLES, (character) =>
    character === '\n' || character === '\r' || character === '\t' ? ' ' : encodeURIComponent(character),
  );

/** Tags, entities, links, templates, tables, options of the picture, signatures. */
const MARKUP = /[&<>[\]{}|=~]/g;
/** Italics, switches like `__NOTOC__`, addresses that would become links. */
const RUNS = /'{2,}|_{2,}|:(?=\/\/)/g;
/** Lists, indents, rules and preformatted text, which begin lines. */
const LINE_START = /^[*#:;-]/;

/**
 * Plain text as the caption of a picture: shown as it is, never read as wikitext.
 * @see https://www.mediawiki.org/wiki/Help:Formatting
 */
export const escapeCaption = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replaceAll(MARKUP, toEntities)
    .replaceAll(RUNS, toEntities)
    .replace(LINE_START, toEntities);
