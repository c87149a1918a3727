import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeAddress, escapeWikitext } from './wikitext.js';

const decode = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** What wikitext has a meaning for, in pieces, so that a generated text puts them together. */
const PIECES = [
  '{{Delete}}',
  '{{subst:',
  '}}',
  '[[Category:Evil]]',
  ']]',
  '[[',
  '[',
  '|',
  '=',
  '==',
  '----',
  '<nowiki>',
  '</nowiki>',
  '<ref>',
  '<!--',
  '-->',
  '~~~~',
  "'''",
  "'",
  '__NOINDEX__',
  '_',
  '#REDIRECT [[X]]',
  'ISBN 1-2',
  'RFC 1',
  'https://evil.example/',
  'mailto:a@b',
  '//',
  ':',
  '-{zh:x;}-',
  '\u007f\'"`UNIQ--nowiki-1-QINU`"\'\u007f',
  '\n*',
  '\n#',
  '\n;',
  '\n:',
  '\n ',
  '\r\n',
  '&lt;',
  '&#123;',
  '\u202e',
  '\u2066',
  '\t',
  ' ',
  'a',
];

const hardText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme', maxLength: 3 })), {
    maxLength: 8,
  })
  .map((pieces) => pieces.join(''));

/** Anything that MediaWiki would read as more than text. */
const READ_AS_MORE =
  /[<>[\]{}|=~\n]|'{2}|__|\p{Cc}|[\u202a-\u202e\u2066-\u2069]|[a-z]:\S|&(?!#\d+;)|^[*#:;!-]|\b(?:RFC|PMID|ISBN)\s/iu;

describe('escapeWikitext', () => {
  it('leaves nothing that is read as more than text, and shows what it was', () => {
    fc.assert(
      fc.property(hardText, (text) => {
        const escaped = escapeWikitext(text);
        expect(escaped).not.toMatch(READ_AS_MORE);
        const shown = text.replaceAll(/[\u202a-\u202e\u2066-\u2069\ufeff]|(?![\t\n\r])\p{Cc}/gu, '');
        expect(decode(escaped).replaceAll(/\s+/g, '')).toBe(shown.replaceAll(/\s+/g, ''));
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves nothing that two such texts beside each other would mean', () => {
    fc.assert(
      fc.property(hardText, hardText, (one, other) => {
        const both = escapeWikitext(one) + escapeWikitext(other, { beginsLine: false });
        expect(both).not.toMatch(/'{2}|__|~{3}|\{\{|\[\[|[a-z]:\/\//i);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a = b', 'a &#61; b'],
    [': a', '&#58; a'],
    ['a : b', 'a : b'],
    ['  a  \r\n\r\n b ', 'a b'],
    ["it's 12:30", "it's 12:30"],
    ['-5 °C, a-b', '&#45;5 °C, a-b'],
    ['see https://example.org', 'see https&#58;//example.org'],
    ['ISBN 3-16', '&#73;SBN 3-16'],
    ['a_b.jpg', 'a_b.jpg'],
    ['\u202egnp.exe', 'gnp.exe'],
  ])('shows %j as it is', (text, escaped) => {
    expect(escapeWikitext(text)).toBe(escaped);
  });

  it('keeps lines where they are wanted', () => {
    expect(escapeWikitext('a\n\n* b', { lineBreak: '<br />' })).toBe('a<br />* b');
    expect(escapeWikitext('-1', { beginsLine: false })).toBe('-1');
  });
});

describe('escapeAddress', () => {
  it.each([
    ['https://example.org/a_b?c=d&e#f', 'https://example.org/a_b?c=d&e#f'],
    [
      "https://example.org/[[a]]|{{b}}?''c''~~~~",
      'https://example.org/%5B%5Ba%5D%5D%7C%7B%7Bb%7D%7D?%27%27c%27%27%7E%7E%7E%7E',
    ],
    ['https://example.org/people/__NOINDEX__/', 'https://example.org/people/%5F%5FNOINDEX%5F%5F/'],
    ['https://example.org/ a]b <b>', 'https://example.org/%20a%5Db%20%3Cb%3E'],
    ['javascript:alert(1)', 'javascript&#58;alert(1)'],
    ['no address ]] {{Delete}}', 'no address &#93;&#93; &#123;&#123;Delete&#125;&#125;'],
  ])('%j stands as %j', (address, written) => {
    expect(escapeAddress(address)).toBe(written);
  });
});
