/** npm run bench: every figure beside its reference. Words on the command line choose cases by their names. */
import { availableParallelism, loadavg } from 'node:os';
import { type BenchCase, isGood, renderFigure } from './figure.js';
import { cpu } from './cpu.js';
import { exports } from './exports.js';
import { lists } from './lists.js';
import { imports } from './imports.js';
import { liveUpdates } from './live-updates.js';
import { makespan } from './makespan.js';
import { memory } from './memory.js';
import { queries } from './queries.js';
import { slices } from './slices.js';
import { throughput } from './throughput.js';
import { uploadBatch } from './upload-batch.js';
import { wantedCategories } from './wanted-categories.js';
import { workers } from './workers.js';

const CASES: readonly BenchCase[] = [
  uploadBatch,
  throughput,
  memory,
  cpu,
  makespan,
  slices,
  liveUpdates,
  workers,
  queries,
  lists,
  wantedCategories,
  imports,
  exports,
];

async function bench(words: readonly string[]): Promise<number> {
  const chosen = words.length === 0 ? CASES : CASES.filter(({ name }) => words.includes(name));
  if (chosen.length === 0)
    throw new Error(`No case has this name: there are ${CASES.map(({ name }) => name).join(', ')}`);
  console.log(
    `Node ${process.versions.node} on ${availableParallelism()} cores; MariaDB and Redis on this machine.`,
  );
  let missed = 0;
  for (const chosenCase of chosen) {
    console.log(`\n── ${chosenCase.name} ──`);
    const [load = 0] = loadavg();
    const started = performance.now();
    for (const figure of await chosenCase.run()) {
      console.log(renderFigure(figure));
      if (!isGood(figure)) missed += 1;
    }
    const seconds = (performance.now() - started) / 1000;
    console.log(`(took ${seconds.toFixed(0)} s; the machine's load before it: ${load.toFixed(1)})`);
  }
  console.log(missed === 0 ? '\nEvery figure is within its reference.' : `\n${missed} missed.`);
  return missed === 0 ? 0 : 1;
}

process.exitCode = await bench(process.argv.slice(2));
if (process.connected) process.disconnect();
