import { describe, expect, it } from '@jest/globals';

import { someCells } from '../testing/a-manifest-row.js';
import { buildPage } from './build-page.js';
import { completePage, isOnlyCategories } from './complete-page.js';
import { readManifestRow } from './read-manifest-row.js';

const image = readManifestRow(someCells());
const unlicensed = readManifestRow(someCells({ license: '', copyright_override: 'true' }));
const complete = (wikitext: string, copyrightOverride = false, of = image): string =>
  completePage(wikitext, of, { language: 'en', copyrightOverride });

describe('completePage', () => {
  it('builds the page of a person who has written categories at most, and keeps those', () => {
    expect(complete(' \n')).toBe(buildPage(image, 'en'));
    const categories = '[[Category:Cranes]]\n[[Kategorie:Kräne|Kran]]';
    expect(complete(`\n${categories}\n`)).toBe(`${buildPage(image, 'en')}\n\n${categories}`);
    expect(complete(categories, true)).toContain('{{Cc-by-sa-4.0}}');
  });

  it('adds the licence to a page that does not tell it', () => {
    expect(complete('Mine\n[[Category:Cranes]]')).toBe('Mine\n\n{{Cc-by-sa-4.0}}\n\n[[Category:Cranes]]');
    expect(complete('Mine <!-- {{Cc-by-sa-4.0}}')).toBe('Mine <!-- {{Cc-by-sa-4.0}}-->\n\n{{Cc-by-sa-4.0}}');
    expect(complete('Mine {{Cc-by-sa-4.0-de}}')).toMatch(/\n\{\{Cc-by-sa-4\.0\}\}$/);
  });

  it.each(['Mine {{cc-by-SA-4.0}}', '{{self|cc-by-sa-4.0|GFDL}}', '{{self|author=A|cc-by-sa-4.0}}'])(
    'leaves %j alone',
    (wikitext) => {
      expect(complete(wikitext)).toBe(wikitext);
    },
  );

  it('leaves the licence to the person who speaks for it, but makes no page without one', () => {
    expect(complete('{{PD-old}}', true)).toBe('{{PD-old}}');
    expect(complete('{{PD-old}}', true, unlicensed)).toBe('{{PD-old}}');
    expect(() => complete('[[Category:A]]', true, unlicensed)).toThrow('no licence');
    expect([isOnlyCategories('[[Category:A]]'), isOnlyCategories('A\n[[Category:A]]')]).toEqual([
      true,
      false,
    ]);
  });
});
