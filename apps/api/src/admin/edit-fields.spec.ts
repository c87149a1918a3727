import { describe, expect, it } from '@jest/globals';
import {
  isLabel,
  isStructuredError,
  readError,
  readFlag,
  readLabels,
  readOptionalText,
} from './edit-fields.js';

describe('fields of an edit', () => {
  const label = { language: 'en', value: 'A street' };

  it.each([
    [label, label],
    [[label], label],
    [JSON.stringify(label), label],
    [JSON.stringify([label]), label],
    ['', null],
    [' ', null],
    ['null', null],
    [[], null],
    [null, null],
  ])('labels: %j → %j', (value, read) => {
    expect(readLabels(value)).toEqual(read);
  });

  it.each(['A street', 7, [label, label], { language: 'en' }, { ...label, more: 1 }])(
    'refuses the label %j',
    (value) => {
      expect(isLabel(readLabels(value))).toBe(false);
    },
  );

  const error = { type: 'error', message: 'No' };
  const duplicate = {
    type: 'duplicate',
    message: 'There',
    links: [{ title: 'File:A.jpg', url: 'https://x/A' }],
  };

  it.each([
    [error, error],
    [JSON.stringify(error), error],
    [JSON.stringify(duplicate), duplicate],
    ['Went wrong', { type: 'error', message: 'Went wrong' }],
    ['42', { type: 'error', message: '42' }],
    ['', null],
    ['null', null],
  ])('errors: %j → %j', (value, read) => {
    expect(readError(value)).toEqual(read);
    expect(read === null || isStructuredError(read)).toBe(true);
  });

  it.each([
    {},
    { type: 'error' },
    { type: 'other', message: 'x' },
    { ...error, links: [] },
    { type: 'duplicate', message: 'x' },
    { ...duplicate, links: [{ title: 'x' }] },
    7,
  ])('refuses the error %j', (value) => {
    expect(isStructuredError(readError(value))).toBe(false);
  });

  it('takes flags and blank texts', () => {
    expect([readFlag('true'), readFlag('false'), readFlag(true), readFlag('1')]).toEqual([
      true,
      false,
      true,
      '1',
    ]);
    expect([readOptionalText(''), readOptionalText('x'), readOptionalText(null)]).toEqual([null, 'x', null]);
  });
});
