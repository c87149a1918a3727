import { describe, expect, it } from '@jest/globals';
import { parseCpuSeconds } from './cpu-seconds.js';

describe('the CPU time of a process', () => {
  it('is that of its own code and of the kernel for it', () => {
    const stat = '4242 (node (a) b) S 1 4242 1 0 -1 4194304 9 8 7 6 150 25 3 4 20 0 11 0 100 1 2';
    expect(parseCpuSeconds(stat)).toBe(1.75);
  });

  it('is not made up', () => {
    expect(() => parseCpuSeconds('4242 (node) S 1')).toThrow('no times');
  });
});
