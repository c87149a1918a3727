import { describe, expect, it } from '@jest/globals';
import { runRolling } from './rolling-restart/run-rolling.js';

/** `npm run chaos -- --rolling` does the same with a thousand uploads. */
describe('a rolling restart of every process', () => {
  it('changes nothing but time', async () => {
    const told: string[] = [];
    const { problems, rolling } = await runRolling({
      uploads: 48,
      apis: 2,
      workers: 2,
      minutes: 4,
      isPatient: true,
      tell: (line) => told.push(line),
    });
    expect({ problems, told: problems.length > 0 ? told : [] }).toEqual({ problems: [], told: [] });
    expect(rolling.reconnects).toBeGreaterThan(0);
    expect(rolling.answers).toBeGreaterThan(100);
  }, 540_000);
});
