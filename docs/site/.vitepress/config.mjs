import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderMermaidSVG } from 'beautiful-mermaid';
import { defineConfig } from 'vitepress';
import { slugger } from '../slug.mjs';

const PAGES = join(import.meta.dirname, '../pages');
const { sidebar } = JSON.parse(readFileSync(join(import.meta.dirname, '../pages.json'), 'utf8'));

/** Colours that can be read on white, whatever the page's own are; the generator's are grey on grey. */
const COLOURS = { bg: '#ffffff', fg: '#27272a', muted: '#3f3f46', line: '#52525b', border: '#71717a' };
/** What it measures by is Inter, which an image cannot bring along: of what machines have, these are no wider. */
const FONTS = "Inter, Arial, Helvetica, 'Liberation Sans', sans-serif";

/** Lines that cross a word stop around it. */
const OVER_LINES = 'paint-order: stroke; stroke: var(--bg); stroke-width: 3px;';

/** A diagram as a file beside the pages: drawn at the build, so that nobody's browser has to. A click shows it in full. */
const drawDiagram = (source) => {
  const svg = renderMermaidSVG(source, { ...COLOURS, padding: 8 })
    .replace(/@import url\([^)]*\);?/g, '')
    .replace("'Inter', system-ui, sans-serif;", `${FONTS}; ${OVER_LINES}`)
    // Nothing is measured by the labels of a sequence, and the page shows it smaller than it is.
    .replaceAll('font-size="11"', source.startsWith('sequenceDiagram') ? 'font-size="13"' : '$&');
  const name = `${createHash('sha256').update(source).digest('hex').slice(0, 16)}.svg`;
  const folder = join(PAGES, 'public/diagrams');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), svg);
  const image = `<img src="/diagrams/${name}" alt="Diagram" style="background: #fff; padding: 8px">`;
  return `<p><a href="/diagrams/${name}" target="_blank">${image}</a></p>`;
};

/** Long codes and paths may go on in the next line, or they take a table's other columns their room. */
const breakable = (html) => html.replace(/(?<=\w)[_/](?=\w)/g, '$&<wbr>');

/** Sentences in tables get the room that there is. */
const STYLE = `
.dark img[src*="/diagrams/"] { filter: invert(0.88) }
.vp-doc th, .vp-doc td { padding: 8px 10px }
.VPDoc.has-aside .content-container { max-width: 860px !important }
`;

export default defineConfig({
  title: 'Curator',
  description: 'Moves photo collections from Mapillary and Flickr to Wikimedia Commons',
  srcDir: 'pages',
  outDir: '../../.data/site',
  metaChunk: true,
  head: [
    // Without one browsers ask for /favicon.ico.
    ['link', { rel: 'icon', href: 'data:,' }],
    ['style', {}, STYLE],
  ],
  ignoreDeadLinks: false,
  themeConfig: {
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
  },
  markdown: {
    html: false,
    anchor: {
      slugify: (text) => slugger(text),
      getTokensText: (tokens) => tokens.map(({ content }) => content).join(''),
    },
    config: (md) => {
      const { fence } = md.renderer.rules;
      md.renderer.rules.fence = (tokens, index, ...rest) => {
        const token = tokens[index];
        if (token.info.trim() === 'mermaid') return drawDiagram(token.content);
        // `json client` says who sends an example.
        token.info = token.info.replace(/^json .*/, 'json');
        return fence(tokens, index, ...rest);
      };
      md.renderer.rules.code_inline = (tokens, index) =>
        `<code v-pre>${breakable(md.utils.escapeHtml(tokens[index].content))}</code>`;
      md.renderer.rules.text = (tokens, index) =>
        md.utils.escapeHtml(tokens[index].content).replaceAll('{{', '&#123;&#123;');
    },
  },
});
