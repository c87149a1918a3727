/** Stands for text that the wiki does not read as wikitext. No title can have it. */
export const OPAQUE = '\u007f';
/** Stands for comments, which the wiki reads as if they were not there. */
export const INVISIBLE = '\u0001';

/** Tags whose content is not wikitext of the page. @see https://www.mediawiki.org/wiki/Parser_extension_tags */
const LITERAL_TAGS = [
  'nowiki',
  'pre',
  'syntaxhighlight',
  'source',
  'math',
  'chem',
  'ce',
  'score',
  'timeline',
  'templatedata',
  'templatestyles',
  'hiero',
  'graph',
  'mapframe',
  'maplink',
  'imagemap',
  'inputbox',
  'categorytree',
];
/** On the page itself its content does not count; without an end it goes on to the end of the page. */
const NOT_HERE = 'includeonly';

/** On the page itself these tags, but not what is between them, are as if they were not there. */
const NO_TAGS = ['noinclude', '/noinclude', 'onlyinclude', '/onlyinclude'];

const OPENINGS = new RegExp(`<!--|<(${[...LITERAL_TAGS, NOT_HERE, ...NO_TAGS].join('|')})(?=[\\s/>])`, 'gi');

/**
 * The wikitext with everything masked, character for character, that the wiki does not read as wikitext of this page.
 * @see https://www.mediawiki.org/wiki/Manual:Parser
 */
export function maskMarkup(text: string): string {
  const openings = new RegExp(OPENINGS);
  const unclosed = new Set<string>();
  const parts: string[] = [];
  let shown = 0;
  for (let match = openings.exec(text); match !== null; match = openings.exec(text)) {
    const name = match[1]?.toLowerCase();
    const end =
      name === undefined ? endOfComment(text, match.index) : endOfTag(text, match.index, name, unclosed);
    if (end === null) continue;
    const mask = name !== undefined && LITERAL_TAGS.includes(name) ? OPAQUE : INVISIBLE;
    parts.push(plain(text.slice(shown, match.index)), mask.repeat(end - match.index));
    shown = end;
    openings.lastIndex = end;
  }
  return parts.join('') + plain(text.slice(shown));
}

const plain = (text: string): string => text.replaceAll(INVISIBLE, OPAQUE);

const endOfComment = (text: string, from: number): number => {
  const end = text.indexOf('-->', from + 4);
  return end < 0 ? text.length : end + 3;
};

/** Null: the tag is never closed, and so it is none. */
function endOfTag(text: string, from: number, name: string, unclosed: Set<string>): number | null {
  if (unclosed.has(name)) return null;
  const opened = text.indexOf('>', from) + 1;
  if (opened > 0 && (text[opened - 2] === '/' || NO_TAGS.includes(name))) return opened;
  const closing = new RegExp(`</${name}\\s*>`, 'gi');
  closing.lastIndex = opened;
  if (opened > 0 && closing.exec(text) !== null) return closing.lastIndex;
  if (opened > 0 && name === NOT_HERE) return text.length;
  unclosed.add(name);
  return null;
}
