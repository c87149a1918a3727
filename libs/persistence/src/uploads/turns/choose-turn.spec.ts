import { describe, expect, it } from '@jest/globals';
import { orderTurns, type WaitingGroup } from './choose-turn.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

let batches = 0;
const aGroup = (userid: string, members: Partial<WaitingGroup> = {}): WaitingGroup => {
  batches += 1;
  return { userid, batchid: batches, staged: false, earliest: NOW, servedAt: null, ...members };
};

const orderOf = (groups: readonly WaitingGroup[], running: Record<string, number> = {}): string[] =>
  orderTurns(groups, new Map(Object.entries(running)), NOW).map(({ userid }) => userid);

describe('orderTurns', () => {
  it('puts what may be committed before what may only be prepared, however much runs', () => {
    const groups = [aGroup('ahead', { earliest: later(1) }), aGroup('due')];
    expect(orderOf(groups, { due: 9 })).toEqual(['due', 'ahead']);
  });

  it('takes what is prepared for due as soon as its moment has come, not before', () => {
    const groups = [
      aGroup('early', { staged: true, earliest: later(0.001) }),
      aGroup('due', { staged: true, earliest: NOW }),
    ];
    expect(orderOf(groups)).toEqual(['due']);
  });

  it('prefers whoever has the fewest uploads running, then whoever was served longest ago', () => {
    const groups = [
      aGroup('busy', { servedAt: later(-900) }),
      aGroup('recent', { servedAt: later(-1) }),
      aGroup('patient', { servedAt: later(-60) }),
      aGroup('new'),
    ];
    expect(orderOf(groups, { busy: 1 })).toEqual(['new', 'patient', 'recent', 'busy']);
    expect(orderOf(groups, { new: 2, patient: 3, recent: 4 })).toEqual(['busy', 'new', 'patient', 'recent']);
  });

  it('serves of one person what has been due longest, whether or not it is prepared', () => {
    const groups = [
      aGroup('a', { earliest: later(-1) }),
      aGroup('a', { earliest: later(-3), staged: true }),
      aGroup('a', { earliest: later(-2) }),
    ];
    const batchids = orderTurns(groups, new Map(), NOW).map(({ batchid }) => batchid);
    expect(batchids).toEqual([groups[1]?.batchid, groups[2]?.batchid, groups[0]?.batchid]);
  });
});
