import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';

interface Lock {
  packages: Record<string, { resolved?: string; optionalDependencies?: Record<string, string> }>;
}

describe('the lock file of the site', () => {
  it('names no download address, and every package for other platforms', async () => {
    const { packages } = JSON.parse(await readFile('docs/site/package-lock.json', 'utf8')) as Lock;
    const all = Object.values(packages);
    expect(all.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    const optional = all.flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
    expect(optional.length).toBeGreaterThan(20);
    // `npm ci` refuses a lock file that leaves one out.
    expect(optional.filter((name) => !Object.hasOwn(packages, `node_modules/${name}`))).toEqual([]);
  });
});
