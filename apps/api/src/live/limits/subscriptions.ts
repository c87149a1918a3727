import { DomainError } from '#app/protocol';

/** How many of something may be held at once. */
export class Allowance {
  private held = 0;

  constructor(private readonly most: number) {}

  tryTake(): boolean {
    if (this.held >= this.most) return false;
    this.held += 1;
    return true;
  }

  giveBack(): void {
    this.held -= 1;
  }

  get isUnused(): boolean {
    return this.held === 0;
  }
}

/** What a connection watches, each topic once. */
export class Subscriptions {
  private readonly topics = new Set<string>();
  private hasEnded = false;

  /** @param ofUser what all connections of the person may watch together */
  constructor(
    private readonly most = Infinity,
    private readonly ofUser: Pick<Allowance, 'tryTake' | 'giveBack'> = new Allowance(Infinity),
  ) {}

  /**
   * To be called before anything is kept for the topic. Claiming again what is claimed already changes nothing.
   * @throws DomainError RATE_LIMITED, STATE_CONFLICT when the connection closed while what it asked for was looked up
   */
  claim(topic: string): void {
    if (this.hasEnded) throw new DomainError('STATE_CONFLICT', 'The connection has closed.');
    if (this.topics.has(topic)) return;
    if (this.topics.size >= this.most || !this.ofUser.tryTake()) {
      throw new DomainError(
        'RATE_LIMITED',
        'You are watching as much as one person may. Please close other pages.',
      );
    }
    this.topics.add(topic);
  }

  get size(): number {
    return this.topics.size;
  }

  release(topic: string): void {
    if (this.topics.delete(topic)) this.ofUser.giveBack();
  }

  /** The connection is gone. */
  releaseAll(): void {
    this.hasEnded = true;
    for (const topic of [...this.topics]) this.release(topic);
  }
}
