import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldTitle } from './category-title.js';
import { TitleIndex } from './title-index.js';

const indexOf = (...parts: string[][]): Promise<TitleIndex> =>
  TitleIndex.from(
    (async function* () {
      yield* parts;
    })(),
  );
const NONE: ReadonlySet<number> = new Set();
const ALL = { offset: 0, limit: 100 };

describe('TitleIndex', () => {
  it('finds text in any case, blanks standing for underscores', async () => {
    const index = await indexOf(['Old_town_(Split)', 'Île_de_Ré'], ['Москва_town', 'OLD_TOWN']);
    expect(index.find('old town', NONE, ALL)).toEqual({ total: 2, positions: [0, 3] });
    expect(index.find('île', NONE, ALL).positions).toEqual([1]);
    expect(index.find('МОСК', NONE, ALL).positions).toEqual([2]);
    expect(index.find('ре', NONE, ALL).positions).toEqual([]);
  });

  it('counts a title once, and none across two titles', async () => {
    const index = await indexOf(['aaa', 'ab', 'a']);
    expect(index.find('a', NONE, ALL)).toEqual({ total: 3, positions: [0, 1, 2] });
    expect(index.find('a\nab', NONE, ALL)).toEqual({ total: 0, positions: [] });
    expect((await indexOf()).find('a', NONE, ALL)).toEqual({ total: 0, positions: [] });
  });

  it('is what filtering the list gives, for any page', async () => {
    const letter = fc.constantFrom('a', 'B', 'é', 'É', 'ж', 'ß', '_', '漢');
    const title = fc.string({ unit: letter, minLength: 1, maxLength: 6 });
    const filter = fc.string({ unit: letter, minLength: 1, maxLength: 2 });
    const property = fc.asyncProperty(
      fc.array(title, { maxLength: 30 }),
      filter,
      fc.uniqueArray(fc.nat(29), { maxLength: 5 }),
      fc.nat(10),
      fc.integer({ min: 1, max: 5 }),
      async (titles, text, without, offset, limit) => {
        const index = await indexOf(titles.slice(0, 7), titles.slice(7));
        const matching = titles.flatMap((each, place) =>
          foldTitle(each).includes(foldTitle(text)) && !without.includes(place) ? [place] : [],
        );
        expect(index.find(text, new Set(without), { offset, limit })).toEqual({
          total: matching.length,
          positions: matching.slice(offset, offset + limit),
        });
      },
    );
    await fc.assert(property);
  });
});
