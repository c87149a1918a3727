import type { Random } from '../../chaos/random.js';
import { Members, Raw } from './json-text.js';

const nest = (open: string, close: string, levels: number): Raw =>
  new Raw(`${open.repeat(levels)}1${close.repeat(levels)}`);

const WORDS: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '007',
  '1e3',
  '0x10',
  '9007199254740993',
  '99999999999999999999999',
  'null',
  'NaN',
  'constructor',
  '__proto__',
  'hasOwnProperty',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '𝕏'.repeat(300),
  '\u202egpj.elif',
  'e\u0301\u0308',
  '\r\nX-Other: 1',
  '../../../etc/passwd',
  "'; DROP TABLE users; --",
  '" OR ""="',
  '%00%FF%',
  '<script>alert(1)</script>',
  '{{subst:x}}[[Category:X]]<nowiki>',
  '${7*7}',
  'File:A.jpg',
  'Category:',
  'http://127.0.0.1:1/',
  'file:///etc/passwd',
  '२३',
  '\ufeff1',
];

const NUMBERS: readonly unknown[] = [
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e300,
  5e-324,
  new Raw('9007199254740993'),
  new Raw('18446744073709551616'),
  new Raw('-0'),
  new Raw('1e400'),
  new Raw('1E+2'),
];

/** What no JSON has. */
const NO_JSON: readonly Raw[] = [
  'NaN',
  'Infinity',
  '-',
  '01',
  '1.',
  "'a'",
  '"open',
  'undefined',
  '{',
  ']',
  '"\\x"',
  '\u0000',
  '[1,]',
  '// x\n1',
].map((text) => new Raw(text));

const POLLUTION: readonly (() => unknown)[] = [
  () => new Members([['__proto__', { polluted: true }]]),
  () => ({ constructor: { prototype: { polluted: true } } }),
  () => new Members([['__proto__', null]]),
  () => ({ toString: 1, valueOf: 1, hasOwnProperty: 1, toJSON: 1, then: 1, length: -1 }),
];

/** Text of up to a million characters, the longer the rarer. */
function longText(random: Random): string {
  const characters = random.pick([
    256,
    300,
    501,
    2_050,
    10_001,
    70_000,
    random.chance(0.1) ? 1_000_000 : 600,
  ]);
  return random.pick(['x', 'é', '𝕏', '\u0000', '"', '{{', 'a_']).repeat(characters / 2);
}

const deep = (random: Random): Raw => {
  const levels = random.pick([30, 1_000, random.chance(0.2) ? 100_000 : 5_000]);
  return random.chance(0.5) ? nest('[', ']', levels) : nest('{"a":', '}', levels);
};

/** Something that hardly anybody expects. */
export function oddValue(random: Random): unknown {
  return random
    .weighted<{ weight: number; make: () => unknown }>([
      { weight: 8, make: () => random.pick(WORDS) },
      { weight: 6, make: () => random.pick(NUMBERS) },
      {
        weight: 5,
        make: () =>
          random.pick<() => unknown>([
            () => null,
            () => true,
            () => false,
            () => [],
            () => ({}),
            () => [[]],
            () => [null],
          ])(),
      },
      { weight: 2, make: () => random.pick(POLLUTION)() },
      { weight: 1, make: () => random.pick(NO_JSON) },
      { weight: 2, make: () => longText(random) },
      { weight: 0.5, make: () => deep(random) },
      {
        weight: 1,
        make: () => Array.from({ length: random.pick([3, 501, 1_001]) }, () => random.pick(WORDS)),
      },
      {
        weight: 2,
        make: () =>
          Object.fromEntries(Array.from({ length: 4 }, () => [random.pick(WORDS), random.pick(NUMBERS)])),
      },
    ])
    .make();
}

/** Text for a parameter of a path or a query. */
export const oddText = (random: Random): string =>
  random.chance(0.9) ? random.pick(WORDS) : longText(random);
