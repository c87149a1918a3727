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
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
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
});
