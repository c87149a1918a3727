import type { Cache } from '#app/protocol';

/** A cache of this process alone. */
export class MemoryCache implements Cache {
  /** Seconds for which each entry was to be kept. */
  readonly lifetimes = new Map<string, number>();
  private readonly entries = new Map<string, string>();

  find(key: string): Promise<string | null> {
    return Promise.resolve(this.entries.get(key) ?? null);
  }

  keep(key: string, value: string, ttlSeconds: number): Promise<void> {
    this.lifetimes.set(key, ttlSeconds);
    this.entries.set(key, value);
    return Promise.resolve();
  }
}
