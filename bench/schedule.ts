/** At most so many hits in so many seconds. */
export interface Window {
  hits: number;
  seconds: number;
}

export interface ScheduleRequest {
  windows: readonly Window[];
  /** For each hit the second at which it could be made if there were no windows; ascending. */
  readyAt: readonly number[];
  /** Seconds at which others make hits that count in the same windows; ascending. */
  others?: readonly number[];
}

/** Seconds at which the hits can be made at the earliest: each as soon as it is ready and every window has room. */
export function earliestSchedule({ windows, readyAt, others = [] }: ScheduleRequest): number[] {
  const own: number[] = [];
  for (const ready of readyAt)
    own.push(earliestAfter(Math.max(ready, own.at(-1) ?? 0), own, others, windows));
  return own;
}

function earliestAfter(
  ready: number,
  own: readonly number[],
  others: readonly number[],
  windows: readonly Window[],
): number {
  for (let at = ready; ;) {
    const taken = [...own, ...others.filter((other) => other <= at)].sort((a, b) => a - b);
    const freeAt = Math.max(
      at,
      ...windows.map(({ hits, seconds }) => (taken.at(-hits) ?? -Infinity) + seconds),
    );
    if (freeAt <= at) return at;
    at = freeAt;
  }
}

/** Seconds until the last of `count` hits is made when they are spread evenly, `factor` times the mean interval of the window apart. */
export const evenSpread = (count: number, { hits, seconds }: Window, factor: number): number =>
  ((count - 1) * factor * seconds) / hits;
