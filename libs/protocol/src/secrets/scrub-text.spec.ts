import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { CENSORED, textScrubber } from './scrub-text.js';

const scrub = textScrubber();
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const word = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'),
    minLength,
    maxLength,
  });
const base64 = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((data) => Buffer.from(data).toString('base64'));
const prose = fc.lorem({ maxCount: 6 });
/** A secret with a digit, as random ones have. */
const token = word(16, 64).map((text) => `${text.slice(1)}7`);

type Told = { secret: string; text: string };
const told = (secrets: fc.Arbitrary<string>, tell: (secret: string) => string): fc.Arbitrary<Told> =>
  secrets.map((secret) => ({ secret, text: tell(secret) }));
const oauth = (secret: string): string =>
  `OAuth oauth_consumer_key="c", oauth_token="${secret}", oauth_signature="abc%3D"`;

const FORMS: Readonly<Record<string, fc.Arbitrary<Told>>> = {
  'an OAuth header': told(hex(32), (secret) => `Authorization: ${oauth(secret)}`),
  'an OAuth header in JSON': told(token, (secret) => JSON.stringify({ authorization: oauth(secret), a: 1 })),
  'an OAuth header in JSON in JSON': told(token, (secret) =>
    JSON.stringify(JSON.stringify({ headers: { authorization: oauth(secret) } })),
  ),
  'an OAuth header in an address': told(token, (secret) =>
    encodeURIComponent(`Authorization: ${oauth(secret)}`),
  ),
  'an OAuth header without its name': told(token, oauth),
  'a header as Node prints it': told(token, (secret) =>
    inspect({ headers: { cookie: `curator_session=${secret}`, authorization: `Bearer ${secret}` } }),
  ),
  'raw headers': told(token, (secret) => inspect(['Authorization', `Bearer ${secret}`, 'Accept', '*/*'])),
  'a bearer token': told(token, (secret) => `sent Bearer ${secret}, got 401`),
  'basic credentials': told(base64(18), (secret) => `Basic ${secret}`),
  'a cookie': told(token, (secret) => `Cookie: a=b; commonswikiSession=${secret}; c=d`),
  'a cookie that is set': told(token, (secret) =>
    JSON.stringify({ 'set-cookie': [`session=${secret}; Path=/`, `other=${secret}`] }),
  ),
  'a signed session': told(word(32, 32), (secret) => encodeURIComponent(`s:${secret}.mac+/=`)),
  'OAuth parameters': told(
    token,
    (secret) => `GET /w/index.php?oauth_token=${secret}&oauth_verifier=${secret}`,
  ),
  'OAuth parameters, encoded': told(token, (secret) =>
    encodeURIComponent(`oauth_token_secret=${secret}&a=b`),
  ),
  'a password in an address': told(
    token,
    (secret) => `connect mysql://curator:${secret}@db.example:3306/curator`,
  ),
  'a password with an @': told(token, (secret) => `redis://:p@${secret}@127.0.0.1:6379`),
  'an S3 signature': told(
    hex(64),
    (secret) => `https://s3.example/b/k?X-Amz-Expires=300&X-Amz-Signature=${secret}`,
  ),
  'an S3 credential': told(token, (secret) => `https://s3.example/b/k?X-Amz-Credential=${secret}%2F2026&a=b`),
  'a signature of Facebook': told(
    token,
    (secret) => `https://scontent.xx.fbcdn.net/m1/v/t6/a?stp=s&oh=${secret}&oe=1`,
  ),
  'the like elsewhere': told(token, (secret) => `http://127.0.0.1:1/m1/a.jpg?stp=s&oh=${secret}&oe=65AB`),
  'an API key': told(
    token,
    (secret) => `https://api.flickr.com/services/rest/?method=a&api_key=${secret}&b=c`,
  ),
  'an access token': told(token, (secret) => `{"access_token": "${secret}"}`),
  'a token of Mapillary': told(hex(32), (secret) => `MLY|1234567890|${secret}`),
  'a CSRF token': told(hex(40), (secret) => `Invalid token ${secret}+\\`),
  'a CSRF token in a form': told(hex(40), (secret) => `title=A&token=${secret}%2B%5C&text=b`),
  'an API token of ours': told(word(43, 43), (secret) => `cur_${secret} was refused`),
  'a bare OAuth key': told(hex(32), (secret) => `No grant for ${secret}.`),
  'a bare OAuth secret': told(hex(40), (secret) => secret),
  'an encryption key': told(base64(32), (secret) => `k1:${secret}`),
  'a JSON web token': told(word(20, 60), (secret) => `eyJhbGciOiJIUzI1NiJ9.${secret}.${secret}`),
  'a private key': told(
    base64(60),
    (secret) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
  ),
  'a password with its name': told(token, (secret) => `password: ${secret}`),
};

describe('textScrubber', () => {
  it.each(Object.entries(FORMS))('takes out %s, whatever stands around it', (_form, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, prose, prose, ({ secret, text }, before, after) => {
        const scrubbed = scrub(`${before} ${text} ${after}`);
        expect(scrubbed).not.toContain(secret);
        expect(scrubbed).toContain(CENSORED);
        expect(scrubbed.startsWith(before)).toBe(true);
      }),
    );
  });

  it('takes out what is known to be secret, in every encoding', () => {
    const encodings: readonly ((secret: string) => string)[] = [
      (secret) => secret,
      encodeURIComponent,
      (secret) => JSON.stringify({ a: secret }),
      (secret) => Buffer.from(secret).toString('base64'),
    ];
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' }),
        fc.constantFrom(...encodings),
        (secret, encode) => {
          const text = `<${encode(secret)}>`;
          expect(textScrubber([secret])(text)).not.toContain(encode(secret));
        },
      ),
    );
  });

  it('finds all of a text that has several', () => {
    const texts = fc.array(fc.oneof(...Object.values(FORMS)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(texts, (all) => {
        const scrubbed = scrub(all.map(({ text }) => text).join('\n'));
        for (const { secret } of all) expect(scrubbed).not.toContain(secret);
      }),
    );
  });

  it('has nothing to find in what it has scrubbed', () => {
    fc.assert(
      fc.property(fc.oneof(...Object.values(FORMS)), ({ text }) => {
        expect(scrub(scrub(text))).toBe(scrub(text));
      }),
    );
  });

  it.each([
    'API listening on http://127.0.0.1:8000',
    'GET /api/batches/12 200',
    'badtoken: Invalid CSRF token.',
    'mwoauth-invalid-authorization: The authorization headers in your request are not valid: No approved grant was found for that authorization token.',
    'connect ECONNREFUSED 127.0.0.1:3306',
    'mysql://curator@127.0.0.1:3306/curator',
    'A sign-in is needed: the session of user 5 has ended',
    'reference 0b9c5c1c-5c0e-4a3b-9d5e-2f1c0a9b8d7e',
    'sha1: da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'traceparent 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'https://commons.wikimedia.org/wiki/File:A_street.jpg?action=edit',
    '    at UploadRunner.run (/app/dist/apps/worker/src/uploads/upload-runner.js:52:13)',
    'Title: Basic training, Bearer of the token, 2024',
  ])('leaves %s as it is', (text) => {
    const bearer = text.includes('Bearer of');
    expect(scrub(text)).toBe(
      bearer
        ? text.replace('Basic training', `Basic ${CENSORED}`).replace('Bearer of', `Bearer ${CENSORED}`)
        : text,
    );
  });

  it('keeps the beginning of long texts, without halves of secrets', () => {
    const secret = '0123456789abcdef'.repeat(2);
    for (const length of [16_000, 16_370, 65_520, 65_530]) {
      const scrubbed = scrub(`${'a '.repeat(length / 2)}${secret} ${'b'.repeat(80_000)}`);
      expect(scrubbed.length).toBeLessThanOrEqual(16 * 1024 + 1);
      expect(scrubbed).not.toContain(secret.slice(0, 8));
    }
  });

  it.each([
    'token:',
    'token ',
    'cookie:"',
    'authorization\\',
    '://fbcdn.net',
    '://a:',
    'eyJa-',
    'eyJa.',
    's:a',
    '-----BEGIN PRIVATE KEY',
    'a'.repeat(31),
    'cur_-',
    'MLY|1',
    '&oh=',
    '"',
    '\\',
  ])('comes to an end with a great many %s', (piece) => {
    expect(scrub(piece.repeat(65_536 / piece.length)).length).toBeLessThanOrEqual(16 * 1024 + 1);
    expect(scrub(`${piece} `.repeat(65_536 / piece.length)).length).toBeLessThanOrEqual(16 * 1024 + 1);
  });
});
