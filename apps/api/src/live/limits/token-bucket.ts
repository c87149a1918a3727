export interface BucketSize {
  /** Tokens that come back a second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

/** What may be done often for a moment and less often for long. Starts full. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    private readonly size: BucketSize,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tokens = size.burst;
    this.filledAt = now();
  }

  /** Takes tokens, also those that are still to come. @returns milliseconds until they are there */
  take(count: number): number {
    this.fill();
    this.tokens -= Math.min(count, this.size.burst);
    return this.tokens >= 0 ? 0 : (-this.tokens / this.size.perSecond) * 1_000;
  }

  /** Takes a token if there is one. */
  tryTake(): boolean {
    this.fill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Nothing would change if it were thrown away and made anew. */
  get isFull(): boolean {
    this.fill();
    return this.tokens >= this.size.burst;
  }

  private fill(): void {
    const now = this.now();
    const come = ((now - this.filledAt) / 1_000) * this.size.perSecond;
    this.tokens = Math.min(this.size.burst, this.tokens + come);
    this.filledAt = now;
  }
}
