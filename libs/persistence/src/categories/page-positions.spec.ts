import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pagePositions } from './page-positions.js';

describe('pagePositions', () => {
  it('leaves out the gaps before and inside the page', () => {
    expect(pagePositions(10, [0, 3, 4], { offset: 1, limit: 3 })).toEqual([2, 5, 6]);
    expect(pagePositions(10, [9], { offset: 8, limit: 5 })).toEqual([8]);
    expect(pagePositions(10, [], { offset: 10, limit: 5 })).toEqual([]);
  });

  it('is what slicing the list without its gaps gives', () => {
    const places = 40;
    const gaps = fc.uniqueArray(fc.nat(places - 1)).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(gaps, fc.nat(60), fc.nat(20), (empty, offset, limit) => {
        const all = Array.from({ length: places }, (_, place) => place).filter(
          (place) => !empty.includes(place),
        );
        expect(pagePositions(places, empty, { offset, limit })).toEqual(all.slice(offset, offset + limit));
      }),
    );
  });
});
