import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { CommonsWiki } from './commons-wiki.js';
import { expectLikeRecorded } from './recorded/expect-like-recorded.js';
import { aWiki, WikiUserAgent } from './testing/wiki-under-test.js';

let wiki: CommonsWiki;
let user: WikiUserAgent;

beforeEach(async () => {
  ({ wiki, user } = await aWiki());
});
afterEach(() => wiki.stop());

const write = (title: string, text: string): Promise<unknown> => user.edit({ title, text, summary: 's' });

interface Members {
  continue?: { cmcontinue: string };
  query: { categorymembers: { title: string }[] };
}

async function listFiles(category: string, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let more: Record<string, string> = {};
  for (;;) {
    const params = {
      list: 'categorymembers',
      cmtitle: category,
      cmtype: 'file',
      cmlimit: String(limit),
      ...more,
    };
    const answer = (await user.query(params)).json as Members;
    pages.push(answer.query.categorymembers.map(({ title }) => title));
    if (answer.continue === undefined) return pages;
    more = { cmcontinue: answer.continue.cmcontinue };
  }
}

describe('categories, as MediaWiki has them', () => {
  it('come from links in the text and in templates', async () => {
    await write('Template:City', '<noinclude>[[Category:Templates]]</noinclude>[[Category:A]]');
    const texts = {
      Plain: '[[ kategorie : a|key]]',
      Template: '{{city|x}}',
      Comment: '<!-- [[Category:A]] --><nowiki>[[Category:A]]</nowiki>[[:Category:A]]',
      Other: '<includeonly>[[Category:A]]</includeonly>[[Category:B]]',
    };
    for (const [name, text] of Object.entries(texts)) await write(`File:${name}.jpg`, text);
    expect(await listFiles('Category:A', 10)).toEqual([['File:Plain.jpg', 'File:Template.jpg']]);
  });

  it('are listed in parts', async () => {
    for (const name of ['Chunked one', 'Chunked two', 'C', 'D', 'E'])
      await write(`File:${name}.jpg`, '[[Category:Tests]]');
    expect(await listFiles('Category:Tests', 2)).toEqual([
      ['File:Chunked one.jpg', 'File:Chunked two.jpg'],
      ['File:C.jpg', 'File:D.jpg'],
      ['File:E.jpg'],
    ]);
    expectLikeRecorded(
      'categorymembers-files-limit2',
      await user.query({
        list: 'categorymembers',
        cmtitle: 'Category:Tests',
        cmlimit: '2',
        cmtype: 'file',
        cmprop: 'ids|title|sortkeyprefix|type|timestamp',
      }),
    );
  });

  it('tells the names of namespaces', async () => {
    const { json } = await user.query({ meta: 'siteinfo', siprop: 'namespaces|namespacealiases' });
    expect(json).toMatchObject({
      query: {
        namespaces: { '14': { id: 14, case: 'first-letter', name: 'Category', canonical: 'Category' } },
        namespacealiases: [{ id: 6 }, { id: 14, alias: 'Kategorie' }],
      },
    });
  });

  it('shows the history of one page, of one person', async () => {
    const second = await WikiUserAgent.of(wiki, 'Second uploader');
    await write('File:A.jpg', 'a');
    await second.edit({ title: 'File:A.jpg', text: 'b' });
    await write('File:A.jpg', 'c');
    const history = {
      titles: 'File:A.jpg',
      prop: 'revisions',
      rvprop: 'user',
      rvuser: 'Uploader',
      rvlimit: '9',
    };
    expect((await user.query(history)).json).toMatchObject({
      query: { pages: [{ revisions: [{ user: 'Uploader' }, { user: 'Uploader' }] }] },
    });
    expect((await user.query({ ...history, titles: 'File:A.jpg|File:B.jpg' })).json).toMatchObject({
      error: { code: 'invalidparammix' },
    });
  });
});
