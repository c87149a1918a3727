import { RefusedError, TemporaryError } from '#app/protocol';
import { describe, expect, it } from '@jest/globals';
import { parseHandshakeAnswer } from './parse-handshake-answer.js';

describe('parseHandshakeAnswer', () => {
  it('reads a token', () => {
    const body = '{"key":"7282","secret":"208c","oauth_callback_confirmed":"true"}';
    expect(parseHandshakeAnswer(200, body)).toEqual({ key: '7282', secret: '208c' });
  });

  // As MediaWiki 1.39 with Extension:OAuth answers, always with status 200.
  it.each([
    ['mwoauth-oauth-exception', 'An error occurred in the OAuth protocol: Invalid consumer'],
    ['mwoauthdatastore-bad-verifier', 'The verification code provided was not valid.'],
  ])('tells the refusal %s', (error, message) => {
    const parse = () => parseHandshakeAnswer(200, JSON.stringify({ error, message }));
    expect(parse).toThrow(RefusedError);
    expect(parse).toThrow(
      expect.objectContaining({ code: error, message: expect.stringContaining(message) }),
    );
  });

  it('leaves markup out of messages', () => {
    const message =
      'This request has already been completed.\nGo back.\n\n<span class="plainlinks">OAuth token already used</span>';
    const body = JSON.stringify({ error: 'mwoauthdatastore-request-token-already-used', message });
    expect(() => parseHandshakeAnswer(200, body)).toThrow(/completed\.$/);
  });

  it.each([
    [503, '<html>', 'http-503'],
    [429, '', 'http-429'],
    [200, '<html>', 'unexpected-answer'],
    [200, 'null', 'unexpected-answer'],
    [200, '{"key":1,"secret":2}', 'unexpected-answer'],
  ])('takes %i %s for an upstream fault', (status, body, code) => {
    const parse = () => parseHandshakeAnswer(status, body);
    expect(parse).toThrow(TemporaryError);
    expect(parse).toThrow(expect.objectContaining({ code }));
  });
});
