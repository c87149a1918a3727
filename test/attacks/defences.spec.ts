import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { DEFENCES } from './defences.js';

const TIERS = /\.(?:spec|int-spec|e2e-spec)\.ts$/;

describe('the list of defences', () => {
  it('names each once', () => {
    const names = DEFENCES.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(DEFENCES)('can switch off: $name', ({ file, find, replace, spec, testName }) => {
    expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
    expect(spec).toMatch(TIERS);
    expect(existsSync(spec)).toBe(true);
    expect(() => new RegExp(testName ?? '')).not.toThrow();
  });
});
