import { describe, expect, it } from '@jest/globals';
import { excludes, foldTitle, toCategoryTitle } from './category-title.js';

describe('toCategoryTitle', () => {
  it.each([
    ['Category:Old town', 'Old_town'],
    [' category : old  town_', 'Old_town'],
    ['Old_town', 'Old_town'],
    ['élan', 'Élan'],
    ['𐐨x', '𐐀x'],
    ['Categories: a list', 'Categories:_a_list'],
    ['Category:', ''],
  ])('of %j is %j', (text, title) => {
    expect(toCategoryTitle(text)).toBe(title);
  });
});

describe('foldTitle', () => {
  it.each([
    ['old town', 'OLD_town'],
    ['ÎLE-DE-FRANCE', 'Île-de-France'],
    ['ΟΔΟΣ', 'οδος'],
    ['STRASSE', 'Straße'],
    ['МОСКВА', 'Москва'],
  ])('makes %j and %j the same', (a, b) => {
    expect(foldTitle(a)).toBe(foldTitle(b));
  });
});

describe('excludes', () => {
  it('finds any of the terms in any case, blanks standing for underscores', () => {
    const isExcluded = excludes(['maps showing', 'Uploaded_with']);
    expect(['Maps_showing_1900', 'Files_uploaded_with_X', 'Maps_of_X'].map(isExcluded)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('leaves everything without terms', () => {
    expect(excludes(['', ...[]])('Anything')).toBe(false);
  });
});
