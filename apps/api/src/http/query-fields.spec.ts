import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#app/protocol';
import { QueryBoolean, QueryChoices, QueryDate, QueryInteger } from './query-fields.js';
import { AdminPageQuery, sortedPageQuery } from './paging.js';
import { createValidationPipe } from './validate-input.js';

class Query {
  @QueryInteger({ min: -5, max: 5 })
  integer?: number;

  @QueryBoolean()
  flag?: boolean;

  @QueryDate()
  date?: string;

  @QueryChoices(['a', 'b'])
  choices?: ('a' | 'b')[];
}

class Thing extends sortedPageQuery(['id', 'name']) {}

const read = async (metatype: new () => object, value: unknown): Promise<unknown> => {
  try {
    return { ...((await createValidationPipe().transform(value, { type: 'query', metatype })) as object) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [error.code, Object.keys(error.details ?? {})];
  }
};

describe('fields of a query', () => {
  it.each([
    [{ integer: '-5' }, { integer: -5 }],
    [{ flag: 'false' }, { flag: false }],
    [{ flag: 'true' }, { flag: true }],
    [{ date: '2024-02-29' }, { date: '2024-02-29' }],
    [{ choices: 'a' }, { choices: ['a'] }],
    [{ choices: ['a', 'b'] }, { choices: ['a', 'b'] }],
  ])('%j is read', async (query, expected) => {
    expect(await read(Query, query)).toMatchObject(expected);
  });

  it.each([
    { integer: '6' },
    { integer: '1.0' },
    { integer: '0x1' },
    { integer: ' 1' },
    { integer: '1e0' },
    { integer: '' },
    { integer: ['1', '1'] },
    { integer: { a: '1' } },
    { flag: '1' },
    { flag: 'TRUE' },
    { flag: '' },
    { date: '2023-02-29' },
    { date: '2024-2-9' },
    { date: '2024-02-29T00:00:00Z' },
    { date: ['2024-02-28', '2024-02-29'] },
    { choices: 'c' },
    { choices: ['a', 'a'] },
    { unknown: '1' },
  ])('%j is refused, by its name', async (query) => {
    expect(await read(Query, query)).toEqual(['VALIDATION_FAILED', Object.keys(query)]);
  });
});

describe('page queries', () => {
  it('have their defaults', async () => {
    expect(await read(Thing, {})).toEqual({ page: 0, size: 20, asc: false, sortby: 'id' });
    expect(await read(AdminPageQuery, {})).toMatchObject({ page: 1, limit: 100 });
  });

  it('take what is within bounds', async () => {
    expect(await read(Thing, { page: '3', size: '100', asc: 'true', sortby: 'name' })).toEqual({
      page: 3,
      size: 100,
      asc: true,
      sortby: 'name',
    });
    expect(await read(AdminPageQuery, { page: '2', limit: '500', filter_text: 'x' })).toEqual({
      page: 2,
      limit: 500,
      filter_text: 'x',
    });
  });

  it.each([{ page: '-1' }, { size: '0' }, { size: '101' }, { asc: 'yes' }, { sortby: 'password' }])(
    'refuse %j',
    async (query) => {
      expect(await read(Thing, query)).toEqual(['VALIDATION_FAILED', Object.keys(query)]);
    },
  );

  it.each([{ page: '0' }, { limit: '501' }, { filter_text: 'x'.repeat(256) }])(
    'of administrators refuse %j',
    async (query) => {
      expect(await read(AdminPageQuery, query)).toEqual(['VALIDATION_FAILED', Object.keys(query)]);
    },
  );
});
