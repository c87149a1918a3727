import type { Cache } from '#app/protocol';

/** A cache of this process alone. */
export class MemoryCache implements Cache {
  private readonly entries = new Map<string, string>();

  find(key: string): Promise<string | null> {
    return Promise.resolve(this.entries.get(key) ?? null);
  }

  keep(key: string, value: string): Promise<void> {
    this.entries.set(key, value);
    return Promise.resolve();
  }
}
