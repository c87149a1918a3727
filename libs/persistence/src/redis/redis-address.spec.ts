import { describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from './redis-address.js';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379 }],
    [
      'redis://me:p%40ss@cache:7000/3',
      { host: 'cache', port: 7000, username: 'me', password: 'p@ss', db: 3 },
    ],
    ['rediss://cache', { host: 'cache', port: 6379, tls: { servername: 'cache' } }],
    ['redis+unix:///run/r.sock', { path: '/run/r.sock' }],
    ['redis+unix:///run/r.sock?db=2', { path: '/run/r.sock', db: 2 }],
  ])('reads %s', (value, options) => {
    expect(parseRedisUrl(value)).toEqual({ kind: 'single', options });
  });

  it('reads the nodes of a cluster', () => {
    expect(parseRedisUrl('redis://:pw@a:7000, redis://:pw@b:7001')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 7001 },
      ],
      options: { password: 'pw' },
    });
  });

  it.each(['', 'secret', 'http://secret', 'redis://a/secret', 'redis://a,redis+unix:///secret'])(
    'refuses %s without quoting it',
    (value) => {
      expect(() => parseRedisUrl(value)).toThrow(/REDIS_URL/);
      expect(() => parseRedisUrl(value)).not.toThrow(/secret/);
    },
  );
});
