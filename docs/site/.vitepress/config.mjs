import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderMermaidSVG } from 'beautiful-mermaid';
import { defineConfig } from 'vitepress';
import { slugger } from '../slug.mjs';

const PAGES = join(import.meta.dirname, '../pages');
const { sidebar } = JSON.parse(readFileSync(join(import.meta.dirname, '../pages.json'), 'utf8'));

/** A diagram as a file beside the pages: drawn at the build, so that nobody's browser has to. */
const drawDiagram = (source) => {
  const svg = renderMermaidSVG(source, { bg: '#ffffff', fg: '#27272a' }).replace(
    /@import url\([^)]*\);?/g,
    '',
  );
  const name = `${createHash('sha256').update(source).digest('hex').slice(0, 16)}.svg`;
  const folder = join(PAGES, 'public/diagrams');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), svg);
  return `<p><img src="/diagrams/${name}" alt="Diagram" style="background: #fff; padding: 8px"></p>`;
};

export default defineConfig({
  title: 'Curator',
  description: 'Moves photo collections from Mapillary and Flickr to Wikimedia Commons',
  srcDir: 'pages',
  outDir: '../../.data/site',
  metaChunk: true,
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
        `<code v-pre>${md.utils.escapeHtml(tokens[index].content)}</code>`;
      md.renderer.rules.text = (tokens, index) =>
        md.utils.escapeHtml(tokens[index].content).replaceAll('{{', '&#123;&#123;');
    },
  },
});
