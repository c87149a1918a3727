import { describe, expect, it } from '@jest/globals';

import { completeWikitext } from './complete-wikitext.js';

const INFORMATION = '== {{int:filedesc}} ==\n{{Information|description=Quay}}';
const CATEGORIES = '[[Category:Harbours]]\n[[Kategorie:Boote|Quay]]';

describe('completeWikitext', () => {
  it('adds the licence and the request for a review in front of the categories', () => {
    expect(completeWikitext(`${INFORMATION}\n${CATEGORIES}\n`, '12', false)).toBe(
      `${INFORMATION}\n\n{{Cc-by-sa-4.0}}\n{{Flickrreview}}\n\n${CATEGORIES}`,
    );
    expect(completeWikitext(INFORMATION, '9', false)).toBe(`${INFORMATION}\n\n{{Cc-zero}}\n{{Flickrreview}}`);
    expect(completeWikitext('', '4', false)).toBe('{{Cc-by-2.0}}\n{{Flickrreview}}');
  });

  it.each([
    '{{cc-by-2.0}} {{flickrreview}}',
    '{{Cc-by-2.0|Ada Lindqvist}}{{FlickreviewR}}',
    '{{ template:CC-BY-2.0 }}\n{{License review}}',
    '{{Cc-by-2.0}}{{License_review|site=Flickr}}',
    '{{Cc-by-2.0}}{{LicenseReview}}',
  ])('leaves %j alone', (wikitext) => {
    expect(completeWikitext(wikitext, '4', false)).toBe(wikitext);
  });

  it.each([
    '{{FlickreviewR|author=Ada|status=passed|reviewer=Ada}}',
    '{{License review|Ada|2026-01-01|site=Flickr}}',
    '<!-- {{Flickrreview}} -->',
    '<nowiki>{{Flickrreview}}</nowiki >',
    '<includeonly>{{Flickrreview}}</includeonly>',
  ])('takes %j for no request for a review', (wikitext) => {
    expect(completeWikitext(wikitext, '4', true)).toBe(`${wikitext}\n\n{{Flickrreview}}`);
  });

  it('takes no hidden template for one, and hides nothing itself', () => {
    const added = '\n\n{{Cc-by-2.0}}\n{{Flickrreview}}';
    for (const hidden of ['<!--{{Cc-by-2.0}}-->', '<PRE class="a">{{Cc-by-2.0}}</pre>', '<nowiki/><pre>a'])
      expect(completeWikitext(hidden, '4', false)).toBe(hidden + added);
    expect(completeWikitext('a<!-- {{Cc-by-2.0}}', '4', false)).toBe(`a<!-- {{Cc-by-2.0}}-->${added}`);
    const open = 'a<includeonly>{{Cc-by-2.0}}';
    expect(completeWikitext(open, '4', false)).toBe(`${open}</includeonly>${added}`);
    const shown = '<!--a-->{{Cc-by-2.0}}<nowiki>{{Flickrreview}}';
    expect(completeWikitext(shown, '4', false)).toBe(shown);
  });

  it('takes no other licence for this one', () => {
    expect(completeWikitext('{{Cc-by-2.0-de}}{{flickrreview}}', '4', false)).toContain('{{Cc-by-2.0}}');
    expect(completeWikitext('{{Cc-by-2x0}}{{flickrreview}}', '4', false)).toContain('{{Cc-by-2.0}}');
    expect(completeWikitext('{{Cc-by-sa-2.0}}{{flickrreview}}', '4', false)).toContain('{{Cc-by-2.0}}');
  });

  it('leaves the licence to the person who speaks for it, but not the review', () => {
    expect(completeWikitext('{{PD-old}}', '4', true)).toBe('{{PD-old}}\n\n{{Flickrreview}}');
  });

  it('has the mark of the public domain substituted, once', () => {
    const once = completeWikitext(INFORMATION, '10', false);
    expect(once).toContain('{{safesubst:Flickr-public domain mark/subst}}');
    expect(completeWikitext(once, '10', false)).toBe(once);
    const written = '{{subst:Flickr-public_domain mark/subst}}{{flickrreview}}';
    expect(completeWikitext(written, '10', false)).toBe(written);
  });

  it.each(['4', '5', '7', '8', '9', '10', '11', '12'])('adds nothing twice under licence %s', (license) => {
    const once = completeWikitext(`${INFORMATION}\n${CATEGORIES}`, license, false);
    expect(completeWikitext(once, license, false)).toBe(once);
    expect(once.endsWith(CATEGORIES)).toBe(true);
  });

  it('is quick with any text', () => {
    for (const piece of [
      '[[',
      '<!--',
      '<nowiki>',
      '<pre ',
      '<!---->',
      '</pre',
      ' \n',
      '[[a:',
      '[[a:b]] ',
      '{{ ',
      '{{DEFAULTSORT:',
      '[[a:b]]\n',
      ':',
      ' ',
    ]) {
      const long = `{{${piece.repeat(1_000_000 / piece.length)}`;
      expect(completeWikitext(long, '4', false)).toContain('{{Flickrreview}}');
      expect(completeWikitext(`${long}x`, '4', false)).toContain('{{Flickrreview}}');
      expect(completeWikitext(`${long}-->${' '.repeat(500_000)}`, '4', false)).toContain('{{Flickrreview}}');
    }
  });
});
