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
