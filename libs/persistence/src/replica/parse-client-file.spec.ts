import { describe, expect, it } from '@jest/globals';
import { parseClientFile } from './parse-client-file.js';

describe('parseClientFile', () => {
  it('reads user and password of the section of clients', () => {
    const text =
      '[mysqld]\nuser = mysql\n\n# comment\n[client]\r\nuser = u123\r\npassword = a=b#c\n[other]\nuser=x\n';
    expect(parseClientFile(text)).toEqual({ user: 'u123', password: 'a=b#c' });
  });

  it('takes quotes off', () => {
    expect(parseClientFile(`[client]\nuser='u1'\npassword="p'q"`)).toEqual({ user: 'u1', password: "p'q" });
  });

  it.each(['', '[client]\nuser=u1', '[client]\nuser=u1\npassword=\n', '[other]\nuser=u1\npassword=p'])(
    'gives null for %j',
    (text) => {
      expect(parseClientFile(text)).toBeNull();
    },
  );
});
