import { describe, expect, it } from '@jest/globals';
import { normalizeFileName } from './file-names.js';
import {
  findExtensionProblem,
  findPrefixProblem,
  findRepeatedTitles,
  findTitleProblem,
} from './find-title-problem.js';
import { parsePrefixBlacklist } from './parse-prefix-blacklist.js';

const codeOf = (title: string): string | undefined => findTitleProblem(title)?.code;

describe('findTitleProblem', () => {
  it.each(['A.jpg', 'Ein Weg (Nähe Ulm), 2024-01-02.JPEG', 'Улица_1.webm', 'L’été – 50 %.png', '1px-b.jpg'])(
    'takes %s',
    (title) => expect(codeOf(title)).toBeUndefined(),
  );

  it.each([
    ['', 'filetype-missing'],
    ['Street', 'filetype-missing'],
    ['Street.', 'filetype-missing'],
    ['Street.exe', 'filetype-banned'],
    ['Street.2024', 'filetype-banned'],
    ['.jpg', 'filename-tooshort'],
    ['_ .jpg', 'filename-tooshort'],
    ['120px-Street.jpg', 'thumb-name'],
    ['A|b.jpg', 'illegal-filename'],
    ['A\tb.jpg', 'illegal-filename'],
    ['A half 😀.jpg'.replace('\ude00', ''), 'illegal-filename'],
    ['A&eacute;.jpg', 'illegal-filename'],
    ['Signed ~~~~.jpg', 'illegal-filename'],
    [`${'é'.repeat(119)}.jpg`, 'filename-toolong'],
  ])('tells what is wrong with “%s”', (title, code) => expect(codeOf(title)).toBe(code));

  it('counts bytes', () => {
    expect(codeOf(`${'L'.repeat(236)}.jpg`)).toBeUndefined();
    expect(codeOf(`${'é'.repeat(118)}.jpg`)).toBeUndefined();
  });
});

describe('findExtensionProblem', () => {
  it.each([
    ['A.jpg', 'jpg'],
    ['A.JPEG', 'jpg'],
    ['A.tiff', 'tif'],
    ['A.oga', 'ogg'],
    ['A.webp', 'webp'],
  ])('lets %s be of type %s', (title, extension) => {
    expect(findExtensionProblem(title, extension)).toBeNull();
  });

  it.each([
    ['A.jpg', 'png'],
    ['A.png', 'jpg'],
    ['A', 'jpg'],
  ])('keeps %s from being of type %s', (title, extension) => {
    expect(findExtensionProblem(title, extension)?.code).toBe('filetype-mime-mismatch');
  });
});

describe('findPrefixProblem', () => {
  const prefixes = parsePrefixBlacklist('#<pre>\nDSC_ # Nikon\n\n  IMG # generic\nMVC#Sony\n#</pre>');

  it('reads the list as MediaWiki does', () => expect(prefixes).toEqual(['DSC_', 'IMG', 'MVC']));

  it.each(['DSC_1.jpg', 'DSC 1.jpg', 'dSC 1.jpg', 'IMG1.jpg'])('refuses %s', (title) => {
    expect(findPrefixProblem(title, prefixes)?.code).toBe('bad-prefix');
  });

  it.each(['DSC1.jpg', 'Old IMG.jpg', 'Img 1.jpg'])('takes %s', (title) => {
    expect(findPrefixProblem(title, prefixes)).toBeNull();
  });
});

describe('findRepeatedTitles', () => {
  it('compares titles as MediaWiki does', () => {
    const titles = ['A b.jpg', 'a_b.jpg', ' A  b.jpg', 'A B.jpg', 'A b.png', 'File:A b.jpg'];
    expect(findRepeatedTitles(titles).map((problem) => problem?.code ?? null)).toEqual([
      null,
      'duplicate-title',
      'duplicate-title',
      null,
      null,
      'duplicate-title',
    ]);
  });

  it('compares with those that are taken', () => {
    expect(findRepeatedTitles(['A_b.jpg', 'C.jpg'], ['a b.jpg']).map(Boolean)).toEqual([true, false]);
  });

  it('knows letters beyond the first plane', () => expect(normalizeFileName('𐐨a.jpg')).toBe('𐐀a.jpg'));
});
