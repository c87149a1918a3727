/** Gathers the Markdown files of the repository and builds the site of them; links and pages that are missing fail it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vitepress';
import { gather } from './gather.mjs';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');

const { sidebar, pages } = await gather(ROOT, join(HERE, 'pages'));
await writeFile(join(HERE, 'pages.json'), JSON.stringify({ sidebar }));
await build(HERE);
await requireHeadings(join(ROOT, '.data/site'));
console.log(`${pages} pages are in ${join(ROOT, '.data/site')}`);

/** A page that could not be rendered is only told of on the console, and empty. @throws Error naming such pages */
async function requireHeadings(site) {
  const names = (await readdir(site, { recursive: true })).filter(
    (name) => name.endsWith('.html') && name !== '404.html',
  );
  const texts = await Promise.all(names.map((name) => readFile(join(site, name), 'utf8')));
  const empty = names.filter((_, index) => !texts[index].includes('<h1'));
  if (empty.length > 0) throw new Error(`These pages are empty: ${empty.join(', ')}`);
}
