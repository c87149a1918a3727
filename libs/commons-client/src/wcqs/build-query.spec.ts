import { describe, expect, it } from '@jest/globals';
import { buildExistingFilesQuery } from './build-query.js';
import { parseExistingFiles } from './parse-existing-files.js';

describe('buildExistingFilesQuery', () => {
  it('asks for one property and escapes every value', () => {
    const query = buildExistingFilesQuery('P1947', ['123', 'a" } ?x ?y ?z . #\\\n']);
    expect(query).toContain('?file wdt:P1947 ?id .');
    expect(query).toContain(String.raw`VALUES ?id { "123" "a\" } ?x ?y ?z . #\\\n" }`);
  });

  it.each(['P0', 'P1 . ?a ?b ?c', 'Q1', ''])('takes no other property than a property: %s', (property) => {
    expect(() => buildExistingFilesQuery(property, ['1'])).toThrow(TypeError);
  });
});

describe('parseExistingFiles', () => {
  const link = (name: string): { title: string; url: string } => ({
    title: `File:${name}`,
    url: `wiki:${name}`,
  });
  const uri = (value: string): { type: string; value: string } => ({ type: 'uri', value });

  it('links the page of each file once, by whatever the service knows', () => {
    const bindings = [
      {
        id: { value: '1' },
        file: uri('https://c.example/entity/M1'),
        contentUrl: uri('https://u.example/a/ab/Caf%C3%A9_1.jpg'),
      },
      {
        id: { value: '1' },
        file: uri('https://c.example/entity/M1'),
        contentUrl: uri('https://u.example/a/ab/Caf%C3%A9_1.jpg'),
      },
      { id: { value: '2' }, file: uri('https://c.example/entity/M2') },
      { id: { value: '3' }, file: uri('not an address') },
    ];
    expect([...parseExistingFiles({ results: { bindings } }, link)]).toEqual([
      ['1', [{ title: 'File:Café_1.jpg', url: 'wiki:Café_1.jpg' }]],
      ['2', [{ title: 'M2', url: 'https://c.example/entity/M2' }]],
    ]);
  });

  it('never takes an odd answer for “no files”', () => {
    expect(() => parseExistingFiles({ oops: true }, link)).toThrow(/^unexpected-answer: /);
  });
});
