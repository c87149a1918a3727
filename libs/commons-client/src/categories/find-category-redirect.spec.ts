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
});
