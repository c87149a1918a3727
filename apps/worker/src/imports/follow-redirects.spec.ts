import { describe, expect, it } from '@jest/globals';
import type { CategorySource, FoundCategory } from '#app/protocol';
import { followRedirects, type ResolvedCategory } from './follow-redirects.js';

const signal = new AbortController().signal;
const plain: FoundCategory = { files: 7, redirect: null };
const to = (...targets: string[]): FoundCategory => ({ files: 0, redirect: { template: 'Seecat', targets } });
const hard = (...targets: string[]): FoundCategory => ({ files: 0, redirect: { template: null, targets } });

/** A wiki of these categories. */
const wikiOf = (categories: Readonly<Record<string, FoundCategory>>): CategorySource => ({
  name: 'test',
  find: (title) => Promise.resolve(categories[title] ?? null),
  listFiles: () => Promise.resolve({ members: [], others: 0, next: null }),
  listSubcategories: () => Promise.resolve({ members: [], others: 0, next: null }),
  estimateFiles: () => Promise.resolve(0),
});

const follow = (
  categories: Readonly<Record<string, FoundCategory>>,
  text: FoundCategory | null = null,
): Promise<ResolvedCategory> => followRedirects('A', wikiOf(categories), () => Promise.resolve(text), signal);

describe('followRedirects', () => {
  it('stays where there is none', async () => {
    expect(await follow({ A: plain })).toEqual({ title: 'A', found: plain, redirects: [] });
  });

  it('tells the whole way', async () => {
    expect(await follow({ A: to('B'), B: hard('C'), C: plain })).toEqual({
      title: 'C',
      found: plain,
      redirects: [
        { title: 'A', template: 'Seecat' },
        { title: 'B', template: null },
      ],
    });
  });

  it.each([
    [{ A: to('A') }, 'A → A'],
    [{ A: to('B'), B: to('C'), C: to('B') }, 'A → B → C → B'],
  ])('refuses circles', async (categories, way) => {
    await expect(follow(categories)).rejects.toMatchObject({
      code: 'CATEGORY_REDIRECT_INVALID',
      message: `The redirects go round in a circle: ${way}.`,
    });
  });

  it('reads the text where the target is not clear', async () => {
    const categories = { A: to('B', 'C'), B: plain, C: plain };
    expect((await follow(categories, to('C'))).title).toBe('C');
    await expect(follow(categories)).rejects.toMatchObject({ code: 'CATEGORY_REDIRECT_INVALID' });
    await expect(follow({ A: hard() }, to('B'))).rejects.toThrow('A is a redirect, but not to one category.');
  });

  it('refuses what is not there', async () => {
    await expect(follow({})).rejects.toMatchObject({ code: 'CATEGORY_NOT_FOUND' });
    await expect(follow({ A: to('B') })).rejects.toThrow('“B” on Commons; “A” leads there.');
  });

  it('refuses ways without end', async () => {
    const names = Array.from({ length: 20 }, (_, index) => (index === 0 ? 'A' : `A${index}`));
    const categories = Object.fromEntries(names.map((name, index) => [name, to(names[index + 1] ?? 'Z')]));
    await expect(follow(categories)).rejects.toThrow('too many redirects');
  });
});
