import { describe, expect, it } from '@jest/globals';
import { changeKey, parseStamps } from './stamps.js';

describe('moments of publications', () => {
  it('counts the first of a status that is published several times in a row', () => {
    const { at, ambiguous } = parseStamps(
      '1 queued 1 10\n1 in_progress 2 20\n1 completed 4 40.5\n1 completed 3 30.25\n',
    );
    expect([...at]).toEqual([
      [changeKey(1, 'queued'), 10],
      [changeKey(1, 'in_progress'), 20],
      [changeKey(1, 'completed'), 30.25],
    ]);
    expect(ambiguous).toBe(0);
  });

  it('leaves out a status that an upload came to twice, and a line that is not whole', () => {
    const { at, ambiguous } = parseStamps(
      '1 in_progress 1 10\n2 in_progress 1 11\n1 queued 2 20\n1 in_progress 3 30\n2 comp',
    );
    expect([...at]).toEqual([
      [changeKey(1, 'queued'), 20],
      [changeKey(2, 'in_progress'), 11],
    ]);
    expect(ambiguous).toBe(1);
  });
});
