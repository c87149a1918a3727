import { describe, expect, it } from '@jest/globals';
import type { Statement } from '#app/protocol';
import { addCategory } from './add-category.js';

const categoryOf = (value: string): Statement => ({
  type: 'statement',
  rank: 'normal',
  mainsnak: { snaktype: 'value', property: 'P373', datavalue: { type: 'string', value } },
});

const stored = (value: string): Record<string, Statement[]> => ({
  P373: [{ id: 'Q1$a', ...categoryOf(value) }],
});

describe('addCategory', () => {
  it('adds the statement and the link', () => {
    expect(addCategory({ statements: {}, commonsTitle: null }, 'Old town')).toEqual({
      statements: [categoryOf('Old town')],
      commonsTitle: 'Category:Old town',
    });
  });

  it('adds only what is missing', () => {
    expect(addCategory({ statements: stored('Old town'), commonsTitle: null }, 'Old town')).toEqual({
      statements: [],
      commonsTitle: 'Category:Old town',
    });
    expect(addCategory({ statements: {}, commonsTitle: 'Old town' }, 'Old town')).toEqual({
      statements: [categoryOf('Old town')],
      commonsTitle: null,
    });
    expect(
      addCategory({ statements: stored('Old town'), commonsTitle: 'Category:Old town' }, 'Old town'),
    ).toBeNull();
  });

  it('leaves another category alone', () => {
    expect(
      addCategory({ statements: stored('Older town'), commonsTitle: 'Category:Older town' }, 'Old town'),
    ).toBeNull();
  });
});
