import { describe, expect, it } from '@jest/globals';
import { findDifference, KnownIds, learnIds, readExamples } from './examples.js';

const block = (info: string, text: string): string => `Words.\n\n\`\`\`${info}\n${text}\n\`\`\`\n`;

describe('the examples of the protocol', () => {
  it('are read with where they stand', () => {
    const text = block('json client', '{ "type": "A" }') + block('json server', '{ "type": "B" }');
    expect(readExamples(text)).toEqual([
      { from: 'client', message: { type: 'A' }, isInvalid: false, line: 4 },
      { from: 'server', message: { type: 'B' }, isInvalid: false, line: 9 },
    ]);
    expect(() => readExamples(block('json client', '{'))).toThrow('Line 4');
    expect(() => readExamples(block('json', '{}'))).toThrow('say who sends this');
    expect(readExamples(block('json client invalid', '{ "type": "A" }'))[0]).toMatchObject({
      isInvalid: true,
    });
  });

  it('are held against the truth', () => {
    const ids = new KnownIds();
    const example = { type: 'B', at: '2026-01-01T00:00:00Z', data: [{ id: 4711, status: 'failed' }] };
    const real = {
      type: 'B',
      at: '2027-01-01T00:00:00.5Z',
      more: 1,
      data: [
        { id: 3, status: 'queued' },
        { id: 4, status: 'failed' },
      ],
    };
    expect(findDifference(example, real, ids)).toBeNull();
    learnIds(example, real, ids);
    expect(ids.fill({ data: 4711, text: '4711', list: [4711, 5] })).toEqual({
      data: 4,
      text: '4',
      list: [4, 5],
    });
    expect(findDifference({ id: 4711 }, { id: 5 }, ids)).toContain('/id');
    expect(() => ids.bind(4711, 5)).toThrow('4711');
  });

  it.each([
    [{ a: 'x' }, { a: 'y' }],
    [{ a: 'x' }, {}],
    [{ a: 1 }, { a: '1' }],
    [{ count: 1 }, { count: 2 }],
    [{ a: [] }, { a: [1] }],
    [{ a: [{ b: 1 }, { b: 1 }] }, { a: [{ b: 1 }] }],
    [{ a: { b: true } }, { a: null }],
    [{ at: '2026-01-01T00:00:00Z' }, { at: 'now' }],
  ])('are not true: %j of %j', (example, real) => {
    expect(findDifference(example, real, new KnownIds())).not.toBeNull();
  });
});
