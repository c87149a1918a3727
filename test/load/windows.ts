import type { HostReport } from './host-commands.js';
import type { Stamps } from './stamps.js';

/** From one moment of the monotonic clock to another, milliseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Latencies {
  /** Of changes that were published while no storm was going on, milliseconds. */
  readonly calm: readonly number[];
  /** Of those published during one, to clients that were connected again. */
  readonly stormy: readonly number[];
  /** Arrivals of changes that are not told apart, or that nobody published. */
  readonly unmatched: number;
}

/** From the publication of each change to its arrival at each client. */
export function measureLatencies(
  arrivals: HostReport['arrivals'],
  { at }: Stamps,
  storms: readonly Window[],
): Latencies {
  const calm: number[] = [];
  const stormy: number[] = [];
  let unmatched = 0;
  for (const [key, moments] of arrivals) {
    const published = at.get(key);
    if (published === undefined) {
      unmatched += moments.length;
      continue;
    }
    const kind = storms.some(({ from, to }) => published >= from && published <= to) ? stormy : calm;
    for (const moment of moments) kind.push(moment - published);
  }
  return { calm, stormy, unmatched };
}
