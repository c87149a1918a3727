import { describe, expect, it } from '@jest/globals';
import { isGood } from '../bench/figure.js';
import { countedFigures, describeGrowth } from './load/figures.js';
import { readOptions } from './load/options.js';
import { runLoad } from './load/run-load.js';

/** `npm run load` does the same with two thousand clients and holds times and memory against references. */
describe('a short load run', () => {
  it('loses no final state, answers everything, and leaves nothing open', async () => {
    const told: string[] = [];
    const options = readOptions(['--clients', '200', '--users', '10', '--minutes', '0.3', '--seed', '3']);
    const facts = await runLoad(options, (line) => told.push(line));
    const missed = countedFigures(facts).filter((figure) => !isGood(figure));
    const isGoodRun = missed.length === 0 && facts.problems.length === 0;
    expect({
      missed,
      problems: facts.problems,
      told: isGoodRun ? [] : [...told, ...describeGrowth(facts)],
    }).toEqual({
      missed: [],
      problems: [],
      told: [],
    });
    expect(facts.storms.map(({ what }) => what)).toEqual(['all clients cut at once', 'an API killed']);
    expect(facts.hour.map(({ result }) => result.statuses)).toEqual([{ completed: 20 }]);
    expect(facts.hour[0]?.report.rudeFrames).toBeGreaterThan(10);
  });
});
