import { describe, expect, it } from '@jest/globals';
import { freshMoment, signatureBase, signRequest } from './sign-request.js';

const keys = {
  consumer: { key: 'dpf43f3p2l4k3l03', secret: 'kd94hf93k423kf44' },
  token: { key: 'nnch734d00sl2jdk', secret: 'pfkkdhi9sl3r4s00' },
};
const moment = { nonce: 'kllo9940pd9333jh', timestamp: 1191242096 };

const signatureIn = (header: string): string =>
  decodeURIComponent(/oauth_signature="([^"]+)"/.exec(header)?.[1] ?? '');

describe('signatureBase', () => {
  // https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.1
  it('is that of the RFC, with repeated, empty and encoded parameters in query and body', () => {
    const base = signatureBase(
      {
        method: 'POST',
        url: 'http://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b',
        body: new URLSearchParams('c2&a3=2+q'),
      },
      [
        ['oauth_consumer_key', '9djdj82h48djs9d2'],
        ['oauth_token', 'kkk9d7dh3k39sjv7'],
        ['oauth_signature_method', 'HMAC-SHA1'],
        ['oauth_timestamp', '137131201'],
        ['oauth_nonce', '7d8f3e4a'],
      ],
    );
    expect(base).toBe(
      'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D' +
        '%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1' +
        '%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
    );
  });
});

describe('signRequest', () => {
  // https://oauth.net/core/1.0a/#anchor46
  it('gives the signature of the specification’s example', () => {
    const url = 'http://photos.example.net/photos?file=vacation.jpg&size=original';
    expect(signatureIn(signRequest({ method: 'GET', url }, keys, moment))).toBe(
      'tR3+Ty81lMeYAr/Fid0kMTYa/WM=',
    );
  });

  it('signs the fields of a form but knows nothing of multipart fields', () => {
    const url = 'https://example.org/w/api.php';
    const bare = signRequest({ method: 'POST', url }, keys, moment);
    const form = signRequest({ method: 'POST', url, body: new URLSearchParams({ a: 'ü!*' }) }, keys, moment);
    expect(signatureIn(form)).not.toBe(signatureIn(bare));
  });

  it('leaves the token out while none is granted', () => {
    const header = signRequest(
      { method: 'GET', url: 'https://example.org/' },
      { consumer: keys.consumer },
      moment,
    );
    expect(header).not.toContain('oauth_token');
  });

  it('tells no secret', () => {
    const header = signRequest({ method: 'GET', url: 'https://example.org/' }, keys, moment);
    expect(header).not.toContain(keys.consumer.secret);
    expect(header).not.toContain(keys.token.secret);
  });
});

describe('freshMoment', () => {
  it('never repeats a nonce', () => {
    expect(new Set(Array.from({ length: 1000 }, () => freshMoment().nonce)).size).toBe(1000);
  });
});
