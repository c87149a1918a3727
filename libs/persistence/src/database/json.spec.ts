import { describe, expect, it } from '@jest/globals';
import { fromJson, toJson } from './json.js';

describe('a value for a column of JSON', () => {
  it('keeps whole characters and loses halves of them', () => {
    expect(toJson({ a: ['x\ud800', '𝕏', '\\ud800'] })).toBe('{"a":["x\ufffd","𝕏","\\\\ud800"]}');
  });

  it.each([null, undefined])('may be none: %s', (none) => {
    expect(toJson(none)).toBeNull();
  });

  it('comes back', () => {
    const value = { at: 'x', list: [1, null, { deep: true }] };
    expect(fromJson(toJson(value))).toEqual(value);
    expect(fromJson(value)).toBe(value);
  });
});
