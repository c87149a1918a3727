import { describe, expect, it } from '@jest/globals';

import { RefusedError, TemporaryError } from '#app/protocol';

import { parseFlickrAnswer } from './parse-flickr-answer.js';

type Header = Readonly<Record<string, string>>;

const failureOf = (method: string, status: number, body: string, headers: Header = {}): unknown => {
  try {
    return parseFlickrAnswer(method, { status, headers, body });
  } catch (error) {
    return error;
  }
};

const fail = (code: number | string, message: string): string =>
  JSON.stringify({ stat: 'fail', code, message });

describe('parseFlickrAnswer', () => {
  it('gives what Flickr gave', () => {
    const body = '{"photo":{"id":"1","secret":12345678901234567890},"stat":"ok"}';
    expect(parseFlickrAnswer('flickr.photos.getInfo', { status: 200, headers: {}, body })).toEqual({
      photo: { id: '1', secret: '12345678901234567890' },
      stat: 'ok',
    });
  });

  it.each<[string, number, string, string]>([
    [
      'flickr.photos.getInfo',
      200,
      fail(201, 'The service is not currently available.'),
      'flickr-unavailable',
    ],
    ['flickr.photos.getInfo', 200, fail('105', 'Service currently unavailable'), 'flickr-unavailable'],
    ['flickr.photos.getInfo', 200, fail(0, 'Sorry, not available'), 'flickr-unavailable'],
    ['flickr.photos.getInfo', 200, '{"stat":"fail","message":"No reason"}', 'flickr-unavailable'],
    ['flickr.photos.search', 200, fail(10, 'Not available'), 'flickr-unavailable'],
    ['flickr.photos.getInfo', 200, '{"stat":"fail","code":201},', 'flickr-unreadable'],
    ['flickr.photos.getInfo', 200, '<rsp stat="fail"/>', 'flickr-unreadable'],
    ['flickr.photos.getInfo', 200, '', 'flickr-unreadable'],
    ['flickr.photos.getInfo', 200, '[]', 'flickr-unreadable'],
    ['flickr.photos.getInfo', 200, '{"stat":"maybe"}', 'flickr-unreadable'],
    ['flickr.photos.getInfo', 502, '<html>', 'http-502'],
    ['flickr.photos.getInfo', 429, '', 'flickr-rate-limit'],
  ])('%s: HTTP %i %s may work later (%#)', (method, status, body, code) => {
    const error = failureOf(method, status, body);
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error).toMatchObject({ code });
  });

  it.each<[string, number, string, string]>([
    ['flickr.photos.getInfo', 200, fail(1, 'Photo "35" not found (invalid ID)'), 'flickr-not-found'],
    ['flickr.photos.getSizes', 200, fail(2, 'Permission denied'), 'flickr-not-found'],
    ['flickr.photosets.getPhotos', 200, fail(1, 'Photoset not found'), 'flickr-not-found'],
    ['flickr.urls.lookupUser', 200, fail('1', 'User not found'), 'flickr-not-found'],
    ['flickr.photos.search', 200, fail(2, 'Unknown user'), 'flickr-not-found'],
    ['flickr.photos.search', 200, fail(1, 'Too many tags in ALL query'), 'flickr-1'],
    ['flickr.photos.licenses.getInfo', 200, fail(1, 'Required parameter missing'), 'flickr-1'],
    ['flickr.photos.getInfo', 200, fail(112, 'Method "x" not found'), 'flickr-112'],
    ['flickr.photos.getInfo', 200, fail(100, 'Invalid API Key (Key has invalid format)'), 'flickr-key'],
    ['flickr.photos.getInfo', 403, 'Forbidden', 'http-403'],
  ])('%s: HTTP %i %s never will (%#)', (method, status, body, code) => {
    const error = failureOf(method, status, body);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ code });
    expect(String(error)).toMatch(/ .+[.a-z]$/);
  });

  it('waits as long as it is asked to', () => {
    expect(failureOf('x', 429, '', { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7_000 });
    expect(failureOf('x', 429, '')).toMatchObject({ retryAfterMs: 60_000 });
    expect(failureOf('x', 503, '', { 'retry-after': '2' })).toMatchObject({ retryAfterMs: 2_000 });
  });
});
