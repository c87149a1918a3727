/** npm run load: see options.ts for its words. Every figure stands beside its reference; the exit status is 1 when one is missed. */
import { availableParallelism, loadavg } from 'node:os';
import { isGood, renderFigure } from '../../bench/figure.js';
import { countedFigures, describeEnds, describeGrowth, measuredFigures } from './figures.js';
import { type LoadOptions, readOptions } from './options.js';
import { runLoad } from './run-load.js';

async function load(options: LoadOptions): Promise<number> {
  const { clients, users, minutes, seed } = options;
  const [before = 0] = loadavg();
  console.log(
    `${clients} clients of ${users} people, an hour in ${minutes} minutes, seed ${seed}; ` +
      `Node ${process.versions.node} on ${availableParallelism()} cores, the machine's load before it: ${before.toFixed(1)}`,
  );
  const started = Date.now();
  const facts = await runLoad(options, (line) =>
    console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`),
  );
  console.log();
  const figures = [...measuredFigures(facts, options), ...countedFigures(facts)];
  for (const figure of figures) console.log(renderFigure(figure));
  for (const problem of facts.problems) console.log(`✗ ${problem}`);
  for (const { report } of [facts.broadcast, ...facts.hour])
    for (const error of report.errors.slice(0, 3)) console.log(`✗ ERROR: ${error}`);
  for (const line of describeEnds(facts)) console.log(`  ${line}`);
  for (const line of describeGrowth(facts)) console.log(`  more than at the start: ${line}`);
  const missed = figures.filter((figure) => !isGood(figure)).length + facts.problems.length;
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `load seed ${seed}: ${clients} clients in ${seconds} s — ${missed === 0 ? 'ok' : `${missed} MISSED`}`,
  );
  return missed === 0 ? 0 : 1;
}

process.once('disconnect', () => process.exit(1)); // whoever started this is gone; what this started follows
try {
  process.exit(await load(readOptions(process.argv.slice(2))));
} catch (error) {
  console.error(error);
  process.exit(1);
}
