import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ERROR_CODES } from './error-codes.js';
import { ERROR_HELP, errorTableText } from './error-help.js';

describe('the table of errors', () => {
  it('is committed as it is generated (npm run docs:write writes it)', () => {
    expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorTableText());
  });

  it('explains each code in whole sentences that fit into a cell', () => {
    expect(Object.keys(ERROR_HELP).sort()).toEqual([...ERROR_CODES].sort());
    for (const sentence of Object.values(ERROR_HELP).flatMap(({ cause, remedy }) => [cause, remedy])) {
      expect(sentence).toMatch(/^[A-Z][^|\n]+\.$/);
    }
  });
});
