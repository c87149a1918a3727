/**
 * npm run chaos: a thousand uploads of several people while all that can break breaks.
 *   --seed N       which faults, victims and moments (1)
 *   --uploads M    how many, at most 1,000
 *   --minutes K    when it has to be over (9)
 */
import { parseArgs } from 'node:util';
import { ALL_EVENTS } from './events.js';
import { renderResult } from './render-result.js';
import { runChaos } from './run-chaos.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    uploads: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '9' },
  },
});
const seed = Number(values.seed);
const uploads = Number(values.uploads);
const minutes = Number(values.minutes);
if (!Number.isSafeInteger(seed) || !(uploads >= 40 && uploads <= 1_000) || !(minutes >= 2))
  throw new Error('--seed takes a whole number, --uploads 40 to 1000, --minutes 2 or more');

process.once('disconnect', () => process.exit(1)); // whoever started this is gone; what this started follows
const started = Date.now();
try {
  const result = await runChaos({
    seed,
    uploads,
    minutes,
    events: ALL_EVENTS,
    apis: 2,
    workers: 3,
    keepsLogs: true,
    tell: (line) => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`),
  });
  for (const line of renderResult(seed, uploads, result)) console.log(line);
  process.exit(result.problems.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error);
  console.log(`chaos seed ${seed}: the run itself failed — FAILED`);
  process.exit(1);
}
