import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { parseClientFrame } from './parse-client-frame.js';

const parse = (message: unknown) => parseClientFrame(JSON.stringify(message));
const data = (message: unknown): unknown => {
  const parsed = parse(message);
  return parsed.ok && 'data' in parsed.message ? parsed.message.data : parsed;
};
const invalid = { ok: false, reason: 'Invalid message format' };
const item = { id: '1', input: 'abc', title: 'Street.jpg', wikitext: '' };
const slice = (fields: object) => ({
  type: 'UPLOAD_SLICE',
  data: { batchid: 1, sliceid: 0, handler: 'mapillary', items: [item], ...fields },
});

describe('parseClientFrame', () => {
  it('refuses what is no message', () => {
    for (const text of ['', 'x', '[]', 'null', '1', '"FETCH_IMAGES"', '{}', '{"type":1}', '{"type":null}']) {
      expect(parseClientFrame(text)).toEqual(invalid);
    }
  });

  it('tells an unknown type from a bad message', () => {
    for (const type of ['NOPE', '', 'toString', '__proto__', 'constructor', 'fetch_images']) {
      expect(parse({ type })).toEqual({ ok: false, reason: 'Unknown action' });
    }
    expect(parse({ type: 'FETCH_IMAGES' })).toEqual(invalid);
  });

  it('reads bytes as well as text', () => {
    expect(parseClientFrame(Buffer.from('{"type":"CREATE_BATCH"}'))).toEqual({
      ok: true,
      message: { type: 'CREATE_BATCH' },
    });
  });

  it('cuts the blanks around a collection', () => {
    expect(data({ type: 'FETCH_IMAGES', data: '  abc\n', handler: 'mapillary' })).toBe('abc');
    expect(data({ type: 'FETCH_IMAGES', data: '   ', handler: 'mapillary' })).toEqual(invalid);
    expect(data({ type: 'FETCH_IMAGES', data: 'abc', handler: 'panoramio' })).toEqual(invalid);
  });

  it('takes a batch id as a number and as its digits', () => {
    for (const type of [
      'SUBSCRIBE_BATCH',
      'FETCH_BATCH_UPLOADS',
      'RETRY_UPLOADS',
      'CANCEL_BATCH',
      'PAUSE_BATCH',
      'RESUME_BATCH',
      'SUBSCRIBE_SCHEDULE',
      'SUBSCRIBE_PROGRESS',
    ]) {
      expect(data({ type, data: 12 })).toBe(12);
      expect(data({ type, data: '12' })).toBe(12);
      for (const bad of [0, -1, 1.5, '', '1.5', '0x1', ' 1', [], {}, null, true, '99999999999999999']) {
        expect(data({ type, data: bad })).toEqual(invalid);
      }
    }
  });

  it('drops fields it does not know, at every depth', () => {
    const parsed = parse({
      ...slice({ items: [{ ...item, more: 1, labels: { language: 'en', value: 'A', more: 1 } }] }),
      more: { deep: [1] },
    });
    expect(parsed).toEqual({
      ok: true,
      message: slice({ items: [{ ...item, labels: { language: 'en', value: 'A' } }] }),
    });
  });

  it('reads null in an optional field as absent', () => {
    const parsed = parse(slice({ items: [{ ...item, labels: null, copyright_override: null }] }));
    expect(JSON.parse(JSON.stringify(parsed))).toEqual({ ok: true, message: slice({}) });
  });

  it('takes one to 500 items a slice', () => {
    const items = (count: number) => Array.from({ length: count }, (_, n) => ({ ...item, id: String(n) }));
    expect(parse(slice({ items: items(500) })).ok).toBe(true);
    expect(parse(slice({ items: items(501) }))).toEqual(invalid);
    expect(parse(slice({ items: [] }))).toEqual(invalid);
  });

  it('refuses items that are no objects', () => {
    for (const items of [[null], [[]], [[item]], ['x'], [1], item, 'x', null, { 0: item, length: 1 }]) {
      expect(parse(slice({ items }))).toEqual(invalid);
    }
    for (const bad of [[], [slice({}).data], 'x', null]) {
      expect(parse({ type: 'UPLOAD_SLICE', data: bad })).toEqual(invalid);
    }
  });

  it('refuses wrong types inside an item', () => {
    for (const fields of [
      { id: 1 },
      { id: '' },
      { title: null },
      { wikitext: undefined },
      { labels: [] },
      { labels: {} },
    ]) {
      expect(parse(slice({ items: [{ ...item, ...fields }] }))).toEqual(invalid);
    }
  });

  it('fills in the page of a batch list', () => {
    expect(data({ type: 'FETCH_BATCHES', data: {} })).toEqual({ page: 1, limit: 100 });
    expect(data({ type: 'FETCH_BATCHES' })).toEqual({ page: 1, limit: 100 });
    expect(data({ type: 'FETCH_BATCHES', data: { page: 2, limit: 500, userid: '7', filter: '' } })).toEqual({
      page: 2,
      limit: 500,
      userid: '7',
      filter: '',
    });
    for (const bad of [{ page: 0 }, { limit: 0 }, { limit: 501 }, { userid: 7 }, { page: '1' }]) {
      expect(data({ type: 'FETCH_BATCHES', data: bad })).toEqual(invalid);
    }
  });

  it('lets a preset have an empty caption and no categories', () => {
    const preset = {
      title: 'T',
      title_template: '',
      labels: { language: 'en', value: '' },
      categories: '',
      exclude_from_date_category: false,
      is_default: true,
      handler: 'flickr',
    };
    expect(data({ type: 'SAVE_PRESET', data: preset })).toEqual(preset);
  });

  it('survives hostile frames', () => {
    const deep = `{"type":"CREATE_BATCH","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(parseClientFrame(deep)).toEqual({ ok: true, message: { type: 'CREATE_BATCH' } });
    const wide = `{"type":"UPLOAD_SLICE","data":{"items":[${'{},'.repeat(1_000_000)}{}]}}`;
    expect(parseClientFrame(wide)).toEqual(invalid);
    expect(parseClientFrame('{"type":"CREATE_BATCH","__proto__":{"polluted":1}}')).toEqual({
      ok: true,
      message: { type: 'CREATE_BATCH' },
    });
    expect('polluted' in {}).toBe(false);
  });
});
