import type { Identity } from '#app/commons-client';
import { describe, expect, it } from '@jest/globals';
import { findRefusal } from './find-refusal.js';

const anIdentity = (more: Partial<Identity> = {}): Identity => ({
  userid: '6',
  username: 'Second',
  editCount: 50,
  blocked: false,
  rights: ['edit', 'autoconfirmed'],
  groups: [],
  grants: [],
  ...more,
});

const admission = { requiredRight: 'autoconfirmed', minEditCount: 50 };

describe('findRefusal', () => {
  it.each([
    [anIdentity(), null],
    [anIdentity({ editCount: 49 }), /at least 50 edits/],
    [anIdentity({ rights: ['edit'] }), /"autoconfirmed"/],
    [anIdentity({ blocked: true }), /blocked/],
  ])('%j → %s', (identity, expected) => {
    const refusal = findRefusal(identity, admission);
    if (expected === null) expect(refusal).toBeNull();
    else expect(refusal).toMatch(expected);
  });

  it('follows the configuration', () => {
    expect(
      findRefusal(anIdentity({ rights: ['edit'], editCount: 0 }), { requiredRight: 'edit', minEditCount: 0 }),
    ).toBeNull();
  });
});
