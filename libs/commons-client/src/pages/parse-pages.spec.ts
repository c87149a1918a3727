import { describe, expect, it } from '@jest/globals';
import { filesByTitle, pagesByTitle, parseTitleCheck } from './parse-pages.js';

const codeOf = (page: unknown): string | undefined => parseTitleCheck(page)?.code;

describe('parseTitleCheck', () => {
  it('takes a title that has no page and that nothing forbids', () => {
    expect(parseTitleCheck({ title: 'File:A.jpg', missing: true, actions: { create: [] } })).toBeNull();
  });

  it('tells a file from a page without one', () => {
    expect(codeOf({ title: 'File:A.jpg', pageid: 1, imageinfo: [{ timestamp: '' }] })).toBe('fileexists');
    expect(codeOf({ title: 'File:A.jpg', pageid: 1 })).toBe('page-exists');
  });

  it('tells why a title is none', () => {
    expect(parseTitleCheck({ title: 'File:', invalid: true, invalidreason: 'Empty.' })).toEqual({
      code: 'invalidtitle',
      info: 'Empty.',
    });
  });

  it('looks for what is about the title among the reasons, in both spellings', () => {
    const pageWith = (...codes: string[]): unknown => ({
      title: 'File:A.jpg',
      missing: true,
      actions: { create: codes.map((code) => ({ code, text: `Because of <code>${code}</code>` })) },
    });
    expect(parseTitleCheck(pageWith('blocked', 'titleblacklist-forbidden-edit'))).toEqual({
      code: 'titleblacklist-forbidden',
      info: 'Because of titleblacklist-forbidden-edit',
    });
    expect(codeOf(pageWith('protectedtitle'))).toBe('protectedtitle');
    expect(codeOf(pageWith('blocked'))).toBeUndefined();
  });
});

describe('pagesByTitle', () => {
  it('follows how the wiki spells titles', () => {
    const page = { title: 'File:A b.jpg' };
    const body = { query: { normalized: [{ from: 'File:a_b.jpg', to: 'File:A b.jpg' }], pages: [page] } };
    const pages = pagesByTitle(body, ['File:a_b.jpg', 'File:A b.jpg', 'File:C.jpg']);
    expect([...pages.values()]).toEqual([page, page, undefined]);
  });
});

describe('filesByTitle', () => {
  const file = (title: string): unknown => ({
    title,
    imageinfo: [{ descriptionurl: `https://commons.example/wiki/${title}` }],
  });

  it('follows spellings and the redirects that renaming leaves', () => {
    const body = {
      query: {
        normalized: [{ from: 'File:a_b.jpg', to: 'File:A b.jpg' }],
        redirects: [
          { from: 'File:A b.jpg', to: 'File:B.jpg' },
          { from: 'File:B.jpg', to: 'File:C.jpg' },
        ],
        pages: [file('File:C.jpg'), file('File:D.jpg')],
      },
    };
    const c = { title: 'File:C.jpg', url: 'https://commons.example/wiki/File:C.jpg' };
    expect([...filesByTitle(body, ['File:a_b.jpg', 'File:C.jpg'])]).toEqual([
      ['File:a_b.jpg', c],
      ['File:C.jpg', c],
    ]);
  });

  it('tells a deleted file, and a page without one, from what it was not told', () => {
    const body = {
      query: {
        pages: [
          { title: 'File:A.jpg', missing: true },
          { title: 'File:B.jpg', pageid: 2 },
        ],
      },
    };
    expect([...filesByTitle(body, ['File:A.jpg', 'File:B.jpg', 'File:C.jpg'])]).toEqual([
      ['File:A.jpg', null],
      ['File:B.jpg', null],
    ]);
  });

  it('does not go round in circles', () => {
    const redirects = [
      { from: 'File:A.jpg', to: 'File:B.jpg' },
      { from: 'File:B.jpg', to: 'File:A.jpg' },
    ];
    const pages = [{ title: 'File:A.jpg' }];
    expect(filesByTitle({ query: { redirects, pages } }, ['File:A.jpg']).get('File:A.jpg')).toBeNull();
  });
});
