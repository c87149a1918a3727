import { describe, expect, it } from '@jest/globals';
import { cookieSecrets } from './session.middleware.js';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

describe('cookieSecrets', () => {
  it('keeps the secret of a key that is no longer the first', () => {
    const [before] = cookieSecrets(`a:${key(1)}`);
    const [first, second] = cookieSecrets(`b:${key(2)}, a:${key(1)}`);
    expect(second).toBe(before);
    expect(first).not.toBe(before);
  });

  it('tells nothing of the key', () => {
    const [secret] = cookieSecrets(`a:${key(1)}`);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(secret).not.toContain(Buffer.alloc(32, 1).toString('hex'));
  });
});
