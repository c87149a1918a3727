import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { listCategoryNames, moveCategory } from './category-links.js';
import { ENGLISH_SPELLING, type CategorySpelling } from './read-category-name.js';

const MOVE = { source: 'Old town', target: 'New town' };
const GERMAN: CategorySpelling = {
  namespace: 'Kategorie',
  names: ['Kategorie', 'Category', 'Rubrik der_Stadt'],
  ignoresFirstCase: true,
};
const move = (text: string, spelling = ENGLISH_SPELLING): string | null => moveCategory(text, MOVE, spelling);
const NEW = '[[Category:New town]]';

describe('moveCategory', () => {
  it.each([
    '[[Category:Old town]]',
    '[[category:old town]]',
    '[[CATEGORY:Old_town]]',
    '[[ Category : Old town ]]',
    '[[_Category_:_Old__town_]]',
    '[[Category:Old   town]]',
    '[[Category:Old\u00a0town]]',
    '[[Category:Old&nbsp;town]]',
    '[[Category:Old&#32;town]]',
    '[[Category:&#x4f;ld town]]',
    '[[Category:Old%20town]]',
    '[[%43ategory:Old town]]',
    '[[Category:Old town\u200e]]',
    '[[\u200eCategory:\u202aOld town\u202c]]',
    '[[Category:Old town#top]]',
  ])('reads %j', (text) => {
    expect(move(`a\n${text}\nb`)).toBe(`a\n${NEW}\nb`);
  });

  it('keeps the sort key as it is written, whatever is in it', () => {
    expect(move('[[Category:old_town|Key, the]]')).toBe('[[Category:New town|Key, the]]');
    expect(move('[[Category:Old town| ]]')).toBe('[[Category:New town| ]]');
    expect(move('[[Category:Old town|{{PAGENAME}}]]')).toBe('[[Category:New town|{{PAGENAME}}]]');
    expect(move('[[Category:Old town|a|b]\n]]')).toBe('[[Category:New town|a|b]\n]]');
  });

  it('compares letters however they are composed', () => {
    const composed = { source: 'Caf\u00e9', target: 'B' };
    for (const name of ['Cafe\u0301', 'caf\u00e9', 'Caf&eacute;', 'Caf%C3%A9'])
      expect(moveCategory(`[[Category:${name}]]`, composed, ENGLISH_SPELLING)).toBe('[[Category:B]]');
  });

  it('knows the names that a wiki gives to the namespace, and writes the wiki’s own', () => {
    for (const text of [
      '[[Kategorie:Old town|x]]',
      '[[category:old town|x]]',
      '[[rubrik_der stadt:Old town|x]]',
    ])
      expect(move(text, GERMAN)).toBe('[[Kategorie:New town|x]]');
    expect(move('[[Kategorie:Old town]]')).toBeNull();
  });

  it('tells first letters apart where the wiki does', () => {
    const strict = { ...ENGLISH_SPELLING, ignoresFirstCase: false };
    expect(move('[[Category:old town]]', strict)).toBeNull();
    expect(move('[[Category:Old town]]', strict)).toBe(NEW);
  });

  it.each([
    ['no link at all', 'Old town'],
    ['a link to the category', '[[:Category:Old town]]'],
    ['another category', '[[Category:Old Town]] [[Category:Old town 2]]'],
    ['another namespace', '[[File:Old town]] [[Old town]]'],
    ['a comment', '<!-- [[Category:Old town]] -->'],
    ['a comment without an end', '<!-- [[Category:Old town]]'],
    ['nowiki', '<nowiki>[[Category:Old town]]</nowiki >'],
    ['pre', '<PRE class="x">\n[[Category:Old town]]</pre>'],
    ['code', '<syntaxhighlight lang="x">[[Category:Old town]]</syntaxhighlight>'],
    ['what is for other pages', '<includeonly>[[Category:Old town]]</includeonly>'],
    ['what is for other pages, to the end', '<includeonly>\n[[Category:Old town]]'],
    ['a title cut by a tag', '[[Category:Old<nowiki/> town]]'],
    ['a template', '[[Category:{{city}}]] {{Old town}}'],
    ['no end', '[[Category:Old town'],
    ['a bracket too many', '[[[Category:Old town]]]'],
    ['no name', '[[Category:]] [[Category:_|x]]'],
    ['a line break', '[[Category:Old\ntown]]'],
    ['an empty sort key', '[[Category:Old town|]]'],
  ])('leaves alone: %s', (_, text) => {
    expect(move(text)).toBeNull();
  });

  it('reads through tags that do not count on the page itself', () => {
    expect(move('[</noinclude>[[Category:Old town]]')).toBeNull();
    expect(move('[[Category:Old<includeonly>x</includeonly> town]]')).toBe(
      '[[Category:New town<includeonly>x</includeonly>]]',
    );
  });

  it('takes brackets by twos', () => {
    expect(move('[[[[Category:Old town]]]]')).toBe(`[[${NEW}]]`);
  });

  it('finds links beside what is no wikitext', () => {
    expect(move('<nowiki>x</nowiki>[[Category:Old town]]<!-- [[Category:Old town]] -->')).toBe(
      `<nowiki>x</nowiki>${NEW}<!-- [[Category:Old town]] -->`,
    );
    expect(move('<nowiki> [[Category:Old town]]')).toBe(`<nowiki> ${NEW}`);
    expect(move('<nowiki/>[[Category:Old town]]</nowiki>')).toBe(`<nowiki/>${NEW}</nowiki>`);
    expect(move('<!-- <nowiki> -->[[Category:Old town]]</nowiki>')).toBe(`<!-- <nowiki> -->${NEW}</nowiki>`);
    expect(move('<noinclude>[[Category:Old town]]</noinclude>')).toBe(`<noinclude>${NEW}</noinclude>`);
    expect(move('<prelude>[[Category:Old town]]</pre>')).toBe(`<prelude>${NEW}</pre>`);
  });

  it('reads links that have comments in them, and keeps those', () => {
    expect(move('[[Category:Old<!-- a --> town<!-- b -->|k]]')).toBe(
      '[[Category:New town<!-- a --><!-- b -->|k]]',
    );
    expect(move('[<!-- a -->[Category:Old town]<!-- b -->]')).toBe(
      '[[Category:New town<!-- a -->]<!-- b -->]',
    );
  });

  it.each([
    ['a line of its own', `a\n[[Category:Old town]]\n${NEW}\n`, `a\n${NEW}\n`],
    ['the last line', `${NEW}\n[[Category:Old town|x]]`, NEW],
    ['the last line, with blanks', `${NEW}\r\n [[Category:Old town]] `, NEW],
    ['the only line', `[[Category:Old town]]\n{{x|${NEW}}}`, `{{x|${NEW}}}`],
    ['the start of a line', `[[Category:Old town]] ${NEW}`, NEW],
    ['the end of a line', `a\n${NEW} [[Category:Old town]]\nb`, `a\n${NEW}\nb`],
    ['the middle of a line', `${NEW} [[Category:Old town]] [[Category:C]]`, `${NEW} [[Category:C]]`],
    ['between brackets', `{{x|[[Category:Old town]]}}${NEW}`, `{{x|}}${NEW}`],
  ])('takes the link away where the page has the other already: %s', (_, text, expected) => {
    expect(move(text)).toBe(expected);
  });

  it('leaves one link for several, with the sort key that counts', () => {
    expect(move('[[Category:Old town|a]]\n[[Category:C]]\n[[category:old town|b]]')).toBe(
      '[[Category:C]]\n[[Category:New town|b]]',
    );
  });

  it('does not take what a comment says for the other link', () => {
    expect(move(`<!-- ${NEW} -->[[Category:Old town]]`)).toBe(`<!-- ${NEW} -->${NEW}`);
  });

  it('changes nothing where both are the same', () => {
    const text = '[[category:old_town|x]]';
    expect(moveCategory(text, { source: 'Old_town', target: 'old town' }, ENGLISH_SPELLING)).toBe(text);
  });

  it('is quick with large pages that are hard to read', () => {
    for (const part of [
      '<nowiki>',
      '[[Category:',
      '<!-- ',
      '[[Category:Old town|',
      '[[',
      ']]',
      '<includeonly ',
    ]) {
      expect(move(part.repeat(200_000 / part.length))).toBeNull();
    }
  });
});

describe('moveCategory, whatever the page', () => {
  const names = fc.constantFrom('Old town', 'New town', 'Third', 'old_town', ' new  town', 'Old&nbsp;town');
  const link = fc
    .tuple(
      fc.constantFrom('', ' ', ':'),
      fc.constantFrom('Category', 'category '),
      names,
      fc.constantFrom('', '|k', '| '),
    )
    .map(([start, namespace, name, key]) => `[[${start}${namespace}:${name}${key}]]`);
  const piece = fc.oneof(
    { weight: 4, arbitrary: link },
    fc.constantFrom(
      '\n',
      ' ',
      'text',
      '<nowiki>',
      '</nowiki>',
      '<!--',
      '-->',
      '<pre>',
      '</pre>',
      '{{t|',
      '}}',
      '[',
      ']',
    ),
  );
  const page = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));
  const others = (text: string): string[] =>
    listCategoryNames(text, ENGLISH_SPELLING).filter((name) => !Object.values(MOVE).includes(name));

  it('takes the page out of the one category and puts it into the other once, and nothing else', () => {
    fc.assert(
      fc.property(page, (text) => {
        const before = listCategoryNames(text, ENGLISH_SPELLING);
        const moved = move(text);
        if (moved === null) return expect(before).not.toContain(MOVE.source);
        const after = listCategoryNames(moved, ENGLISH_SPELLING);
        expect(after).not.toContain(MOVE.source);
        const targets = (list: string[]): number => list.filter((name) => name === MOVE.target).length;
        expect(targets(after)).toBe(Math.max(1, targets(before)));
        expect(others(moved)).toEqual(others(text));
        expect(move(moved)).toBeNull();
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it('changes links alone', () => {
    fc.assert(
      fc.property(page, (text) => {
        const withoutLinks = (wikitext: string): string => wikitext.replaceAll(/\[\[[^[\]]*\]\]|\s/g, '');
        const moved = move(text);
        if (moved !== null) expect(withoutLinks(moved)).toBe(withoutLinks(text));
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });
});
