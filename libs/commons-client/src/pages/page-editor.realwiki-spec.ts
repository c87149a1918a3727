import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RefusedError, TemporaryError } from '#app/protocol';
import { startRealWiki, type RealWiki } from '../../../../test/realwiki/start-real-wiki.js';
import { SignedClient } from '../../../../test/upstreams/index.js';
import { CommonsApi } from '../commons-api.js';
import { listCategoryNames, moveCategory } from './category-links.js';
import type { PageEditor } from './page-editor.js';
import type { CategorySpelling } from './read-category-name.js';

const run = randomBytes(3).toString('hex');

let wiki: RealWiki;
let api: CommonsApi;
let editor: PageEditor;
let second: PageEditor;
let raw: SignedClient;
let spelling: CategorySpelling;

beforeAll(async () => {
  const started = await startRealWiki();
  if ('unavailable' in started) throw new Error(started.unavailable);
  wiki = started;
  await wiki.configure({ wgNamespaceAliases: { Kategorie: 14 } });
  const { apiUrl, indexUrl, consumer, tokens } = wiki;
  api = new CommonsApi({
    apiUrl,
    indexUrl,
    userAgent: 'Curator/test (https://curator.example)',
    consumer,
    limiter: { run: (_key, work) => work() },
    delayScale: 0.01,
  });
  const editorOf = (name: string): PageEditor =>
    api.editorFor({ userid: name, username: name }, tokens[name] ?? { key: '', secret: '' });
  editor = editorOf('Uploader');
  second = editorOf('Second uploader');
  raw = new SignedClient(apiUrl, consumer, tokens['Uploader'] ?? null);
  spelling = await editor.findCategorySpelling();
}, 300_000);
afterAll(async () => {
  await api?.close();
  await wiki?.stop();
});

/** The categories into which the wiki itself puts a page with this text, with their sort keys. */
async function parse(text: string): Promise<Map<string, string>> {
  const params = {
    formatversion: '2',
    action: 'parse',
    contentmodel: 'wikitext',
    title: 'File:X.jpg',
    prop: 'categories',
  };
  const { json } = await raw.post({ ...params, text });
  const { parse: parsed } = json as { parse: { categories: { category: string; sortkey: string }[] } };
  return new Map(
    parsed.categories
      .filter(({ category: name }) => !name.startsWith('Pages_with_'))
      .map(({ category, sortkey }) => [category.replaceAll('_', ' '), sortkey]),
  );
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

const SPELLINGS = [
  '[[Category:Old town]]',
  '[[category:old_town|Key]]',
  '[[ _CATEGORY_ : _Old__town_ | a|b]]',
  '[[kategorie:Old town]]',
  '[[Category:Old&nbsp;town]] [[Category:&#x4f;ld&#32;t&ouml;wn]]',
  '[[Category:Old%20town]] [[%43ategory:B]]',
  '[[Category:Old\u00a0town]] [[Category:Old\u3000town]]',
  '[[\u200eCategory:Old town\u200f]]',
  '[[Category:Cafe\u0301]]',
  '[[Category:old town#part]]',
  '[[:Category:Old town]] [[ :Category:B]]',
  '[[Category:Old town|{{PAGENAME}}]]',
  '[[Category:Old\ntown]]',
  '[[Category:Old town|a\nb]]',
  '[[Category:Old town|a]b]]',
  '[[Category:Old town|a[b]]',
  '[[Category:Old town|[[B]]]]',
  '[[[Category:Old town]]]',
  '[[Category:Old town',
  '[[Category:]] [[Category: ]] [[Category:_|x]]',
  '[[Category:Old<!-- x --> town]] [[Cat<!-- y -->egory:B|k]]',
  '[<!-- -->[Category:Old town]<!-- -->]',
  '<!-- [[Category:Old town]] --> <!-- [[Category:B]]',
  '<nowiki>[[Category:Old town]]</nowiki>',
  '<nowiki> [[Category:Old town]]',
  '<nowiki/>[[Category:Old town]]</nowiki>',
  '<NOWIKI a="b">[[Category:Old town]]</nowiki >',
  '<pre>[[Category:Old town]]</pre> <pretty>[[Category:B]]</pretty>',
  '<!-- <nowiki> -->[[Category:Old town]]</nowiki>',
  '<nowiki><!--</nowiki>[[Category:Old town]]-->',
  '<includeonly>[[Category:Old town]]</includeonly>[[Category:B]]',
  '[[Category:Old<includeonly>x</includeonly> town]] [<noinclude>[Category:B]]',
  '[</noinclude>[[Category:Old town]]',
  '[[Category:B]]<includeonly>[[Category:Old town]]',
  '<noinclude>[[Category:Old town]]</noinclude> <onlyinclude>[[Category:B]]</onlyinclude>',
  '{{Nothing|[[Category:Old town]]}}',
  '<gallery>\nFile:A.jpg|[[Category:Old town]]\n</gallery>',
  '[[File:A.jpg|thumb|text]] [[Category:Old town]]',
  '[[category:éa]] [[category:ǆ]] [[category:𐐨]]',
];

describe('links to categories', () => {
  // A template of the wiki that does not exist is shown as a link, without its parameters.
  it.each(SPELLINGS.filter((text) => !text.startsWith('{{')))(
    'are read as MediaWiki reads %j',
    async (text) => {
      expect(sorted(listCategoryNames(text, spelling))).toEqual(sorted((await parse(text)).keys()));
    },
  );

  it('are read as MediaWiki reads them, wherever they stand, and changed as it should be', async () => {
    const pieces = fc.constantFrom(
      ...['[[Category:Old town]]', '[[category:old_town|k]]', '[[Category:New town|n]]', '[[Category:C]]'],
      ...[
        '[[:Category:Old town]]',
        '[[',
        ']]',
        '[',
        ']',
        '|',
        'Category:Old town',
        '\n',
        ' ',
        'text',
        "''",
        '{{{',
        '}}}',
      ],
      ...[
        '<nowiki>',
        '</nowiki>',
        '<nowiki/>',
        '<pre>',
        '</pre>',
        '<!--',
        '-->',
        '<includeonly>',
        '</includeonly>',
      ],
      ...['<noinclude>', '</noinclude>', '&nbsp;', '%20', '[http://x.example ', '* ', '== ', ' ==\n'],
    );
    const pages = fc.array(pieces, { minLength: 1, maxLength: 12 }).map((some) => some.join(''));
    const move = { source: 'Old town', target: 'New town' };
    await fc.assert(
      fc.asyncProperty(pages, async (text) => {
        const before = await parse(text);
        expect(sorted(listCategoryNames(text, spelling))).toEqual(sorted(before.keys()));
        const moved = moveCategory(text, move, spelling);
        expect(moved !== null).toBe(before.has('Old town'));
        if (moved === null) return;
        const expected = new Map([...before].filter(([name]) => name !== 'Old town'));
        if (!expected.has('New town')) expected.set('New town', before.get('Old town') ?? '');
        expect(Object.fromEntries(await parse(moved))).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 300, seed: 11 },
    );
  }, 240_000);
});

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof TemporaryError || error instanceof RefusedError) return error.code;
    throw error;
  }
  return 'none';
};

describe('PageEditor', () => {
  const title = `Category:Edited ${run}`;

  async function make(text: string): Promise<number> {
    const token = await raw.csrfToken();
    await raw.post({ formatversion: '2', action: 'edit', title, text, token });
    return (await editor.readPages([title])).get(title)?.revid ?? 0;
  }

  it('changes a page once, from the revision that it read', async () => {
    const base = await make('one');
    const edit = { title, text: 'two', baseRevid: base, summary: 'why (b/curator/0123456789ab)' };
    const revid = await editor.edit(edit);
    expect(await editor.edit({ ...edit, baseRevid: revid ?? 0 })).toBeNull();
    expect(await editor.edit(edit)).toBeNull();
    expect((await editor.readPages([title])).get(title)).toMatchObject({
      revid,
      user: 'Uploader',
      comment: edit.summary,
      text: 'two',
    });
    const own = { user: 'Uploader', summaryPart: 'b/curator/0123456789ab' };
    expect(await editor.findRevision(title, own)).toBe(revid);
    expect(await editor.findRevision(title, { ...own, user: 'Second uploader' })).toBeNull();
  });

  it('does not overwrite what others wrote meanwhile, and makes no page', async () => {
    const base = await make('one');
    await second.edit({ title, text: 'theirs', baseRevid: base, summary: '' });
    expect(await failureOf(editor.edit({ title, text: 'ours', baseRevid: base, summary: '' }))).toBe(
      'editconflict',
    );
    const missing = { title: `${title} not`, text: 'x', baseRevid: base, summary: '' };
    expect(await failureOf(editor.edit(missing))).toMatch(/^(missingtitle|nosuchrevid)$/);
    expect((await editor.readPages([title, missing.title])).get(missing.title)).toBeNull();
  });

  it('reads many large pages', async () => {
    const titles = Array.from({ length: 5 }, (_, n) => `Category:Large ${n} ${run}`);
    const token = await raw.csrfToken();
    for (const large of titles)
      await raw.post({
        formatversion: '2',
        action: 'edit',
        title: large,
        text: `${large} `.repeat(40_000),
        token,
      });
    await wiki.configure({ wgNamespaceAliases: { Kategorie: 14 }, wgAPIMaxResultSize: 3_000_000 });
    const pages = await editor.readPages(titles);
    expect(titles.map((large) => pages.get(large)?.text?.startsWith(large))).toEqual(titles.map(() => true));
    await wiki.configure({ wgNamespaceAliases: { Kategorie: 14 } });
  });
});
