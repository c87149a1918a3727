import { describe, expect, it } from '@jest/globals';

import { RefusedError, TemporaryError } from '#app/protocol';

import { parseMapillaryAnswer } from './parse-mapillary-answer.js';

const parse = (status: number, body: unknown, headers: Record<string, string> = {}): unknown =>
  parseMapillaryAnswer({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

function failureOf(status: number, body: unknown, headers?: Record<string, string>): unknown {
  try {
    return parse(status, body, headers);
  } catch (error) {
    return error;
  }
}

describe('parseMapillaryAnswer', () => {
  it('gives the object, its ids exact', () => {
    expect(parse(200, '{"data":[{"id":26774514888887984},{"id":"26774514888887985"}]}')).toEqual({
      data: [{ id: '26774514888887984' }, { id: '26774514888887985' }],
    });
    expect(parse(200, '{}')).toEqual({});
  });

  it.each([
    [
      'application limit',
      400,
      { code: 4, message: 'Application request limit reached', is_transient: true },
      'mapillary-rate-limit',
    ],
    [
      'custom limit',
      403,
      { code: 613, message: 'Calls to this api have exceeded the rate limit.' },
      'mapillary-rate-limit',
    ],
    [
      'large answer',
      500,
      { code: 1, message: "Please reduce the amount of data you're asking for, then retry your request" },
      'mapillary-too-much-data',
    ],
    ['unknown fault', 500, { code: 1, message: 'An unknown error occurred' }, 'http-500'],
    ['passing fault told as 400', 400, { code: 2, message: 'Service temporarily unavailable' }, 'http-400'],
    ['declared passing', 400, { code: 99_999, is_transient: true }, 'http-400'],
  ])('takes %s for temporary', (_name, status, error, code) => {
    expect(failureOf(status, { error })).toBeInstanceOf(TemporaryError);
    expect(failureOf(status, { error })).toMatchObject({ code });
  });

  it.each([
    ['bad token', 400, { code: 190, message: 'Invalid OAuth 2.0 Access Token' }, 'mapillary-token'],
    [
      'no such object',
      400,
      { code: 100, error_subcode: 33, message: 'Unsupported get request.' },
      'mapillary-not-found',
    ],
    [
      'no such objects',
      404,
      { code: 803, message: 'Some of the aliases you requested do not exist: 1' },
      'mapillary-not-found',
    ],
    [
      'wrong field',
      400,
      { code: 100, message: '(#100) Tried accessing nonexisting field (x)' },
      'mapillary-100',
    ],
    ['no code', 400, { message: 'No' }, 'mapillary-400'],
  ])('takes %s for final', (_name, status, error, code) => {
    expect(failureOf(status, { error })).toBeInstanceOf(RefusedError);
    expect(failureOf(status, { error })).toMatchObject({ code });
  });

  it.each([
    [502, '<html>', TemporaryError, 'http-502'],
    [200, '<html>', TemporaryError, 'http-200'],
    [200, '[]', TemporaryError, 'http-200'],
    [302, '', TemporaryError, 'http-302'],
    [429, '', TemporaryError, 'mapillary-rate-limit'],
    [401, '', RefusedError, 'mapillary-token'],
    [404, '<html>', RefusedError, 'http-404'],
  ])('reads HTTP %d without a reason', (status, body, kind, code) => {
    expect(failureOf(status, body)).toBeInstanceOf(kind);
    expect(failureOf(status, body)).toMatchObject({ code });
  });

  it('passes on how long to wait', () => {
    expect(failureOf(503, '', { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7_000 });
    expect(failureOf(429, '', { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7_000 });
    expect(failureOf(400, { error: { code: 613 } })).toMatchObject({ retryAfterMs: 60_000 });
  });

  it('never repeats a token', () => {
    const error = failureOf(400, { error: { code: 1_000, message: 'Bad MLY|123|abc and MLY%7C1%7Cx.' } });
    expect(String(error)).toBe('RefusedError: Mapillary refused: Bad … and …');
  });
});
