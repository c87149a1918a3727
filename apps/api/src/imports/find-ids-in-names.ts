/** Shorter numbers are years, house numbers and what cameras count. */
const NUMBERS = /\d{8,}/g;
const ONLY_DIGITS = /^\d{8,}$/;

/** Which names have the id of an image in them, as a number of its own. */
export class IdsInNames {
  private readonly found = new Map<string, string[]>();
  private readonly wanted: ReadonlySet<string>;

  /** @param ids those that are no numbers, or short ones, are not looked for */
  constructor(ids: readonly string[]) {
    this.wanted = new Set(ids.filter((id) => ONLY_DIGITS.test(id)));
  }

  get isEmpty(): boolean {
    return this.wanted.size === 0;
  }

  read(name: string): void {
    for (const [id] of name.matchAll(NUMBERS)) {
      if (!this.wanted.has(id)) continue;
      const names = this.found.get(id) ?? [];
      if (!names.includes(name)) this.found.set(id, [...names, name]);
    }
  }

  /** Names by id. */
  get results(): ReadonlyMap<string, readonly string[]> {
    return this.found;
  }
}
