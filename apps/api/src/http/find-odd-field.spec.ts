import { describe, expect, it } from '@jest/globals';
import { findOddField } from './find-odd-field.js';

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

describe('a field that the checks must not see', () => {
  it.each([
    ['{"constructor":1}', 'constructor'],
    ['{"toString":1}', 'toString'],
    ['{"__proto__":{"isAdmin":true}}', '__proto__'],
    ['{"a":{"b":[{"hasOwnProperty":1}]}}', 'a.b.0.hasOwnProperty'],
  ])('is a name that every object has: %s', (text, field) => {
    expect(findOddField(JSON.parse(text))).toEqual({
      field,
      message: expect.stringContaining('should not exist'),
    });
  });

  it('is text with half of a character', () => {
    expect(findOddField({ a: ['x\ud800'] })).toEqual({ field: 'a.0', message: expect.any(String) });
    expect(findOddField({ a: '𝕏' })).toBeNull();
  });

  it('is nothing in a list', () => {
    expect(findOddField({ a: [{}, null] })).toEqual({ field: 'a.1', message: 'must not be null' });
  });

  it('is one that is nested without end', () => {
    expect(findOddField({ a: nested(200_000) })).toEqual({
      field: 'a',
      message: 'must not have more than 20 levels',
    });
  });

  it.each([null, 7, 'constructor', [], ['constructor'], { a: [{ b: nested(10) }], c: null }])(
    'is none of these: %j',
    (value) => {
      expect(findOddField(value)).toBeNull();
    },
  );
});
