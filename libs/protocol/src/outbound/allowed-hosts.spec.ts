import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { RefusedError } from '../failures.js';

import { checkOutboundUrl, checkServiceUrl, parseAllowedHosts, SOURCE_CDN_HOSTS } from './allowed-hosts.js';

const HOSTS = [
  '*.fbcdn.net',
  'live.staticflickr.com',
  '127.0.0.1:8099',
  '[::1]:8099',
  'cdn.internal:80',
  '93.184.216.34',
  '10.0.0.7',
];

describe('checkOutboundUrl', () => {
  it.each([
    ['https://scontent-ber1-1.xx.fbcdn.net/m1/v/t6/An.jpg?oe=65FA9E45', false],
    ['https://x.fbcdn.net/', false],
    ['https://LIVE.staticflickr.com:443/1_o.jpg', false],
    ['https://93.184.216.34/a.jpg', false],
    ['http://127.0.0.1:8099/a.jpg', true],
    ['https://127.0.0.1:8099/a.jpg', true],
    ['http://2130706433:8099/a.jpg', true], // another spelling of 127.0.0.1
    ['http://[::1]:8099/a.jpg', true],
    ['http://[0:0:0:0:0:0:0:1]:8099/a.jpg', true],
    ['http://cdn.internal/a.jpg', true],
  ])('lets %s pass', (address, isNamedLiterally) => {
    expect(checkOutboundUrl(address, HOSTS)).toMatchObject({ isNamedLiterally });
  });

  it.each([
    'http://x.fbcdn.net/a.jpg', // not encrypted
    'https://x.fbcdn.net:8443/a.jpg',
    'https://fbcdn.net/a.jpg', // *. means below
    'https://.fbcdn.net/a.jpg',
    'https://evilfbcdn.net/a.jpg',
    'https://x.fbcdn.net.example.org/a.jpg',
    'https://x.fbcdn.net./a.jpg',
    'https://a.live.staticflickr.com/a.jpg',
    'https://example.org/?x.fbcdn.net',
    'https://example.org#x.fbcdn.net',
    'https://x.fbcdn.net@example.org/a.jpg',
    'https://user:secret@x.fbcdn.net/a.jpg',
    'https://user@x.fbcdn.net/a.jpg',
    'http://user@127.0.0.1:8099/a.jpg',
    'http://127.0.0.1/a.jpg',
    'http://127.0.0.1:8098/a.jpg',
    'https://127.0.0.1/a.jpg',
    'http://localhost:8099/a.jpg',
    'https://10.0.0.7/a.jpg', // private, and named without a port
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:93.184.216.34]/a.jpg',
    'https://cdn.internal/a.jpg',
    'file:///etc/passwd',
    'ftp://x.fbcdn.net/a.jpg',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    '//x.fbcdn.net/a.jpg',
    '',
  ])('refuses %j', (address) => {
    expect(() => checkOutboundUrl(address, HOSTS)).toThrow(RefusedError);
  });

  it('lets nothing pass where nothing is allowed', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), (address) => {
        expect(() => checkOutboundUrl(address, [])).toThrow(RefusedError);
      }),
    );
  });

  it('lets exactly the names below a wildcard pass', () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        expect(checkOutboundUrl(`https://${domain}.fbcdn.net/`, ['*.fbcdn.net']).isNamedLiterally).toBe(
          false,
        );
        expect(() => checkOutboundUrl(`https://${domain}/`, ['*.fbcdn.net'])).toThrow(RefusedError);
      }),
    );
  });

  it('reaches the CDNs of the sources without configuration', () => {
    expect(checkOutboundUrl('https://scontent-ber1-1.xx.fbcdn.net/a', SOURCE_CDN_HOSTS)).toBeDefined();
    expect(checkOutboundUrl('https://live.staticflickr.com/1/2_o.jpg', SOURCE_CDN_HOSTS)).toBeDefined();
  });
});

describe('checkServiceUrl', () => {
  it.each([
    ['https://s3.example.org', false],
    ['https://s3.example.org:9000/base', false],
    ['https://93.184.216.34', false],
    ['http://127.0.0.1:8099', true],
    ['https://[::1]:8099', true],
    ['http://cdn.internal', true],
  ])('lets %s pass', (address, isNamedLiterally) => {
    expect(checkServiceUrl(address, HOSTS)).toMatchObject({ isNamedLiterally });
  });

  it.each([
    'http://s3.example.org',
    'https://127.0.0.1',
    'http://127.0.0.1:8098',
    'https://10.0.0.7', // named without a port
    'https://169.254.169.254',
    'https://[::ffff:93.184.216.34]',
    'https://user:secret@s3.example.org',
    'ftp://s3.example.org',
    's3.example.org',
    '',
  ])('refuses %j', (address) => {
    expect(() => checkServiceUrl(address, HOSTS)).toThrow(RefusedError);
  });
});

describe('parseAllowedHosts', () => {
  it('reads a list', () => {
    expect(parseAllowedHosts(' *.FBcdn.net, live.staticflickr.com,,127.0.0.1:8099 , [::1]:80')).toEqual([
      '*.fbcdn.net',
      'live.staticflickr.com',
      '127.0.0.1:8099',
      '[::1]:80',
    ]);
    expect(parseAllowedHosts('')).toEqual([]);
  });

  it.each(['https://x.net', '*', '*.', '*.x.net:80', 'a b', 'x.*.net', 'x.net/', '-x.net', 'x..net'])(
    'refuses %j by name',
    (entry) => {
      expect(() => parseAllowedHosts(`ok.net,${entry}`)).toThrow(`“${entry}”`);
    },
  );
});
