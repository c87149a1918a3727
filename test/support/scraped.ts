import { expect } from '@jest/globals';

const SERIES = /^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)$/;
const KIND = /^# TYPE (\S+) \S+$/;

/** The figures of one scrape. */
export class Scraped {
  private constructor(
    /** By series as it is written: name and labels. */
    readonly values: ReadonlyMap<string, number>,
    /** Of metrics, also of those that have no series yet. */
    readonly names: ReadonlySet<string>,
  ) {}

  /** @param url of the process @throws Error when it is not answered with 200 */
  static async from(url: string, token?: string): Promise<Scraped> {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/metrics`, { headers });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${url}/metrics answered ${answer.status}: ${text}`);
    const values = new Map<string, number>();
    const names = new Set<string>();
    for (const line of text.split('\n')) {
      const name = KIND.exec(line)?.[1];
      if (name !== undefined) names.add(name);
      const [, series, value] = SERIES.exec(line) ?? [];
      if (series !== undefined) values.set(series, Number(value));
    }
    return new Scraped(values, names);
  }

  /** Of one series; 0 where there is none. */
  valueOf(series: string): number {
    return this.values.get(series) ?? 0;
  }

  /** The series of a metric that are not what they were. */
  since(before: Scraped, name: string): Record<string, number> {
    const changed: Record<string, number> = {};
    for (const [series, value] of this.values) {
      const difference = value - before.valueOf(series);
      if (series.startsWith(`${name}{`) && difference !== 0) changed[series.slice(name.length)] = difference;
    }
    return changed;
  }

  /** The sums of a metric over all series, by what one of their labels says. */
  sums(name: string, label: string, only = ''): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const [series, value] of this.values) {
      const key = new RegExp(`[{,]${label}="([^"]*)"`).exec(series)?.[1];
      if (!series.startsWith(`${name}{`) || !series.includes(only)) continue;
      expect(key).toBeDefined();
      sums[key ?? ''] = (sums[key ?? ''] ?? 0) + value;
    }
    return sums;
  }
}
