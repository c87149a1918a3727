import type { Content, Page } from './content.js';
import { parseTitle } from './titles.js';

const INERT = /<!--[\s\S]*?(?:-->|$)|<(nowiki|pre|syntaxhighlight)(?:\s[^>]*)?>[\s\S]*?<\/\1\s*>/gi;
const FOR_OTHERS = /<includeonly>[\s\S]*?(?:<\/includeonly>|$)/gi;
const FOR_ITSELF = /<noinclude>[\s\S]*?(?:<\/noinclude>|$)/gi;
const TRANSCLUSION = /\{\{\s*([^{}|#<>[\]]+?)\s*(?:\|[^{}]*)?\}\}/g;
const CATEGORY = /\[\[([^\][|{}<>\n]+)(?:\|[^\][]+)?\]\]/g;

/** The text as it stands on the page, with the texts of its templates (without their parameters) behind it. */
function expand(content: Content, text: string, depth: number): string {
  const live = text.replaceAll(INERT, '');
  const templates = [...live.matchAll(TRANSCLUSION)].flatMap(([, name = '']) => {
    const page = content.find(`Template:${name}`);
    return page === null || depth === 0 ? [] : [page.revisions[0]?.text ?? ''];
  });
  const included = templates.map((template) =>
    expand(content, template.replaceAll(FOR_ITSELF, '').replaceAll(/<\/?includeonly>/gi, ''), depth - 1),
  );
  return [live, ...included].join('\n');
}

/** Full titles of the categories that a page is in: by links in its own text, and in that of its templates. */
export function categoriesOf(content: Content, page: Page): string[] {
  const text = expand(content, (page.revisions[0]?.text ?? '').replaceAll(FOR_OTHERS, ''), 3);
  const titles = [...text.matchAll(CATEGORY)].flatMap(([, target = '']) => {
    if (target.trimStart().startsWith(':')) return [];
    const title = parseTitle(target);
    return 'invalid' in title || title.ns !== 14 ? [] : [title.text];
  });
  return [...new Set(titles)];
}
