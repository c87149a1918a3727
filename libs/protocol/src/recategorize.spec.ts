import { describe, expect, it } from '@jest/globals';
import { parseRecategorizeParams, recategorizeSubject, type FileSelection } from './recategorize.js';

const PAIR = { source: 'Category:Old town', target: 'Category:New town' };
const subjectOf = (selection?: FileSelection): string =>
  recategorizeSubject({ ...PAIR, ...(selection && { selection }) });

describe('recategorizeSubject', () => {
  it('is the same for the same files, and another for others', () => {
    const filter = { name: 'street', mime: 'image/jpeg' };
    const same = { mime: 'image/jpeg', name: 'street' };
    expect(subjectOf({ importId: 1, filter })).toBe(subjectOf({ importId: 1, filter: same }));
    const others = [
      subjectOf(),
      subjectOf({ importId: 1 }),
      subjectOf({ importId: 2 }),
      subjectOf({ importId: 1, filter }),
      subjectOf({ importId: 1, filter: { firstUploader: 'street' } }),
      subjectOf({ importId: 1, pageIds: [1, 2] }),
      subjectOf({ importId: 1, pageIds: [12] }),
    ];
    expect(new Set(others).size).toBe(others.length);
    expect(Math.max(...others.map(({ length }) => length))).toBeLessThan(150);
  });
});

describe('parseRecategorizeParams', () => {
  const params = { ...PAIR, editGroupId: '0123456789ab' };

  it('reads what was stored', () => {
    for (const stored of [
      params,
      { ...params, selection: { importId: 1 } },
      { ...params, selection: { importId: 1, pageIds: [7, 8] } },
      { ...params, selection: { importId: 1, filter: { name: 'x', minSide: 5 } } },
    ]) {
      expect(parseRecategorizeParams(stored)).toEqual(stored);
    }
  });

  it('takes nothing that would move other files than were asked for', () => {
    for (const selection of [
      null,
      {},
      { importId: 1, pageIds: 7 },
      { importId: 1, pageIds: ['7'] },
      { importId: 1, filter: 'x' },
      { importId: 1, filter: { sha1: 'x' } },
      { importId: 1, filter: { minSide: '5' } },
    ]) {
      expect(() => parseRecategorizeParams({ ...params, selection })).toThrow('A recategorize job has');
    }
  });
});
