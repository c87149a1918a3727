/** A subscriber that reads as fast as a test wants. */
export class Reader {
  isBehind = false;
  private readonly postponed = new Map<string, () => void>();

  whenCaughtUp(topic: string, tell: () => void): void {
    this.postponed.set(topic, tell);
    if (!this.isBehind) this.catchUp();
  }

  catchUp(): void {
    this.isBehind = false;
    const calls = [...this.postponed.values()];
    this.postponed.clear();
    for (const call of calls) call();
  }
}
