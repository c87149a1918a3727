import type { Cache } from '#app/protocol';
import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { CostlyCounts } from './costly-counts.js';

class MapCache implements Cache {
  readonly kept = new Map<string, { value: string; seconds: number }>();

  find(key: string): Promise<string | null> {
    return Promise.resolve(this.kept.get(key)?.value ?? null);
  }

  keep(key: string, value: string, seconds: number): Promise<void> {
    this.kept.set(key, { value, seconds });
    return Promise.resolve();
  }
}

describe('CostlyCounts', () => {
  it('counts anew what is counted quickly', async () => {
    const counts = new CostlyCounts(new MapCache());
    let rows = 3;
    const count = (): Promise<number> => Promise.resolve(rows++);
    expect([await counts.find('a', count), await counts.find('a', count)]).toEqual([3, 4]);
  });

  it('tells again for a while what took long, by its name', async () => {
    const cache = new MapCache();
    const counts = new CostlyCounts(cache);
    let rows = 3;
    const slowly = async (): Promise<number> => {
      await delay(30);
      return rows++;
    };
    expect([await counts.find('a', slowly), await counts.find('a', slowly)]).toEqual([3, 3]);
    expect(await counts.find('b', slowly)).toBe(4);
    for (const { seconds } of cache.kept.values()) {
      expect(seconds).toBeGreaterThan(2);
      expect(seconds).toBeLessThanOrEqual(60);
    }
  });
});
