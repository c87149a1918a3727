import { describe, expect, it } from '@jest/globals';
import { pagesByTitle, parseTitleCheck } from './parse-pages.js';

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
