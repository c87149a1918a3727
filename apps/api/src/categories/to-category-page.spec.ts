import { describe, expect, it } from '@jest/globals';
import { toCategoryPage } from './to-category-page.js';

describe('toCategoryPage', () => {
  it.each(['Old_town', 'old town', 'Category:Old_town', ' category : old  town_'])('reads %j', (title) => {
    expect(toCategoryPage(title)).toBe('Category:Old town');
  });

  it.each(['', '_', 'Category:', 'A|b', 'A[b]', 'A\u0000', '{{A}}'])('finds no title in %j', (title) => {
    expect(toCategoryPage(title)).toBeNull();
  });
});
