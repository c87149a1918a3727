import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { DEFENCES_OF_LIVE } from './defences-of-live.js';
import { DEFENCES_OF_TEXTS } from './defences-of-texts.js';
import { DEFENCES } from './defences.js';

const ALL = [...DEFENCES, ...DEFENCES_OF_LIVE, ...DEFENCES_OF_TEXTS];

const TIERS = /\.(?:spec|int-spec|e2e-spec)\.ts$/;

describe('the list of defences', () => {
  it('names each once', () => {
    const names = ALL.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(ALL)('can switch off: $name', ({ file, find, replace, spec, testName }) => {
    expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
    expect(spec).toMatch(TIERS);
    expect(existsSync(spec)).toBe(true);
    expect(() => new RegExp(testName ?? '')).not.toThrow();
  });
});
