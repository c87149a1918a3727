import type { Cache } from '#app/protocol';

const CHEAP_MS = 20;
/** A count is kept for as many times as long as it took: at most a hundredth of the time goes into counting. */
const KEPT_FACTOR = 100;
const LONGEST_MS = 60_000;

/** Counts of many rows, which InnoDB makes by reading each: what took long is told again for a while. */
export class CostlyCounts {
  constructor(private readonly cache: Cache) {}

  /** @param what names the count @param count counts the rows */
  async find(what: string, count: () => Promise<number>): Promise<number> {
    const key = `count:${what}`;
    const known = await this.cache.find(key);
    if (known !== null) return Number(known);
    const startedAt = performance.now();
    const counted = await count();
    const tookMs = performance.now() - startedAt;
    if (tookMs >= CHEAP_MS) {
      const keptMs = Math.min(LONGEST_MS, tookMs * KEPT_FACTOR);
      await this.cache.keep(key, String(counted), keptMs / 1_000);
    }
    return counted;
  }
}
