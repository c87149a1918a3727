import { describe, expect, it } from '@jest/globals';
import { describeEnd } from './describe-end.js';

describe('describeEnd', () => {
  it('tells every way in which uploads ended, and no other', () => {
    const counts = new Map([
      ['completed', 3],
      ['failed', 1],
      ['cancelled', 2],
      ['duplicate', 1],
      ['duplicated_sdc_updated', 1],
      ['duplicated_sdc_not_updated', 2],
    ] as const);
    expect(describeEnd(7, counts)).toBe(
      'Batch 7 is finished: 3 uploaded, 4 already on Commons, 1 failed, 2 cancelled.',
    );
    expect(describeEnd(7, new Map([['completed', 5]]))).toBe('Batch 7 is finished: 5 uploaded.');
  });

  it('tells nothing of a batch without uploads', () => {
    expect(describeEnd(7, new Map())).toBeNull();
  });
});
