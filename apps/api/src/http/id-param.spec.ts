import 'reflect-metadata';
import { DomainError } from '#app/protocol';
import { describe, expect, it } from '@jest/globals';
import { IdPipe } from './id-param.js';

describe('IdPipe', () => {
  const pipe = new IdPipe();

  it('takes positive decimal numbers that a number holds', () => {
    expect(pipe.transform('1', { data: 'id' })).toBe(1);
    expect(pipe.transform('9007199254740991', { data: 'id' })).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([
    '0',
    '-1',
    '01',
    '1.0',
    '1e3',
    '0x1',
    ' 1',
    '',
    'abc',
    '9007199254740992',
    '99999999999999999',
    1,
  ])('refuses %j, naming the parameter', (value) => {
    expect.assertions(2);
    try {
      pipe.transform(value, { data: 'quotaId' });
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError);
      expect(Object.keys((error as DomainError).details ?? {})).toEqual(['quotaId']);
    }
  });
});
