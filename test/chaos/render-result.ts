import type { ChaosResult } from './run-chaos.js';
import { countOf } from './verify.js';

const LONGEST = 600;

/** What is to be said of a run; the last line says how it ended. */
export function renderResult(seed: number, uploads: number, result: ChaosResult): string[] {
  const { problems, statuses, faults, seconds, rateLimited, mostAtOnce, events, endedThemselves } = result;
  const percent = ((100 * faults.hit) / Math.max(1, faults.all)).toFixed(1);
  const ends = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
  const count = (kind: Parameters<typeof countOf>[1]): string => `${countOf(problems, kind)} ${kind}`;
  return [
    ...problems.map(({ kind, text }) => `${kind}: ${text.slice(0, LONGEST)}`),
    `${ends.join(', ')}; ${faults.hit} of ${faults.all} answers were faults (${percent} %), ${events} other events`,
    `at most ${mostAtOnce} requests of one person at once, ${rateLimited} times over a rate limit, ` +
      `${endedThemselves} processes ended by themselves`,
    `chaos seed ${seed}: ${uploads} uploads, ${count('lost')}, ${count('doubled')}, ${count('stuck')}, ` +
      `${count('wrong')} in ${seconds} s — ${problems.length === 0 ? 'ok' : 'FAILED'}`,
  ];
}
