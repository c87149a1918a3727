import type { KeyUse } from '#app/persistence';
import { describe, expect, it } from '@jest/globals';
import { describeKeys, listUses, remainsOld } from './describe-keys.js';

const keys = { keyIds: ['new', 'old'], sealingKeyId: 'new' };
const use = (keyId: string, sealed: number): KeyUse => ({ column: 'users.access_token', keyId, sealed });

describe('describeKeys', () => {
  it('says which keys may go', () => {
    expect(describeKeys([use('new', 3)], keys)).toEqual([
      'new: seals; it stays',
      'old: nothing is sealed with it; it may be removed from TOKEN_ENCRYPTION_KEYS',
    ]);
    expect(describeKeys([use('new', 3), use('old', 1), use('old', 1)], keys)[1]).toBe(
      'old: 2 rows need it; it must stay',
    );
  });

  it('names keys that are gone though they are needed', () => {
    expect(describeKeys([use('lost', 4)], keys)[2]).toMatch(
      /^lost: not in TOKEN_ENCRYPTION_KEYS, and 4 rows/,
    );
  });
});

describe('remainsOld', () => {
  it.each([
    [[], false],
    [[use('new', 3)], false],
    [[use('new', 3), use('old', 1)], true],
    [[use('lost', 1)], true],
  ])('%j → %s', (uses, remains) => {
    expect(remainsOld(uses, keys)).toBe(remains);
  });
});

describe('listUses', () => {
  it('is a table', () => {
    expect(listUses([use('new', 3)]).map((line) => line.split(/\s+/))).toEqual([
      ['column', 'key', 'rows'],
      ['users.access_token', 'new', '3'],
    ]);
  });
});
