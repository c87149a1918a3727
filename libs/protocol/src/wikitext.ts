/** Tags, entities, links, templates, tables, language conversion, parameters, signatures. */
const MARKUP = /[&<>[\]{}|=~]/g;
/** Italics and switches like `__NOINDEX__`; at an end they may go on in what stands beside. */
const RUNS = /'{2,}|_{2,}|^['_]+|['_]+$/g;
/** What would make a link of an address that nobody asked for. @see https://www.mediawiki.org/wiki/Help:Links */
const SCHEME = /(?<=[a-z]):(?=\S|$)|:(?=\/\/)/gi;
/** @see https://www.mediawiki.org/wiki/Help:Magic_links */
const MAGIC_LINK = /\b[IPR](?=(?:SBN|MID|FC)\s)/g;
/** Lists, indents, tables, rules and preformatted text, which begin lines. */
const LINE_START = /^[*#:;!-]/;
const LINE_BREAK = /\s*[\n\r\u2028\u2029]\s*/g;
/** Controls, and what shows text in another order than it has. @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing */
const UNSEEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/gu;

const asEntities = (text: string): string =>
  [...text].map((character) => `&#${character.codePointAt(0) ?? 0};`).join('');

export interface EscapeOptions {
  /** What stands for a line break; a blank unless told. */
  readonly lineBreak?: string;
  /** Whether the text may come to stand at the beginning of a line; it does unless told. */
  readonly beginsLine?: boolean;
}

/** Plain text that a page shows as it is, never reading it as wikitext. @see https://www.mediawiki.org/wiki/Help:Formatting */
export function escapeWikitext(
  text: string,
  { lineBreak = ' ', beginsLine = true }: EscapeOptions = {},
): string {
  const lines = text
    .trim()
    .split(LINE_BREAK)
    .map((line) =>
      line
        .replaceAll(/\t/g, ' ')
        .replaceAll(UNSEEN, '')
        .replaceAll(MARKUP, asEntities)
        .replaceAll(RUNS, asEntities)
        .replaceAll(SCHEME, '&#58;')
        .replaceAll(MAGIC_LINK, asEntities),
    )
    .filter((line) => line !== '');
  const escaped = lines.join(lineBreak);
  return beginsLine ? escaped.replace(LINE_START, asEntities) : escaped;
}

/** The address of a web page as it can stand in wikitext; what is none is shown as the text it is. */
export function escapeAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return escapeWikitext(address);
  return url.href.replace(/[[\]{}|'~<>"\\^`]|_{2,}|_$/g, (text) =>
    [...text].map((character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`).join(''),
  );
}
