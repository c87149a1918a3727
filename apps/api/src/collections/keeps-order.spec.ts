import { describe, expect, it } from '@jest/globals';
import { keepsOrder } from './keeps-order.js';

describe('keepsOrder', () => {
  it('is true for ids that objects list as they were put in', () => {
    expect(keepsOrder(['934592184215', '498763468214164', '100000000000'])).toBe(true);
    expect(keepsOrder(['b', 'a'])).toBe(true);
    expect(keepsOrder(['1', '2', '10'])).toBe(true);
    expect(keepsOrder([])).toBe(true);
    expect(keepsOrder(['4294967295', '4294967294'].toReversed())).toBe(true);
  });

  it('is false where an object would sort them by number', () => {
    expect(keepsOrder(['2', '1'])).toBe(false);
    expect(keepsOrder(['498763468214164', '17'])).toBe(false);
    expect(keepsOrder(['4294967295', '4294967294'])).toBe(false);
    expect(keepsOrder(['a', 'a'])).toBe(false);
  });
});
