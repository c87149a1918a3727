import { describe, expect, it } from '@jest/globals';
import { orderPeople } from './order-people.js';

const at = (seconds: number): Date => new Date(seconds * 1_000);
const waiting = [
  { id: 1, userid: 'busy', dueAt: at(1) },
  { id: 2, userid: 'served', dueAt: at(2) },
  { id: 3, userid: 'new', dueAt: at(3) },
  { id: 4, userid: 'newer', dueAt: at(4) },
];

describe('orderPeople', () => {
  it('prefers who has fewer running, then who was served longer ago, then who has waited longer', () => {
    const services = new Map([
      ['busy', { running: 1, servedAt: at(0) }],
      ['served', { running: 0, servedAt: at(9) }],
    ]);
    expect(orderPeople(waiting, services).map(({ userid }) => userid)).toEqual([
      'new',
      'newer',
      'served',
      'busy',
    ]);
  });

  it('leaves its input as it is', () => {
    const before = structuredClone(waiting);
    orderPeople(waiting, new Map([['busy', { running: 3, servedAt: null }]]));
    expect(waiting).toEqual(before);
  });
});
