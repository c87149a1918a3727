/**
 * npm run chaos: a thousand uploads of several people while all that can break breaks.
 *   --seed N       which faults, victims and moments (1)
 *   --uploads M    how many, at most 1,000
 *   --minutes K    when it has to be over (9)
 *   --rolling      instead of all that: every process is replaced as a rolling deploy does it, and nothing may change but time
 */
import { parseArgs } from 'node:util';
import { runRolling } from '../rolling-restart/run-rolling.js';
import { ALL_EVENTS } from './events.js';
import { renderResult } from './render-result.js';
import { runChaos } from './run-chaos.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    uploads: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '9' },
    rolling: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const uploads = Number(values.uploads);
const minutes = Number(values.minutes);
if (!Number.isSafeInteger(seed) || !(uploads >= 40 && uploads <= 1_000) || !(minutes >= 2))
  throw new Error('--seed takes a whole number, --uploads 40 to 1000, --minutes 2 or more');

process.once('disconnect', () => process.exit(1)); // whoever started this is gone; what this started follows
const started = Date.now();
const tell = (line: string): void =>
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

async function rollingRestart(): Promise<boolean> {
  const { problems, quiet, rolling } = await runRolling({
    uploads,
    apis: 2,
    workers: 3,
    minutes,
    isPatient: uploads < 300,
    tell,
  });
  for (const problem of problems) console.log(problem);
  const longest = Math.max(...rolling.replacements.map(({ milliseconds }) => milliseconds));
  console.log(
    `${rolling.replacements.length} processes replaced, the slowest end took ${(longest / 1000).toFixed(1)} s; ` +
      `${rolling.reconnects} sockets came back, ${rolling.answers} requests answered`,
  );
  console.log(
    `rolling restart: ${uploads} uploads in ${rolling.seconds.toFixed(1)} s (${quiet.seconds.toFixed(1)} s undisturbed), ` +
      `${problems.length} differences — ${problems.length === 0 ? 'ok' : 'FAILED'}`,
  );
  return problems.length === 0;
}

async function chaos(): Promise<boolean> {
  const result = await runChaos({
    seed,
    uploads,
    minutes,
    events: ALL_EVENTS,
    apis: 2,
    workers: 3,
    keepsLogs: true,
    tell,
  });
  for (const line of renderResult(seed, uploads, result)) console.log(line);
  return result.problems.length === 0;
}

try {
  const isGood = await (values.rolling ? rollingRestart() : chaos());
  process.exit(isGood ? 0 : 1);
} catch (error) {
  console.error(error);
  console.log(`${values.rolling ? 'rolling restart' : `chaos seed ${seed}`}: the run itself failed — FAILED`);
  process.exit(1);
}
