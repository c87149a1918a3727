import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { DEFENCES_OF_LIVE } from './defences-of-live.js';
import { DEFENCES_OF_TEXTS } from './defences-of-texts.js';
import { DEFENCES } from './defences.js';

const text = readFileSync('SECURITY.md', 'utf8');
const named = [...text.matchAll(/`([\w./-]+spec\.ts)`/g)].map(([, file = '']) => file);

describe('SECURITY.md', () => {
  it('names tests that exist', () => {
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('names the test of every defence', () => {
    const all = [...DEFENCES, ...DEFENCES_OF_LIVE, ...DEFENCES_OF_TEXTS];
    expect(all.map(({ spec }) => spec).filter((spec) => !named.includes(spec))).toEqual([]);
  });

  it('links to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, file = '']) => file);
    expect(links.filter((file) => !existsSync(file))).toEqual([]);
  });
});
