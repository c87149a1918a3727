import { describe, expect, it } from '@jest/globals';
import { planClients } from './plan-clients.js';

describe('the plan of clients', () => {
  it('gives everybody as many, the first of each for their batch, and the same for the same seed', () => {
    const plan = planClients({ clients: 2_000, users: 100, seed: 1 });
    for (let user = 0; user < 100; user += 1) {
      const own = plan.filter((client) => client.user === user);
      expect(own).toHaveLength(20);
      expect(own[0]?.role).toBe('batch');
    }
    expect(planClients({ clients: 2_000, users: 100, seed: 1 })).toEqual(plan);
    expect(planClients({ clients: 2_000, users: 100, seed: 2 })).not.toEqual(plan);
  });

  it('has clients of every kind, also among few', () => {
    const many = planClients({ clients: 2_000, users: 100, seed: 1 });
    expect(new Set(many.map(({ role }) => role)).size).toBe(4);
    const few = planClients({ clients: 20, users: 20, seed: 1 });
    expect(few.some(({ isSlow }) => isSlow) && few.some(({ isRude }) => isRude)).toBe(true);
  });
});
