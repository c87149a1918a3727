/** Runs what is due in the order of its moments. For specs. */
export class Agenda {
  private readonly entries: { at: number; order: number; run: (now: number) => Promise<void> }[] = [];
  private order = 0;

  add(at: number, run: (now: number) => Promise<void>): void {
    this.entries.push({ at, order: (this.order += 1), run });
  }

  async runAll(): Promise<void> {
    for (let steps = 0; this.entries.length > 0; steps += 1) {
      if (steps > 20_000) throw new Error('It goes on for ever');
      this.entries.sort((a, b) => b.at - a.at || b.order - a.order);
      const entry = this.entries.pop();
      await entry?.run(entry.at);
    }
  }
}
