import { describe, expect, it } from '@jest/globals';
import { EXPORT_FORMAT_FACTS, EXPORT_FORMATS } from './exports.js';

describe('formats of exports', () => {
  it('have an extension each, by which a name tells the format', () => {
    const extensions = Object.values(EXPORT_FORMAT_FACTS).map(({ extension }) => extension);
    expect(new Set(extensions).size).toBe(EXPORT_FORMATS.length);
  });
});
