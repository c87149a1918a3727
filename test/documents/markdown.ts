import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

const IGNORED = new Set(['node_modules', 'dist', '.data', '.git', 'coverage', 'pages']);

/** Every Markdown file below the folder, as paths from there. */
export const listMarkdown = async (root: string, folder = ''): Promise<string[]> => {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true });
  const lists = entries.map(async (entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : listMarkdown(root, name);
    return name.endsWith('.md') ? [name] : [];
  });
  return (await Promise.all(lists)).flat().sort();
};

const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^(```+|~~~+)[\s\S]*?^\1[`~]*$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** The targets of all links and images, with the reference definitions. */
export const linksIn = (markdown: string): string[] => {
  const text = withoutCode(markdown);
  const inline = text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
  const defined = text.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s+"[^"]*")?$/gm);
  return [...inline, ...defined].map(([, target = '']) => target);
};

/** Anchors of the headings, as git hosts make them. @see https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/node_filter/table_of_contents_filter.rb */
export const anchorsIn = (markdown: string): Set<string> => {
  const anchors = new Set<string>();
  const headings = markdown
    .replaceAll(/^(```+|~~~+)[\s\S]*?^\1[`~]*$/gm, '')
    .matchAll(/^#{1,6} +(.+?) *#*$/gm);
  for (const [, heading = ''] of headings) {
    const text = heading.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
};

const exists = async (file: string): Promise<boolean> => {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

/** Links of one file that lead to no file, or to no heading of theirs. Other sites' are not asked. */
export const findDeadLinks = async (root: string, file: string): Promise<string[]> => {
  const markdown = await readFile(path.join(root, file), 'utf8');
  const dead = linksIn(markdown).map(async (link) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return [];
    const [target = '', anchor] = link.split('#').map(decodeURI);
    const linked = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
    if (target.startsWith('/') || linked.startsWith('..') || !(await exists(path.join(root, linked))))
      return [link];
    if (anchor === undefined || !linked.endsWith('.md')) return [];
    return anchorsIn(await readFile(path.join(root, linked), 'utf8')).has(anchor) ? [] : [link];
  });
  return (await Promise.all(dead)).flat().map((link) => `${file}: ${link}`);
};
