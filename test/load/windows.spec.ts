import { describe, expect, it } from '@jest/globals';
import { changeKey } from './stamps.js';
import { measureLatencies } from './windows.js';

describe('latencies', () => {
  const stamps = {
    at: new Map([
      [changeKey(1, 'queued'), 100],
      [changeKey(1, 'completed'), 500],
    ]),
    ambiguous: 0,
  };

  it('are from a publication to each arrival, those of storms apart', () => {
    const arrivals = new Map([
      [changeKey(1, 'queued'), Float64Array.of(103, 120)],
      [changeKey(1, 'completed'), Float64Array.of(900)],
    ]);
    expect(measureLatencies(arrivals, stamps, [{ from: 400, to: 600 }])).toEqual({
      calm: [3, 20],
      stormy: [400],
      unmatched: 0,
    });
  });

  it('leave out what nobody published', () => {
    const arrivals = new Map([[changeKey(2, 'queued'), Float64Array.of(1, 2)]]);
    expect(measureLatencies(arrivals, stamps, [])).toEqual({ calm: [], stormy: [], unmatched: 2 });
  });
});
