import { describe, expect, it } from '@jest/globals';
import { isRateLimit, readRateLimit } from './rate-limit.js';

describe('readRateLimit', () => {
  it('reads calls in seconds, and off', () => {
    expect(readRateLimit('60/300')).toEqual({ calls: 60, seconds: 300 });
    expect(readRateLimit('OFF')).toBeNull();
    for (const text of ['60/300', 'off']) expect(isRateLimit(readRateLimit(text))).toBe(true);
  });

  it.each(['', '60', '0/60', '60/0', '-1/5', '1.5/2', '60/60/60', ' 1/2', 'on', '9999999999/1'])(
    'does not read "%s"',
    (text) => {
      expect(readRateLimit(text)).toBeUndefined();
      expect(isRateLimit(readRateLimit(text))).toBe(false);
    },
  );
});
