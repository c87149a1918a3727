import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answerClass } from '../answers/answer-classes.js';
import { ClientUnderTest, failureOf } from '../recorded/client-under-test.js';
import { recorded } from '../recorded/replay-server.js';
import type { PageEditor } from './page-editor.js';

const wiki = new ClientUnderTest();
const { server } = wiki;
let editor: PageEditor;

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  wiki.open();
  editor = wiki.editor;
});
afterEach(() => wiki.close());

const edit = { title: 'File:A.jpg', text: 'new', baseRevid: 17, summary: 'why' };
const paramsOf = (index: number): Record<string, string> =>
  Object.fromEntries(server.calls[index]?.params ?? []);
const aPage = (title: string, content: string, contentmodel = 'wikitext'): object => ({
  title,
  revisions: [
    {
      revid: 7,
      timestamp: '2026-01-01T00:00:00Z',
      user: 'U',
      comment: 'c',
      slots: { main: { contentmodel, content } },
    },
  ],
});

describe('edit', () => {
  it('saves with its base revision, never a new page, as the person', async () => {
    server.replyWith(recorded('edit-baserevid-ok'));
    expect(await editor.edit(edit)).toBe(18);
    expect(paramsOf(0)).toMatchObject({
      action: 'edit',
      title: 'File:A.jpg',
      text: 'new',
      summary: 'why',
      baserevid: '17',
      nocreate: '1',
      maxlag: '5',
      assert: 'user',
      assertuser: 'Uploader',
      token: 'token-1+\\',
    });
  });

  it('tells when nothing was to be changed', async () => {
    server.replyWith(recorded('edit-nochange'));
    expect(await editor.edit(edit)).toBeNull();
  });

  it.each([
    ['edit-conflict-baserevid', 'editconflict', 'edit-conflict'],
    ['edit-nocreate-missing', 'missingtitle', 'refused'],
    ['edit-protected', 'protectedpage', 'refused'],
    ['edit-too-big', 'contenttoobig', 'refused'],
    ['abusefilter-disallow-edit', 'abusefilter-disallowed', 'refused'],
    ['blocked-edit', 'blocked', 'user-stopped'],
    ['ratelimit-edit-3', 'ratelimited', 'throttled'],
  ])('tells why it could not: %s', async (name, code, kind) => {
    server.replyWith(recorded(name));
    const failure = await failureOf(editor.edit(edit));
    expect([failure.code, answerClass(failure)]).toEqual([code, kind]);
  });

  it('takes an answer without an error for no success', async () => {
    server.replyWith({ body: { edit: { result: 'Failure', captcha: { type: 'image' } } } });
    expect(answerClass(await failureOf(editor.edit(edit)))).toBe('user-stopped');
    server.replyWith({ body: { edit: { result: 'Failure', code: 'hookaborted', info: 'No.' } } });
    expect((await failureOf(editor.edit(edit))).message).toBe('hookaborted: No.');
  });

  it('sends nothing twice that may have been done', async () => {
    server.replyWith({ cut: true }, recorded('edit-baserevid-ok'));
    expect((await failureOf(editor.edit(edit))).code).toBe('network');
    expect(server.calls).toHaveLength(1);
  });
});

describe('readPages', () => {
  it('reads texts and revisions in one request, and tells what is missing', async () => {
    server.replyWith({
      body: {
        query: {
          normalized: [{ from: 'File:a_b.jpg', to: 'File:A b.jpg' }],
          pages: [
            { title: 'File:C.jpg', missing: true },
            aPage('File:A b.jpg', 'text'),
            aPage('File:D.map', '{}', 'json'),
          ],
        },
      },
    });
    const pages = await editor.readPages(['File:a_b.jpg', 'File:C.jpg', 'File:D.map']);
    const revision = { revid: 7, timestamp: '2026-01-01T00:00:00Z', user: 'U', comment: 'c' };
    expect([...pages]).toEqual([
      ['File:a_b.jpg', { ...revision, text: 'text' }],
      ['File:C.jpg', null],
      ['File:D.map', revision],
    ]);
    expect(server.calls).toHaveLength(1);
  });

  it('goes on where an answer was full', async () => {
    const titles = ['File:A.jpg', 'File:B.jpg'];
    server.replyWith(
      {
        body: {
          continue: { rvcontinue: '5|7', continue: '||' },
          query: { pages: [aPage('File:A.jpg', 'a'), { title: 'File:B.jpg' }] },
        },
      },
      { body: { query: { pages: [{ title: 'File:A.jpg' }, aPage('File:B.jpg', 'b')] } } },
    );
    const pages = await editor.readPages(titles);
    expect(titles.map((title) => pages.get(title)?.text)).toEqual(['a', 'b']);
    expect(paramsOf(1)).toMatchObject({ rvcontinue: '5|7', continue: '||' });
  });

  it('takes no silence for an answer', async () => {
    server.replyWith({ body: { query: { pages: [{ title: 'File:A.jpg' }] } } });
    expect((await failureOf(editor.readPages(['File:A.jpg']))).code).toBe('unexpected-answer');
    await expect(editor.readPages(Array.from({ length: 51 }, String))).rejects.toThrow(RangeError);
  });
});

describe('categories', () => {
  it('lists files 500 at a time', async () => {
    server.replyWith(recorded('categorymembers-files-limit2'));
    expect(await editor.listCategoryFiles('Category:Tests', null)).toEqual({
      titles: ['File:Chunked one.jpg', 'File:Chunked two.jpg'],
      next: 'file|534d414c4c204f4e452e4a5047|4',
    });
    await editor.listCategoryFiles('Category:Tests', 'file|00|4');
    expect(paramsOf(1)).toMatchObject({ cmtype: 'file', cmlimit: '500', cmcontinue: 'file|00|4' });
    server.replyWith(recorded('categorymembers-empty'));
    expect(await editor.listCategoryFiles('Category:None', null)).toEqual({ titles: [], next: null });
    expect(await editor.hasOtherMembers('Category:None')).toBe(false);
  });

  it('reads the names of the namespace', async () => {
    const namespaces = { 14: { id: 14, case: 'first-letter', name: 'Kategorie', canonical: 'Category' } };
    const namespacealiases = [
      { id: 14, alias: 'Rubrik' },
      { id: 6, alias: 'Image' },
    ];
    server.replyWith({ body: { query: { namespaces, namespacealiases } } });
    expect(await editor.findCategorySpelling()).toEqual({
      namespace: 'Kategorie',
      names: ['Category', 'Kategorie', 'Rubrik'],
      ignoresFirstCase: true,
    });
  });
});

describe('findRevision', () => {
  it('looks for the summary among the user’s own', async () => {
    const revisions = [
      { revid: 9, comment: 'other' },
      { revid: 8, comment: 'why (b/curator/abc)' },
      { revid: 7 },
    ];
    server.replyWith({ body: { query: { pages: [{ title: 'File:A.jpg', revisions }] } } });
    expect(await editor.findRevision('File:A.jpg', { user: 'U', summaryPart: 'b/curator/abc' })).toBe(8);
    expect(await editor.findRevision('File:A.jpg', { user: 'U', summaryPart: 'b/curator/x' })).toBeNull();
    expect(paramsOf(0)).toMatchObject({ rvuser: 'U', rvlimit: '50' });
  });
});
