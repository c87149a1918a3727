import { buildServerFrame, type UploadProgress } from '#app/protocol';
import type { Subscriber } from './subscriber.js';

/** No upload is told of more than four times a second, also where frames arrive a little closer than they were sent. */
const FRAME_INTERVAL_MS = 275;

const isSame = (a: UploadProgress | undefined, b: UploadProgress): boolean =>
  a?.received === b.received && a.sent === b.sent && a.size === b.size;

/** As clients receive it. */
const toItem = ({ id, received, sent, size }: UploadProgress): UploadProgress => ({
  id,
  received,
  sent,
  ...(size !== undefined && { size }),
});

/**
 * The files of one batch on their way, shared by everyone on this process who watches them. Of one upload only the
 * latest counts, and that always arrives.
 */
export class WatchedProgress {
  /** With the uploads that went on while each was behind. */
  private readonly subscribers = new Map<Subscriber, Set<number>>();
  private readonly waiting = new Map<number, UploadProgress>();
  private readonly told = new Map<number, UploadProgress>();
  private lastFrameAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;

  apply(uploads: readonly UploadProgress[]): void {
    for (const upload of uploads) {
      if (isSame(this.told.get(upload.id), upload)) this.waiting.delete(upload.id);
      else this.waiting.set(upload.id, toItem(upload));
    }
    if (this.waiting.size === 0 || this.timer !== undefined) return;
    const wait = this.lastFrameAt + FRAME_INTERVAL_MS - performance.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  join(subscriber: Subscriber): void {
    this.subscribers.set(subscriber, new Set());
  }

  leave(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.subscribers.clear();
  }

  private flush(): void {
    this.timer = undefined;
    if (this.waiting.size === 0) return;
    this.lastFrameAt = performance.now();
    const data = [...this.waiting.values()];
    this.waiting.clear();
    for (const upload of data) this.told.set(upload.id, upload);
    const frame = Buffer.from(buildServerFrame({ type: 'UPLOAD_PROGRESS', data }));
    for (const [subscriber, missed] of this.subscribers) {
      if (!subscriber.isBehind && missed.size === 0) {
        subscriber.sendFrame(frame);
        continue;
      }
      for (const { id } of data) missed.add(id);
      subscriber.whenCaughtUp('progress', () => this.catchUp(subscriber));
    }
  }

  private catchUp(subscriber: Subscriber): void {
    const missed = this.subscribers.get(subscriber);
    if (missed === undefined || missed.size === 0) return;
    const data = [...missed].flatMap((id) => this.told.get(id) ?? []);
    missed.clear();
    subscriber.sendFrame(buildServerFrame({ type: 'UPLOAD_PROGRESS', data }));
  }
}
