import type { Reply } from '../server/reply.js';
import type { WikiState } from './api-call.js';
import { isoTime, type Page } from './content.js';
import { parseTitle } from './titles.js';
import type { Snak, Statement } from './wikibase-values.js';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#202122}h1,h2{font-family:Georgia,serif;font-weight:400;border-bottom:1px solid #a2a9b1}' +
  'img{max-width:100%;max-height:32rem}pre{background:#f8f9fa;border:1px solid #c8ccd1;padding:.75rem;white-space:pre-wrap}table{border-collapse:collapse;width:100%}' +
  'td,th{border:1px solid #c8ccd1;padding:.3rem .5rem;text-align:left;vertical-align:top}.files{display:flex;flex-wrap:wrap;gap:1rem}.files a{width:12rem;font-size:.85rem}';

const html = (title: string, body: string, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>`,
});

/** Pages for people: the newest files, and each page with its picture, captions, statements, text and log. */
export function wikiPage(wiki: WikiState, path: string): Reply {
  const name = decodeURIComponent(path.replace(/^\/wiki\/?/, ''));
  if (name === '' || name === 'Main_Page' || name === '/') return newestFiles(wiki);
  const title = parseTitle(name);
  if ('invalid' in title) return html('Bad title', escapeHtml(title.invalid), 400);
  const page = wiki.content.pages.get(title.text);
  if (page === undefined) return html(title.text, '<p>There is no such page.</p>', 404);
  return html(
    title.text,
    [picture(wiki, page), captions(page), statements(page), text(page), history(page)].join(''),
  );
}

/** The text of a page as it is, `action=raw`. */
export function rawPage(wiki: WikiState, name: string): Reply {
  const title = parseTitle(name);
  const page = 'invalid' in title ? undefined : wiki.content.pages.get(title.text);
  return {
    status: page === undefined ? 404 : 200,
    headers: { 'content-type': 'text/x-wiki; charset=UTF-8' },
    body: page?.revisions[0]?.text ?? '',
  };
}

/** The bytes of a published file. */
export function fileBytes(wiki: WikiState, path: string): Reply {
  const name = decodeURIComponent(path.split('/').at(-1) ?? '');
  const title = parseTitle(`File:${name}`);
  const version = 'invalid' in title ? undefined : wiki.content.pages.get(title.text)?.versions[0];
  if (version === undefined) return html('Not found', '<p>There is no such file.</p>', 404);
  return {
    headers: { 'content-type': version.mime, 'content-length': String(version.size) },
    body: { files: version.parts },
  };
}

function newestFiles(wiki: WikiState): Reply {
  const files = wiki.content.files().reverse().slice(0, 200);
  const links = files.map(
    ({ page }) =>
      `<a href="${wiki.urls.page(page.title)}"><img loading="lazy" src="${wiki.urls.file(page.title)}" alt=""><br>${escapeHtml(page.title.name)}</a>`,
  );
  return html('Stand-in Commons', `<p>${files.length} files</p><div class="files">${links.join('')}</div>`);
}

function picture(wiki: WikiState, page: Page): string {
  const version = page.versions[0];
  if (version === undefined) return '';
  const url = wiki.urls.file(page.title);
  return `<p><a href="${url}"><img src="${url}" alt="${escapeHtml(page.title.name)}"></a><br>${version.width} × ${version.height} pixels, ${version.size} bytes, ${version.mime}, SHA-1 ${version.sha1}</p>`;
}

function captions(page: Page): string {
  const labels = Object.values(page.revisions[0]?.mediaInfo?.labels ?? {});
  return labels.length === 0
    ? ''
    : `<h2>Captions</h2><ul>${labels.map(({ language, value }) => `<li lang="${escapeHtml(language)}">${escapeHtml(language)}: ${escapeHtml(value)}</li>`).join('')}</ul>`;
}

function statements(page: Page): string {
  const all = Object.values(page.revisions[0]?.mediaInfo?.statements ?? {}).flat();
  return all.length === 0 ? '' : `<h2>Structured data</h2><table>${all.map(statementRow).join('')}</table>`;
}

const propertyLink = (property: string): string =>
  `<a href="https://www.wikidata.org/wiki/Property:${property}">${property}</a>`;

function statementRow(statement: Statement): string {
  const qualifiers = Object.values(statement.qualifiers ?? {})
    .flat()
    .map((snak) => `<br><small>${propertyLink(snak.property)}: ${snakText(snak)}</small>`);
  return `<tr><th>${propertyLink(statement.mainsnak.property)}</th><td>${snakText(statement.mainsnak)}${qualifiers.join('')}</td></tr>`;
}

function snakText(snak: Snak): string {
  const value = snak.datavalue?.value;
  if (value === undefined) return `<em>${snak.snaktype}</em>`;
  return escapeHtml(typeof value === 'string' ? value : JSON.stringify(value));
}

const text = (page: Page): string =>
  `<h2>Wikitext</h2><pre>${escapeHtml(page.revisions[0]?.text ?? '')}</pre>`;

const history = (page: Page): string =>
  `<h2>History</h2><table><tr><th>Time</th><th>User</th><th>Summary</th></tr>${page.revisions
    .map(
      (revision) =>
        `<tr><td>${isoTime(revision.timestamp)}</td><td>${escapeHtml(revision.user)}</td><td>${escapeHtml(revision.comment)}</td></tr>`,
    )
    .join('')}</table>`;
