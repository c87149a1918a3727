import { describe, expect, it } from '@jest/globals';
import { namespacePrefix } from './namespace-prefix.js';

describe('namespacePrefix', () => {
  it.each([
    [0, ''],
    [1, 'Talk:'],
    [3, 'User talk:'],
    [6, 'File:'],
    [14, 'Category:'],
    [15, 'Category talk:'],
    [100, 'Creator:'],
    [4242, '4242:'],
  ])('of %d is "%s"', (namespace, prefix) => {
    expect(namespacePrefix(namespace)).toBe(prefix);
  });
});
