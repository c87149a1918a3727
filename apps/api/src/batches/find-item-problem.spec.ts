import { describe, expect, it } from '@jest/globals';
import type { UploadItemDto } from '#app/protocol';
import { findItemProblem } from './find-item-problem.js';

const problemOf = (fields: Partial<UploadItemDto>): string | undefined =>
  findItemProblem({ id: '1', input: 'c', title: 'Old town 1.jpg', wikitext: '', ...fields })?.message.split(
    ':',
  )[0];

describe('findItemProblem', () => {
  it('takes ordinary titles', () => {
    for (const title of [
      'A.jpg',
      'Ein Weg (Nähe Ulm), 2024-01-02.jpeg',
      'Улица_1.jpg',
      "L'été – 50 %.png",
      'a & b.jpg',
    ]) {
      expect([title, problemOf({ title })]).toEqual([title, undefined]);
    }
  });

  it('counts the bytes of a title as MediaWiki does', () => {
    expect(problemOf({ title: `${'L'.repeat(236)}.jpg` })).toBeUndefined();
    expect(problemOf({ title: `${'L'.repeat(237)}.jpg` })).toBe('filename-toolong');
    expect(problemOf({ title: `${'é'.repeat(119)}.jpg` })).toBe('filename-toolong');
  });

  it('refuses what cannot be in a title', () => {
    for (const part of [
      '#',
      '<',
      '>',
      '[',
      ']',
      '|',
      '{',
      '}',
      ':',
      '/',
      '\\',
      '\n',
      '%41',
      '&amp;',
      '~~~',
    ]) {
      expect([part, problemOf({ title: `A${part}b.jpg` })]).toEqual([part, 'illegal-filename']);
    }
    for (const title of ['', '.jpg', ' .jpg', '_.jpg', 'noextension', 'dot.']) {
      expect([title, problemOf({ title }) !== undefined]).toEqual([title, true]);
    }
  });

  it('looks at the caption, unless it is empty', () => {
    expect(problemOf({ labels: { language: '', value: '' } })).toBeUndefined();
    expect(problemOf({ labels: { language: 'en', value: '𝒳'.repeat(250) } })).toBeUndefined();
    expect(problemOf({ labels: { language: 'en', value: 'x'.repeat(251) } })).toBe('modification-failed');
    expect(problemOf({ labels: { language: 'English!', value: 'x' } })).toBe('not-recognized-language');
  });

  it('refuses a page larger than MediaWiki takes', () => {
    expect(problemOf({ wikitext: 'é'.repeat(1024 * 1024) })).toBeUndefined();
    expect(problemOf({ wikitext: `${'é'.repeat(1024 * 1024)}x` })).toBe('contenttoobig');
  });
});
