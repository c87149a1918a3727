import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { TokenVault } from './token-vault.js';

const aKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const token = { key: 'abc', secret: 'def' };

describe('TokenVault', () => {
  it('opens what it sealed, for the same user only', () => {
    const vault = new TokenVault(aKey('k1'));
    const sealed = vault.seal(token, '42');
    expect(vault.open(sealed, '42')).toEqual(token);
    expect(() => vault.open(sealed, '43')).toThrow(/does not open/);
    expect(sealed).not.toContain('def');
  });

  it('opens for the same purpose only', () => {
    const vault = new TokenVault(aKey('k1'));
    const sealed = vault.seal(token, '42', 'storage credentials');
    expect(vault.open(sealed, '42', 'storage credentials')).toEqual(token);
    expect(() => vault.open(sealed, '42')).toThrow(/does not open/);
  });

  it('seals each time differently', () => {
    const vault = new TokenVault(aKey('k1'));
    expect(vault.seal(token, '42')).not.toBe(vault.seal(token, '42'));
  });

  it('opens with an older key and seals with the first', () => {
    const [older, newer] = [aKey('old'), aKey('new')];
    const sealed = new TokenVault(older).seal(token, '42');
    const rotated = new TokenVault(`${newer}, ${older}`);
    expect(rotated.open(sealed, '42')).toEqual(token);
    expect(rotated.seal(token, '42')).toMatch(/^new\./);
    expect(() => new TokenVault(newer).open(sealed, '42')).toThrow(/TOKEN_ENCRYPTION_KEYS/);
  });

  it('refuses a changed text', () => {
    const vault = new TokenVault(aKey('k1'));
    const sealed = vault.seal(token, '42');
    const other = sealed[10] === 'A' ? 'B' : 'A';
    expect(() => vault.open(`${sealed.slice(0, 10)}${other}${sealed.slice(11)}`, '42')).toThrow();
    expect(() => vault.open('k1.AAAA', '42')).toThrow(/malformed/);
  });

  it.each(['', 'secretsecret', 'id:c2VjcmV0', 'a:b:c', `${aKey('x')},${aKey('x')}`])(
    'refuses malformed keys without quoting them',
    (keys) => {
      expect(() => new TokenVault(keys)).toThrow(/TOKEN_ENCRYPTION_KEYS/);
      if (keys) expect(() => new TokenVault(keys)).not.toThrow(keys);
    },
  );
});
