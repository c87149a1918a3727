import { describe, expect, it } from '@jest/globals';
import { runChaos } from './chaos/run-chaos.js';

/** Each kind of loss once; `npm run chaos` does the same with a thousand uploads and everything several times. */
describe('a short chaos run', () => {
  it('ends every upload once, whatever breaks', async () => {
    const told: string[] = [];
    const { problems, statuses, faults, events } = await runChaos({
      seed: 5,
      uploads: 60,
      minutes: 2.8,
      events: {
        'kill a worker': 1,
        'kill all workers in commits': 1,
        'kill all workers in edits': 1,
        'lose answers': 1,
        'kill an api': 1,
        'flush Redis': 1,
        'restart Redis': 1,
        'kill MariaDB': 1,
        'refuse the consumer': 1,
        'revoke a grant': 1,
      },
      apis: 2,
      workers: 2,
      keepsLogs: false,
      tell: (line) => told.push(line),
    });
    expect({ problems, told: problems.length > 0 ? told : [] }).toEqual({ problems: [], told: [] });
    expect(events).toBe(10);
    expect(faults.hit).toBeGreaterThan(10);
    expect(statuses.completed).toBeGreaterThan(30);
  });
});
