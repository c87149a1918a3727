import { describe, expect, it } from '@jest/globals';
import { recordedAnswer, recordedAnswers } from '../recorded/recorded-answers.js';
import { parseApiAnswer, type ApiAnswer, type ApiError } from './parse-api-answer.js';

const parse = (name: string): ApiAnswer => {
  const { status, headers, text } = recordedAnswer(name);
  return parseApiAnswer(status, headers, text);
};

const errorOf = (answer: ApiAnswer): ApiError => {
  if (answer.ok) throw new Error('This was no error');
  return answer.error;
};

const json = (body: unknown, status = 200, headers = {}): ApiAnswer =>
  parseApiAnswer(status, headers, JSON.stringify(body));

describe('parseApiAnswer', () => {
  it('finds an error exactly where MediaWiki’s header names one', () => {
    const wrong = Object.entries(recordedAnswers)
      .filter(([name]) => name !== 'size-13MiB-over-post_max_size-12M' && !name.startsWith('login-'))
      .filter(([name, { headers }]) => {
        const answer = parse(name);
        const code = headers['mediawiki-api-error'];
        return answer.ok ? code !== undefined : answer.error.code !== code;
      });
    expect(wrong).toEqual([]);
  });

  it('reads the offset that is text in the old shape', () => {
    expect(errorOf(parse('chunk-resent-middle'))).toMatchObject({
      code: 'stashfailed',
      expectedOffset: 1_000_000,
    });
  });

  it('reads the offset in the data of the plain-text shape', () => {
    const errors = [
      { code: 'stashfailed', text: 'Invalid chunk offset', data: { offset: 500 }, module: 'upload' },
    ];
    expect(errorOf(json({ errors }))).toMatchObject({ info: 'Invalid chunk offset', expectedOffset: 500 });
  });

  it('reads lag and Retry-After', () => {
    expect(errorOf(parse('maxlag-upload'))).toMatchObject({ code: 'maxlag', lag: 7.25, retryAfterMs: 5_000 });
  });

  it('reads the plain-text shape and OAuth’s own', () => {
    expect(errorOf(parse('errorformat-plaintext'))).toMatchObject({ code: 'assertbotfailed' });
    expect(errorOf(parse('login-initiate-bad-consumer'))).toMatchObject({
      code: 'mwoauth-oauth-exception',
      info: 'An error occurred in the OAuth protocol: Invalid consumer',
    });
  });

  it.each([
    ['list', [{ name: 'wikibase-api-failed-save' }, { name: 'actionthrottledtext' }]],
    [
      'object with numbers',
      { 0: { name: 'wikibase-api-failed-save' }, 1: { name: 'actionthrottledtext' }, html: 'x' },
    ],
  ])('reads Wikibase’s messages as a %s, in both shapes', (_shape, messages) => {
    const names = ['wikibase-api-failed-save', 'actionthrottledtext'];
    const error = { code: 'failed-save', info: 'The save has failed.', messages };
    expect(errorOf(json({ error })).messageNames).toEqual(names);
    const errors = [{ code: 'failed-save', text: 'The save has failed.', data: { messages } }];
    expect(errorOf(json({ errors })).messageNames).toEqual(names);
  });

  it('names the codes of further errors', () => {
    const errors = [
      { code: 'a', text: 'A' },
      { code: 'b', text: 'B' },
    ];
    expect(errorOf(json({ errors }))).toMatchObject({ code: 'a', messageNames: ['b'] });
  });

  it('tells a page for people from data', () => {
    expect(errorOf(parse('size-13MiB-over-post_max_size-12M'))).toMatchObject({
      code: 'not-json',
      info: 'Commons answered with “MediaWiki API help - Test Commons” instead of data',
    });
    expect(errorOf(parseApiAnswer(200, {}, '')).code).toBe('not-json');
    expect(errorOf(parseApiAnswer(200, {}, '[1]')).code).toBe('not-json');
  });

  it('reads servers before the wiki', () => {
    const now = Date.parse('2026-11-21T00:00:00Z');
    const page = '<html><title>Wikimedia Error</title>';
    expect(
      errorOf(parseApiAnswer(503, { 'retry-after': 'Sat, 21 Nov 2026 00:00:07 GMT' }, page, now)),
    ).toEqual({
      code: 'http-503',
      info: 'Commons answered HTTP 503 with “Wikimedia Error”',
      httpStatus: 503,
      messageNames: [],
      retryAfterMs: 7_000,
    });
    expect(errorOf(json({ odd: true }, 500)).code).toBe('http-500');
    expect(errorOf(json({ error: { code: 'readonly', info: 'x' } }, 503)).code).toBe('readonly');
  });
});
