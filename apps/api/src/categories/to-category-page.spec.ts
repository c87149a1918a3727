import { describe, expect, it } from '@jest/globals';
import { WIKITEXT_PAYLOADS } from '../../../../test/attacks/wikitext-payloads.js';
import { toCategoryPage } from './to-category-page.js';

describe('toCategoryPage', () => {
  it.each(['Old_town', 'old town', 'Category:Old_town', ' category : old  town_'])('reads %j', (title) => {
    expect(toCategoryPage(title)).toBe('Category:Old town');
  });

  it.each([
    '',
    '_',
    'Category:',
    'A|b',
    'A[b]',
    'A\u0000',
    '{{A}}',
    'A~~~~',
    'A%5B',
    'A&#91;b',
    'A&lbrack;b',
  ])('finds no title in %j', (title) => {
    expect(toCategoryPage(title)).toBeNull();
  });

  it.each(['R&B', 'Five 100% things', 'A ~ b', "Rock'n'roll", 'A & B; C'])('lets %j be', (title) => {
    expect(toCategoryPage(title)).toBe(`Category:${title}`);
  });

  it('has no title that would be more than a title in a link', () => {
    for (const payload of WIKITEXT_PAYLOADS) {
      const page = toCategoryPage(payload) ?? '';
      expect([payload, page]).toEqual([payload, expect.not.stringMatching(/[[\]{}|<>\n]|~{3}|&#/)]);
    }
  });

  it('has nothing that turns text around', () => {
    expect(toCategoryPage('Old \u202etown\u202c')).toBe('Category:Old town');
  });
});
