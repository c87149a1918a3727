import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { SECTIONS } from './navigation.mjs';
import { renderRest } from './render-rest.mjs';

/** What a page may link to without being a page: it is shown as it is. */
const FILES = 'files';
/** What stands for its folder. */
const INDEXES = ['README.md', 'index.md'];
const LINK = /(!?\[(?:[^\][]|\[[^\]]*\])*\]\()([^)\s]+)((?:\s+"[^"]*")?\))/g;

/** `.env.example` → `env.example.txt`: browsers show text instead of saving it. */
const shownAs = (file) => {
  const name = posix.join(posix.dirname(file), posix.basename(file).replace(/^\./, ''));
  return /\.(json|svg|txt)$/.test(name) ? name : `${name}.txt`;
};

const titleOf = (markdown, path) => {
  const title = /^# (.+)$/m.exec(markdown)?.[1];
  if (title === undefined) throw new Error(`${path} has no heading`);
  return title.replaceAll('`', '');
};

const kindOf = async (path) => {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
};

/** Changes what is outside of code. */
const outsideCode = (markdown, change) =>
  markdown
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join('');

/**
 * Copies the pages to `into`, with links between files of the repository made into links between pages.
 * @returns {Promise<{ sidebar: object[], pages: number, sources: string[] }>} sidebar: for the theme; sources: the files that have a page
 * @throws Error naming every page that is missing and every link that leads nowhere
 */
export async function gather(root, into) {
  await rm(into, { recursive: true, force: true });
  const problems = [];
  const pages = new Map();
  const sidebar = [];
  for (const { title, folder, pages: listed } of SECTIONS) {
    const found = [...(folder ? await listFolder(root, folder) : []), ...listed];
    const items = [];
    for (const page of found) {
      if (page.source !== undefined && (await kindOf(join(root, page.source))) === null) {
        problems.push(`${page.source} is missing`);
        continue;
      }
      const markdown = await readPage(root, page);
      pages.set(page.source ?? page.path, { ...page, markdown });
      items.push({
        text: page.title ?? titleOf(markdown, page.source),
        link: `/${page.path.replace(/(index)?\.md$/, '')}`,
      });
    }
    if (folder && !INDEXES.some((name) => pages.has(`${folder.source}/${name}`))) {
      const list = items.map(({ text, link }) => `- [${text}](${link.slice(1)}.md)`).join('\n');
      const path = `${folder.path}/index.md`;
      const local = list.replaceAll(`](${folder.path}/`, '](');
      pages.set(`${folder.source}/README.md`, { path, markdown: `# ${title}\n\n${local}\n`, isLinked: true });
    }
    sidebar.push({ text: title, items, collapsed: title === 'Decisions' });
  }
  const files = new Set();
  for (const [source, page] of pages) {
    const text =
      page.isLinked || page.generated
        ? page.markdown
        : await relink(root, source, page, { pages, files, problems });
    await mkdir(dirname(join(into, page.path)), { recursive: true });
    await writeFile(join(into, page.path), text);
  }
  for (const file of files) {
    const target = join(into, 'public', FILES, shownAs(file));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(root, file), target);
  }
  if (problems.length > 0) throw new Error(`The site cannot be built:\n  ${problems.join('\n  ')}`);
  return { sidebar, pages: pages.size, sources: [...pages.keys()] };
}

const byIndexFirst = (a, b) => Number(INDEXES.includes(b)) - Number(INDEXES.includes(a)) || (a < b ? -1 : 1);

async function listFolder(root, { source, path }) {
  if ((await kindOf(join(root, source))) === null)
    return [{ source: `${source}/README.md`, path: `${path}/index.md` }];
  const isPage = (name) => name.endsWith('.md');
  const names = (await readdir(join(root, source))).filter(isPage).sort(byIndexFirst);
  return names.map((name) => ({
    source: `${source}/${name}`,
    path: `${path}/${name === 'README.md' ? 'index.md' : name}`,
  }));
}

async function readPage(root, { source, generated }) {
  if (generated === 'rest')
    return renderRest(JSON.parse(await readFile(join(root, 'docs/openapi.json'), 'utf8')));
  return readFile(join(root, source), 'utf8');
}

async function relink(root, source, { path, markdown }, { pages, files, problems }) {
  const targets = new Map();
  const relative = (target) => !/^([a-z][a-z+.-]*:|#|\/)/i.test(target);
  for (const [, , target] of markdown.matchAll(LINK)) {
    if (!relative(target)) continue;
    const [file, anchor] = target.split('#');
    const linked = posix.normalize(posix.join(posix.dirname(source), decodeURI(file))).replace(/\/$/, '');
    const page = pages.get(linked) ?? INDEXES.map((name) => pages.get(`${linked}/${name}`)).find(Boolean);
    const kind = page ? 'page' : await kindOf(join(root, linked));
    if (page) {
      const to = posix.relative(posix.dirname(path), page.path) || posix.basename(page.path);
      targets.set(target, anchor ? `${to}#${anchor}` : to);
    } else if (kind === 'file') {
      files.add(linked);
      targets.set(target, `/${FILES}/${shownAs(linked)}`);
    } else if (kind === 'folder') targets.set(target, '');
  }
  return outsideCode(markdown, (text) =>
    text.replaceAll(LINK, (whole, before, target, after) => {
      if (!relative(target)) return whole;
      const to = targets.get(target);
      if (to === undefined) problems.push(`${source}: ${target} leads nowhere`);
      // A folder of code has no page: its name stays.
      if (!to) return before.replace(/^!?\[/, '').replace(/\]\($/, '');
      return `${before}${to}${after}`;
    }),
  );
}
