import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSha1, readTimestamp, readTitle, toTitleColumn } from './read-columns.js';

describe('readSha1', () => {
  it('gives the digits that the API gives', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const hex = createHash('sha1').update(text).digest('hex');
        const column = BigInt(`0x${hex}`).toString(36).padStart(31, '0');
        expect(readSha1(Buffer.from(column))).toBe(hex);
      }),
    );
    expect(readSha1('0'.repeat(31))).toBe('0'.repeat(40));
  });

  it('is empty where the wiki hides it', () => {
    expect(readSha1('')).toBe('');
  });
});

describe('readTimestamp', () => {
  it('is in UTC', () => {
    expect(readTimestamp(Buffer.from('20260131235959'))).toEqual(new Date('2026-01-31T23:59:59Z'));
    expect(readTimestamp('2026')).toBeNull();
    expect(readTimestamp(null)).toBeNull();
  });
});

describe('titles', () => {
  it('have blanks outside the tables', () => {
    expect(readTitle(Buffer.from('Rue_de_l’Été'))).toBe('Rue de l’Été');
    expect(toTitleColumn('Rue de l’Été').toString()).toBe('Rue_de_l’Été');
  });
});
