import { describe, expect, it } from '@jest/globals';
import { parseDatabaseUrl } from './database-url.js';

describe('parseDatabaseUrl', () => {
  it('reads host, port and escaped credentials', () => {
    expect(parseDatabaseUrl('mysql://us%40er:p%2Fw@db.example:3307/curator')).toEqual({
      username: 'us@er',
      password: 'p/w',
      host: 'db.example',
      port: 3307,
      database: 'curator',
    });
  });

  it('reads a socket path in place of a host', () => {
    expect(parseDatabaseUrl('mysql://root@localhost/curator?socketPath=/run/m.sock')).toEqual({
      username: 'root',
      password: '',
      socketPath: '/run/m.sock',
      database: 'curator',
    });
  });

  it.each(['postgres://a:secret@b/c', 'secret', 'mysql://a:secret@b/'])(
    'refuses %s without quoting it',
    (value) => {
      expect(() => parseDatabaseUrl(value)).toThrow(/DATABASE_URL/);
      expect(() => parseDatabaseUrl(value)).not.toThrow(/secret/);
    },
  );
});
