import { describe, expect, it } from '@jest/globals';
import { moveSummary } from './move-summary.js';

const target = 'Category:New town';
const editGroupId = '0123456789ab';

describe('moveSummary', () => {
  it('tells both categories, and where the other edits are', () => {
    expect(moveSummary({ source: 'Category:Old town', target, editGroupId })).toEqual({
      text: 'Moving from [[:Category:Old town]] to [[:Category:New town]] via Curator ([[:toolforge:editgroups-commons/b/curator/0123456789ab|details]])',
      mark: '[[:toolforge:editgroups-commons/b/curator/0123456789ab|details]]',
    });
  });

  it('stays whole, however long the names', () => {
    const long = `Category:${'x'.repeat(255)}`;
    const { text, mark } = moveSummary({ source: long, target: long, editGroupId });
    expect(text.length).toBeLessThanOrEqual(500);
    expect(text).toBe(`Moving to [[:${long}]] via Curator (${mark})`);
  });
});
