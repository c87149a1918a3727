/**
 * npm run fuzz: an API in this process is sent what nobody should send, frames and requests from the generated documents.
 *   --seed N     what is sent (1)
 *   --cases M    how much (100,000)
 */
import { parseArgs } from 'node:util';
import { DocumentedApi } from '../documented-api.js';
import { readOpenApi } from '../open-api.js';
import { runFuzz } from './run-fuzz.js';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, cases: { type: 'string', default: '100000' } },
});
const seed = Number(values.seed);
const cases = Number(values.cases);
if (!Number.isSafeInteger(seed) || !(cases >= 4)) throw new Error('--seed and --cases take whole numbers');

process.once('disconnect', () => process.exit(1)); // whoever started this is gone
const started = Date.now();
const api = await DocumentedApi.start(await readOpenApi());
const watch = await runFuzz(api, {
  seed,
  cases,
  tell: (line) => console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`),
});
const counts = [...watch.answers].sort(([, one], [, other]) => other - one);
console.log(counts.map(([kind, count]) => `${kind} ${count}`).join(', '));
for (const problem of watch.problems) console.log(`✗ ${problem}`);
await api.stop();
const seconds = ((Date.now() - started) / 1000).toFixed(0);
console.log(`fuzz seed ${seed}: ${watch.cases} cases in ${seconds} s, ${watch.problems.length} problems`);
process.exit(watch.problems.length === 0 ? 0 : 1);
