import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { addressOf } from './client-address.js';

const from = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress },
  }) as IncomingMessage;

describe('addressOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:DB8:0001:2:ffff::', '2001:db8:1:2::/64'],
    ['', 'unknown'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is %s', (address, expected) => {
    expect(addressOf(from(address), false)).toBe(expected);
  });

  it('believes a proxy where there is one, and there what it added itself', () => {
    expect(addressOf(from('10.0.0.1', '203.0.113.9, 198.51.100.2'), true)).toBe('198.51.100.2');
    expect(addressOf(from('10.0.0.1', '203.0.113.9'), false)).toBe('10.0.0.1');
    expect(addressOf(from('10.0.0.1'), true)).toBe('10.0.0.1');
  });

  it.each([
    ['198.51.100.2:4711', '198.51.100.2'],
    ['[2001:db8:1:2::9]:4711', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['unknown', '10.0.0.1'],
    ['', '10.0.0.1'],
    ['_hidden, ', '10.0.0.1'],
    ['198.51.100.2.evil', '10.0.0.1'],
  ])('reads what proxies write: "%s" is %s', (forwarded, expected) => {
    expect(addressOf(from('10.0.0.1', forwarded), true)).toBe(expected);
  });
});
