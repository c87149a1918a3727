import { describe, expect, it } from '@jest/globals';
import { earliestSchedule, evenSpread } from './schedule.js';

const atOnce = (count: number): number[] => Array.from({ length: count }, () => 0);

describe('the earliest schedule', () => {
  it('makes the first hits at once and each further one as soon as the one a window before it has left', () => {
    expect(earliestSchedule({ windows: [{ hits: 2, seconds: 10 }], readyAt: atOnce(5) })).toEqual([
      0, 0, 10, 10, 20,
    ]);
    expect(earliestSchedule({ windows: [{ hits: 2, seconds: 10 }], readyAt: [1, 4, 5, 30, 31] })).toEqual([
      1, 4, 11, 30, 31,
    ]);
  });

  it('obeys every window', () => {
    const windows = [
      { hits: 3, seconds: 10 },
      { hits: 1, seconds: 2 },
    ];
    expect(earliestSchedule({ windows, readyAt: atOnce(5) })).toEqual([0, 2, 4, 10, 12]);
  });

  it('leaves room for the hits of others', () => {
    const windows = [{ hits: 2, seconds: 10 }];
    expect(earliestSchedule({ windows, readyAt: atOnce(3), others: [0, 5] })).toEqual([0, 10, 15]);
  });

  it('is never held up without windows', () => {
    expect(earliestSchedule({ windows: [], readyAt: [3, 4] })).toEqual([3, 4]);
  });
});

describe('an even spread', () => {
  it('lets a hundred uploads of an ordinary user of Commons take 28 minutes', () => {
    expect(evenSpread(100, { hits: 380, seconds: 4320 }, 1.5) / 60).toBeCloseTo(28.1, 1);
  });
});
