import { describe, expect, it } from '@jest/globals';
import { findIneligibility } from './find-ineligibility.js';
import type { PickedRun } from './schedule.js';

const run: PickedRun = {
  id: 1,
  scheduleId: 1,
  userid: '7',
  kind: 'watch-collection',
  params: {},
  username: 'Alice',
  accessToken: 'k1.sealed',
  isPaused: false,
};

describe('findIneligibility', () => {
  it.each<[Partial<PickedRun>, RegExp | null]>([
    [{}, null],
    [{ accessToken: null }, /sign in again/],
    [{ isPaused: true }, /paused/],
    [{ kind: 'import-category' }, null],
    [{ kind: 'clean-cache' }, /administrators/],
    [{ kind: 'refresh-wanted-categories' }, /administrators/],
    [{ kind: 'refresh-wanted-categories', username: 'Ada' }, null],
    [{ kind: 'clean-cache', username: 'ada' }, /administrators/],
  ])('%j', (members, reason) => {
    const found = findIneligibility({ ...run, ...members }, ['Ada']);
    if (reason === null) expect(found).toBeNull();
    else expect(found).toMatch(reason);
  });
});
