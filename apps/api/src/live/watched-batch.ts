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

/** How far a subscriber knows of the batch. */
interface Told {
  /** That everything is finished. */
  complete: boolean;
  /** Uploads that changed while the subscriber was behind: their newest states are told when it has caught up. */
  readonly missed: Set<number>;
}

/**
 * The uploads of one batch, shared by everyone on this process who watches it. States may arrive in any order and
 * more than once, from the database and from publications alike: of one upload the highest version stays.
 */
export class WatchedBatch {
  private readonly states = new Map<number, UploadState>();
  private readonly changed = new Set<number>();
  private readonly subscribers = new Map<Subscriber, Told>();
  /** The whole state as it was sent last, for as long as it holds, and to whom: nobody gets one nonce twice. */
  private whole: { readonly frame: Buffer; readonly had: WeakSet<Subscriber> } | null = null;
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
      this.whole = null;
    }
    if (this.changed.size === 0 || this.timer !== undefined) return;
    const wait = this.lastFrameAt + FRAME_INTERVAL_MS - performance.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Sends the whole state to a new subscriber, and every change from now on. */
  join(subscriber: Subscriber): void {
    if (this.whole === null || this.whole.had.has(subscriber))
      this.whole = { frame: this.encode(this.states.keys()), had: new WeakSet() };
    this.whole.had.add(subscriber);
    subscriber.sendFrame(this.whole.frame);
    const told = { complete: this.isComplete(), missed: new Set<number>() };
    this.subscribers.set(subscriber, told);
    if (told.complete) subscriber.sendFrame(this.encodeCompletion());
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
    const changed = [...this.changed];
    this.changed.clear();
    if (this.subscribers.size > 0) {
      this.lastFrameAt = performance.now();
      this.broadcast(changed);
    }
    this.tellCompletion();
  }

  private tellCompletion(): void {
    const complete = this.isComplete();
    let frame: Buffer | undefined;
    for (const [subscriber, told] of this.subscribers) {
      if (told.missed.size > 0) continue;
      if (complete && !told.complete) subscriber.sendFrame((frame ??= this.encodeCompletion()));
      told.complete = complete;
    }
  }

  private encodeCompletion(): Buffer {
    return Buffer.from(buildServerFrame({ type: 'UPLOADS_COMPLETE', data: this.batchid }));
  }

  private encode(ids: Iterable<number>): Buffer {
    const data = [...ids].flatMap((id) => this.states.get(id) ?? []).map(toUpdateItem);
    return Buffer.from(buildServerFrame({ type: 'UPLOADS_UPDATE', data }));
  }

  private broadcast(changed: readonly number[]): void {
    const frame = this.encode(changed);
    for (const [subscriber, { missed }] of this.subscribers) {
      if (!subscriber.isBehind && missed.size === 0) {
        subscriber.sendFrame(frame);
        continue;
      }
      for (const id of changed) missed.add(id);
      subscriber.whenCaughtUp(`batch ${this.batchid}`, () => this.catchUp(subscriber));
    }
  }

  private catchUp(subscriber: Subscriber): void {
    const told = this.subscribers.get(subscriber);
    if (told === undefined || told.missed.size === 0) return;
    subscriber.sendFrame(this.encode(told.missed));
    told.missed.clear();
    this.tellCompletion();
  }
}
