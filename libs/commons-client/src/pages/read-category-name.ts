/** How a wiki spells links to categories. */
export interface CategorySpelling {
  /** The wiki's own name of the namespace, e.g. `Category` or `Kategorie`. */
  readonly namespace: string;
  /** Every name of the namespace that the wiki understands. */
  readonly names: readonly string[];
  /** Whether `a` and `A` are the same page. */
  readonly ignoresFirstCase: boolean;
}

export const ENGLISH_SPELLING: CategorySpelling = {
  namespace: 'Category',
  names: ['Category'],
  ignoresFirstCase: true,
};

/** Marks for the direction of writing, which titles lose. */
const DIRECTION_MARKS = /[\u200e\u200f\u202a-\u202e]+/gu;
const BLANKS = /[ _\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
const LATIN_1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot ' +
  'cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml ' +
  'Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig ' +
  'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ' +
  'ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.split(' ').map((name, index): [string, string] => [name, String.fromCodePoint(160 + index)]),
  ...Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    ndash: '–',
    mdash: '—',
    lsquo: '‘',
    rsquo: '’',
  }),
  ...Object.entries({ ldquo: '“', rdquo: '”', hellip: '…', lrm: '\u200e', rlm: '\u200f' }),
]);

const fromCode = (code: number, written: string): string =>
  code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : written;

const decodeEntities = (text: string): string =>
  text.replace(
    /&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi,
    (written: string, decimal?: string, hex?: string, name?: string) => {
      if (decimal !== undefined) return fromCode(Number(decimal), written);
      if (hex !== undefined) return fromCode(Number.parseInt(hex, 16), written);
      return ENTITIES.get(name ?? '') ?? written;
    },
  );

const decodePercents = (text: string): string =>
  text.replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));

const tidy = (text: string): string =>
  text.normalize('NFC').replace(DIRECTION_MARKS, '').replace(BLANKS, ' ').replace(/^ | $/g, '');

const capitalize = (text: string): string => {
  const [first = ''] = text;
  const large = first.toUpperCase();
  return [...large].length === 1 ? large + text.slice(first.length) : text;
};

/** The name of a category as pages show it: blanks for underscores, the first letter large where the wiki does not tell them apart. */
export function tidyCategoryName(name: string, { ignoresFirstCase }: CategorySpelling): string {
  const tidied = tidy(name);
  return ignoresFirstCase ? capitalize(tidied) : tidied;
}

/**
 * The name of the category that a link with this target puts its page into; null when it is a link to something else.
 * @param target what stands between `[[` and `|` or `]]`
 * @see https://github.com/wikimedia/mediawiki/blob/master/includes/Title/TitleParser.php
 */
export function readCategoryName(target: string, spelling: CategorySpelling): string | null {
  const decoded = tidy(decodeEntities(decodePercents(target)));
  const colon = decoded.indexOf(':');
  if (colon < 1) return null;
  const namespace = tidy(decoded.slice(0, colon)).toLowerCase();
  if (!spelling.names.some((name) => tidy(name).toLowerCase() === namespace)) return null;
  const [name = ''] = decoded.slice(colon + 1).split('#', 1);
  return tidyCategoryName(name, spelling);
}
