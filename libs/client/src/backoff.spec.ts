import { describe, expect, it } from '@jest/globals';
import { waitBefore } from './backoff.js';

const limits = { baseMs: 100, maxMs: 1_000 };

describe('the wait before another attempt', () => {
  it('is anything up to a bound that doubles and then stays', () => {
    const longest = [0, 1, 2, 3, 4, 400].map((attempt) => waitBefore(attempt, limits, () => 1));
    expect(longest).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(waitBefore(400, limits, () => 0)).toBe(0);
    expect(waitBefore(2, limits, () => 0.5)).toBe(200);
  });

  it('differs from client to client', () => {
    const waits = new Set(Array.from({ length: 50 }, () => waitBefore(3, limits)));
    expect(waits.size).toBeGreaterThan(40);
  });
});
