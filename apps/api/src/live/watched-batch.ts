import { buildServerFrame, isTerminal, type UploadState, type UploadUpdateItemDto } from '#app/protocol';
import type { Subscriber } from './subscriber.js';

/** At most 20 frames a second. */
const FRAME_INTERVAL_MS = 50;

/** As clients receive it: without the version. */
const toUpdateItem = ({
  id,
  batchid,
  status,
  key,
  handler,
  error,
  success,
}: UploadState): UploadUpdateItemDto => ({
  id,
  batchid,
  status,
  key,
  handler,
  ...(error && { error }),
  ...(success !== undefined && { success }),
});

/**
 * The uploads of one batch, shared by everyone on this process who watches it. States may arrive in any order and
 * more than once, from the database and from publications alike: of one upload the highest version stays.
 */
export class WatchedBatch {
  private readonly states = new Map<number, UploadState>();
  private readonly changed = new Set<number>();
  /** With whether each has been told that everything is finished. */
  private readonly subscribers = new Map<Subscriber, { toldComplete: boolean }>();
  private open = 0;
  private lastFrameAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;

  constructor(readonly batchid: number) {}

  /** Takes in states; subscribers learn of the first change at once and of further ones at most 20 times a second. */
  apply(states: readonly UploadState[]): void {
    for (const state of states) {
      const known = this.states.get(state.id);
      if (known !== undefined && known.version >= state.version) continue;
      if (known !== undefined && !isTerminal(known.status)) this.open -= 1;
      if (!isTerminal(state.status)) this.open += 1;
      this.states.set(state.id, state);
      this.changed.add(state.id);
    }
    if (this.changed.size === 0 || this.timer !== undefined) return;
    const wait = this.lastFrameAt + FRAME_INTERVAL_MS - performance.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Sends the whole state to a new subscriber, and every change from now on. */
  join(subscriber: Subscriber): void {
    subscriber.sendFrame(
      buildServerFrame({ type: 'UPLOADS_UPDATE', data: [...this.states.values()].map(toUpdateItem) }),
    );
    this.subscribers.set(subscriber, { toldComplete: false });
    this.tellCompletion();
  }

  leave(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.subscribers.clear();
  }

  private isComplete(): boolean {
    return this.states.size > 0 && this.open === 0;
  }

  private flush(): void {
    this.timer = undefined;
    const data = [...this.changed].flatMap((id) => this.states.get(id) ?? []).map(toUpdateItem);
    this.changed.clear();
    if (this.subscribers.size > 0) {
      this.lastFrameAt = performance.now();
      this.broadcast(buildServerFrame({ type: 'UPLOADS_UPDATE', data }));
    }
    this.tellCompletion();
  }

  private tellCompletion(): void {
    const complete = this.isComplete();
    for (const [subscriber, told] of this.subscribers) {
      if (complete && !told.toldComplete) {
        subscriber.sendFrame(buildServerFrame({ type: 'UPLOADS_COMPLETE', data: this.batchid }));
      }
      told.toldComplete = complete;
    }
  }

  private broadcast(frame: string): void {
    const encoded = Buffer.from(frame);
    for (const subscriber of this.subscribers.keys()) subscriber.sendFrame(encoded);
  }
}
