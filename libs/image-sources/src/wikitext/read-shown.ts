/** Where a part begins whose templates do nothing on the page itself. */
const OPENING = /<!--|<(nowiki|pre|syntaxhighlight|source|includeonly)(?:\s[^<>]*)?>/gi;

const closingOf = (name: string | undefined): RegExp =>
  name === undefined ? /-->/g : new RegExp(`</${name}\\s*>`, 'gi');

/**
 * What of a page's text is read as wikitext where it stands.
 * @returns `end`: what has to be written before anything is added, because what is open there would hide it
 * @see https://www.mediawiki.org/wiki/Help:Formatting
 */
export function readShown(wikitext: string): { text: string; end: string } {
  const opening = new RegExp(OPENING);
  const unclosed = new Set<string>();
  const parts: string[] = [];
  let at = 0;
  for (let found = opening.exec(wikitext); found !== null; found = opening.exec(wikitext)) {
    const name = found[1]?.toLowerCase();
    if (found[0].endsWith('/>') || unclosed.has(name ?? '')) continue;
    const closing = closingOf(name);
    closing.lastIndex = opening.lastIndex;
    if (closing.test(wikitext)) {
      parts.push(wikitext.slice(at, found.index));
      at = opening.lastIndex = closing.lastIndex;
    } else if (name === undefined || name === 'includeonly') {
      const end = name === undefined ? '-->' : `</${name}>`;
      return { text: [...parts, wikitext.slice(at, found.index)].join(' '), end };
    } else {
      unclosed.add(name); // shown as it is
    }
  }
  return { text: [...parts, wikitext.slice(at)].join(' '), end: '' };
}
