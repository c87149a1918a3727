import { aborted, type CuratorError } from './curator-error.js';

/** Puts what came into what waits already to be taken; undefined: nothing waits. */
export type Merge<Waiting, Came> = (waiting: Waiting | undefined, came: Came) => Waiting | undefined;

/**
 * What a subscription tells, for one reader. It may read as slowly as it likes: what comes meanwhile is merged into one
 * value, so that memory does not grow with the number of changes.
 */
export class Feed<Waiting, Came> implements AsyncIterableIterator<Waiting, void> {
  private waiting: Waiting | undefined;
  private end: { readonly error: CuratorError | null } | undefined;
  private wake: () => void = () => undefined;
  private isReading = false;

  /** @param onEnd is told once, when the reader or the sender has ended it */
  constructor(
    private readonly merge: Merge<Waiting, Came>,
    private readonly onEnd: () => void,
    private readonly signal?: AbortSignal,
  ) {
    if (signal?.aborted) this.fail(aborted(signal));
    signal?.addEventListener('abort', this.abort, { once: true });
  }

  get isEnded(): boolean {
    return this.end !== undefined;
  }

  push(came: Came): void {
    if (this.isEnded) return;
    this.waiting = this.merge(this.waiting, came);
    this.wake();
  }

  /** What waits is still read. */
  complete(): void {
    this.finish(null);
  }

  /** What waits is still read, then the reader gets the error. */
  fail(error: CuratorError): void {
    this.finish(error);
  }

  /** @throws CuratorError */
  async next(): Promise<IteratorResult<Waiting, void>> {
    if (this.isReading) throw new TypeError('A subscription has one reader: wait for the value before.');
    this.isReading = true;
    try {
      while (this.waiting === undefined && this.end === undefined) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    } finally {
      this.isReading = false;
    }
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting !== undefined) return { done: false, value: waiting };
    const error = this.end?.error ?? null;
    this.end = { error: null };
    if (error !== null) throw error;
    return { done: true, value: undefined };
  }

  /** The reader has had enough. */
  async return(): Promise<IteratorResult<Waiting, void>> {
    this.waiting = undefined;
    this.finish(null);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private readonly abort = (): void => {
    this.waiting = undefined;
    this.fail(aborted(this.signal));
  };

  private finish(error: CuratorError | null): void {
    if (this.isEnded) return;
    this.end = { error };
    this.signal?.removeEventListener('abort', this.abort);
    this.wake();
    this.onEnd();
  }
}
