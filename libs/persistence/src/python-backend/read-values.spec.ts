import { describe, expect, it } from '@jest/globals';
import { readError, readHandler, readJson, readLabels, readMoment, readPublished } from './read-values.js';

describe('readMoment', () => {
  it.each([
    ['2025-11-01 10:00:05', '2025-11-01T10:00:05.000Z'],
    ['2025-11-01 10:00:05.123456', '2025-11-01T10:00:05.123Z'],
    ['2025-11-01T10:00:05.5', '2025-11-01T10:00:05.500Z'],
    ['0000-00-00 00:00:00', undefined],
    ['2025-02-30 10:00:00', undefined],
    ['2025-11-01', undefined],
    ['', undefined],
    [null, undefined],
  ])('%s', (text, iso) => {
    expect(readMoment(text)?.toISOString()).toBe(iso);
  });
});

describe('readJson', () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ['null', null],
    ['', null],
    [undefined, null],
    ['not { json', 'not { json'],
    [{ a: 1 }, { a: 1 }],
  ])('%j', (value, json) => {
    expect(readJson(value)).toEqual(json);
  });
});

describe('readLabels', () => {
  const label = { language: 'en', value: 'A street' };
  it.each([
    [JSON.stringify(label), [label]],
    [JSON.stringify([label, 5, null]), [label]],
    [JSON.stringify({ ...label, value: ' ' }), null],
    ['"A street"', null],
    [null, null],
  ])('%s', (value, labels) => {
    expect(readLabels(value)).toEqual(labels);
  });
});

describe('readHandler', () => {
  it.each([
    ['mapillary', 'mapillary'],
    ['ImageHandler.FLICKR', 'flickr'],
    [' Flickr', 'flickr'],
    ['manifest', null],
    ['', null],
    [null, null],
  ])('%s', (value, handler) => {
    expect(readHandler(value)).toBe(handler);
  });
});

describe('readError', () => {
  const link = { title: 'File:A.jpg', url: 'https://example.org/A' };
  it.each([
    ['failed', { type: 'title_blacklisted', message: 'No' }, { type: 'title_blacklisted', message: 'No' }],
    ['failed', 'just text', { type: 'error', message: 'just text' }],
    ['failed', null, { type: 'error', message: 'No reason was kept.' }],
    ['failed', { type: 'duplicate', message: 'x', links: [link] }, { type: 'error', message: 'x' }],
    ['completed', { type: 'error', message: 'x' }, null],
    ['cancelled', null, null],
    [
      'duplicated_sdc_updated',
      { type: 'duplicated_sdc_updated', message: 'x', links: [link, { title: 'B' }] },
      { type: 'duplicated_sdc_updated', message: 'x', links: [link] },
    ],
    ['duplicate', null, { type: 'duplicate', message: 'The file is on Commons already.', links: [] }],
  ] as const)('of %s: %j', (status, value, error) => {
    expect(readError(status, JSON.stringify(value))).toEqual(error);
  });
});

describe('readPublished', () => {
  it.each([
    [
      'https://commons.wikimedia.org/wiki/File:Caf%C3%A9_a.jpg?x=1',
      'ignored.jpg',
      { title: 'File:Café a.jpg', url: 'https://commons.wikimedia.org/wiki/File:Caf%C3%A9_a.jpg?x=1' },
    ],
    [
      'https://upload.wikimedia.org/a/ab/X.jpg',
      'File:Rue_1.jpg',
      { title: 'File:Rue 1.jpg', url: 'https://commons.wikimedia.org/wiki/File:Rue_1.jpg' },
    ],
    [
      'https://commons.wikimedia.org/wiki/File:100%.jpg',
      '100%.jpg',
      { title: 'File:100%.jpg', url: 'https://commons.wikimedia.org/wiki/File:100%25.jpg' },
    ],
    [null, 'a: b.jpg', { title: 'File:a: b.jpg', url: 'https://commons.wikimedia.org/wiki/File:a%3A_b.jpg' }],
  ])('%s, %s', (success, filename, file) => {
    expect(readPublished(success, filename)).toEqual(file);
  });
});
