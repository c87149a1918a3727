import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { readObject, REFUSED } from './field-readers.js';
import {
  AnyText,
  Flag,
  IdOrDigits,
  ListOf,
  MessageType,
  Nested,
  NonEmptyText,
  OneOfTexts,
  Optional,
  Text,
  TextMatching,
  Texts,
  TrimmedText,
  UtcTime,
  WholeNumber,
} from './fields.js';

class Inner {
  @WholeNumber(1) id!: number;
}

class Base {
  @Optional() @WholeNumber(1, 5) count: number = 3;
}

class Everything extends Base {
  @MessageType('T') type!: string;
  @Text(3) text!: string;
  @TrimmedText(3) trimmed!: string;
  @NonEmptyText(3) nonEmpty!: string;
  @TextMatching(/^Q\d+$/) matching!: string;
  @Flag() flag!: boolean;
  @WholeNumber(-1, 5) whole!: number;
  @IdOrDigits() id!: number;
  @Texts(3, 2) texts!: string[];
  @OneOfTexts(['a', 'b']) choice!: string;
  @AnyText() any!: string;
  @Nested(Inner) nested!: Inner;
  @ListOf(Inner, { min: 1, max: 2 }) list!: Inner[];
  @Optional() @Text(3) maybe?: string;
}

const right = {
  type: 'T',
  text: '',
  trimmed: ' a ',
  nonEmpty: 'x',
  matching: 'Q1',
  flag: false,
  whole: 0,
  id: '7',
  texts: ['a'],
  choice: 'b',
  any: '',
  nested: { id: 1 },
  list: [{ id: 1 }],
};

/** What clients may send for anything. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  'a',
  'abc',
  'abcd',
  '😀😀😀',
  '😀😀😀😀',
  ' abc ',
  'T',
  'Q1',
  'Q',
  '7',
  '0',
  '-7',
  true,
  false,
  0,
  1,
  -1,
  -2,
  5,
  6,
  1.5,
  NaN,
  Infinity,
  2 ** 53,
  [],
  ['a'],
  ['abcd'],
  ['a', 1],
  ['a', 'b', 'c'],
  {},
  { length: 1 },
];

describe('a field', () => {
  it('that must not be empty takes whole characters alone', () => {
    const read = (nonEmpty: string) => readObject(Everything, { ...right, nonEmpty });
    expect(read('a\ud83d')).toBe(REFUSED);
    expect(read('\ude00')).toBe(REFUSED);
    expect(read('😀')).not.toBe(REFUSED);
  });

  it('is read as class-validator would accept it', () => {
    const { nested: _nested, list: _list, ...flat } = right;
    for (const key of ['count', 'maybe', ...Object.keys(flat)]) {
      for (const value of VALUES) {
        const read = readObject(Everything, { ...right, [key]: value });
        const cut = key === 'trimmed' && typeof value === 'string' ? value.trim() : value;
        const kept = read === REFUSED ? cut : read[key as keyof Everything];
        const errors = validateSync(Object.assign(new Everything(), right, { id: 7, [key]: kept }));
        const isRight = !errors.some(({ property }) => property === key);
        expect([key, value, read !== REFUSED]).toEqual([key, value, isRight]);
      }
    }
  });

  it('is kept as it came, but for blanks around it and the digits of an id', () => {
    expect(readObject(Everything, right)).toEqual({ ...right, count: 3, trimmed: 'a', id: 7 });
  });

  it('has the value of its class where it is absent or null', () => {
    expect(readObject(Everything, { ...right, count: null, maybe: null })).toMatchObject({ count: 3 });
    expect(readObject(Everything, { ...right, count: 5, maybe: 'x' })).toMatchObject({
      count: 5,
      maybe: 'x',
    });
  });

  it('of objects is right when they are', () => {
    for (const nested of [undefined, null, [], {}, { id: 0 }, { id: '1' }, 'x']) {
      expect(readObject(Everything, { ...right, nested })).toBe(REFUSED);
      expect(readObject(Everything, { ...right, list: [{ id: 1 }, nested] })).toBe(REFUSED);
    }
    for (const list of [[], [{ id: 1 }, { id: 2 }, { id: 3 }], { 0: { id: 1 }, length: 1 }]) {
      expect(readObject(Everything, { ...right, list })).toBe(REFUSED);
    }
    expect(readObject(Everything, right)).toMatchObject({
      nested: expect.any(Inner),
      list: [expect.any(Inner)],
    });
  });

  it('is never taken from what every object has', () => {
    class Inherited {
      @AnyText() text!: string;
    }
    expect(readObject(Inherited, JSON.parse('{"__proto__":{"text":"x"}}'))).toBe(REFUSED);
    expect(readObject(Inherited, Object.create({ text: 'x' }))).toBe(REFUSED);
  });

  it('that only servers send is dropped', () => {
    class Sent {
      @UtcTime() at!: string;
    }
    expect(readObject(Sent, { at: '2026-01-01T00:00:00Z' })).toEqual({ at: undefined });
  });
});
