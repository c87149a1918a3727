import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.js';

describe('a bucket of tokens', () => {
  const at = { now: 0 };
  const aBucket = (): TokenBucket => {
    at.now = 0;
    return new TokenBucket({ perSecond: 10, burst: 5 }, () => at.now);
  };

  it('gives what it holds at once and then as it fills', () => {
    const bucket = aBucket();
    expect([1, 2, 3, 4, 5, 6, 7].map(() => bucket.take(1))).toEqual([0, 0, 0, 0, 0, 100, 200]);
    at.now = 300;
    expect(bucket.take(1)).toBe(0);
    expect(bucket.take(1)).toBe(100);
  });

  it('never holds more than its burst', () => {
    const bucket = aBucket();
    at.now = 3_600_000;
    expect(bucket.take(5)).toBe(0);
    expect(bucket.take(1)).toBe(100);
  });

  it('counts nothing as more than its burst: everything comes through some time', () => {
    const bucket = aBucket();
    expect(bucket.take(1_000)).toBe(0);
    expect(bucket.take(1_000)).toBe(500);
  });

  it('refuses where nobody is to wait, and a refusal costs nothing', () => {
    const bucket = aBucket();
    expect([1, 2, 3, 4, 5, 6, 7].map(() => bucket.tryTake())).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    at.now = 100;
    expect(bucket.isFull).toBe(false);
    expect(bucket.tryTake()).toBe(true);
    at.now = 1_000;
    expect(bucket.isFull).toBe(true);
  });
});
