import { describe, expect, it } from '@jest/globals';
import { findCategoryRedirect } from './find-category-redirect.js';

const TEMPLATES = ['Category redirect', 'Seecat'];

describe('findCategoryRedirect', () => {
  it.each([
    ['#REDIRECT [[Category:New place]]', null, 'New place'],
    ['#redirect [[:Category:new_place#top|there]]', null, 'New place'],
    ['#WEITERLEITUNG: [[category:New place]]\n[[Category:X]]', null, 'New place'],
    ['#REDIRECT [[Gallery]]', null, null],
    ['{{Category redirect|New place}}', 'Category redirect', 'New place'],
    ['{{category_redirect | 1 = Category:New place | reason = a=b}}', 'Category redirect', 'New place'],
    ['{{seecat|[[:Category:new place|New]]}}\n', 'Seecat', 'New place'],
    ['{{Seecat|reason=moved|Élan vital}}', 'Seecat', 'Élan vital'],
    ['{{Information}}{{Seecat}}', 'Seecat', null],
    ['{{Seecat|<b>}}', 'Seecat', null],
  ])('reads %j', (wikitext, template, target) => {
    expect(findCategoryRedirect(wikitext, TEMPLATES)).toEqual({ template, target });
  });

  it.each([
    'Streets of a town. [[Category:Streets]]',
    '{{Categorise|x}}',
    '<nowiki>{{Seecat|New place}}</nowiki>',
    '<!-- {{Seecat|New place}} -->',
    'See #REDIRECT [[Category:New place]]',
  ])('finds nothing in %j', (wikitext) => {
    expect(findCategoryRedirect(wikitext, TEMPLATES)).toBeNull();
  });

  /** A page may be this long, and anybody may write one. */
  const LONG = 1_000_000;

  it.each([
    ['a template of blanks', `{{${' '.repeat(LONG)}x`],
    ['a redirect of blanks', `#REDIRECT${' '.repeat(LONG)}x`],
    ['a parameter of blanks', `{{Seecat|${' '.repeat(LONG)}=}}`],
    ['a parameter of bars in a link', `{{Seecat|[[a${'|'.repeat(LONG)}]]b}}`],
    ['links without ends', `{{Seecat|${'[['.repeat(LONG / 2)}}}`],
    ['templates without ends', '{{Seecat|'.repeat(LONG / 10)],
    ['comments without ends', '<!--'.repeat(LONG / 4)],
    ['tags without ends', '<nowiki '.repeat(LONG / 10)],
  ])('does not choke on %s', (_what, wikitext) => {
    expect(findCategoryRedirect(wikitext, TEMPLATES)?.target ?? null).toBeNull();
  });
});
