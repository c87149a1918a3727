import type { UploadProgress } from '#app/protocol';

/** At most four publications a second. */
const INTERVAL_MS = 250;

/** How far one file has come, told as it changes, but not more often than people can read. */
export class ProgressReport {
  private readonly progress: UploadProgress;
  private lastTold = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    id: number,
    private readonly tell: (progress: UploadProgress) => void,
  ) {
    this.progress = { id, received: 0, sent: 0 };
  }

  /** @param size bytes of the whole file, where the source announces it */
  begin(size: number | undefined): void {
    this.progress.received = 0;
    if (size !== undefined) this.progress.size = size;
  }

  /** @param bytes of the file that are here */
  received(bytes: number): void {
    this.progress.received = bytes;
    this.change();
  }

  /** @param bytes of the file that the wiki has been sent */
  sent(bytes: number): void {
    this.progress.sent = bytes;
    this.change();
  }

  /** Tells the last change now. */
  end(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.publish();
  }

  private change(): void {
    if (this.timer !== undefined) return;
    const wait = this.lastTold + INTERVAL_MS - performance.now();
    if (wait <= 0) this.publish();
    else this.timer = setTimeout(() => this.publish(), wait);
  }

  private publish(): void {
    this.timer = undefined;
    this.lastTold = performance.now();
    this.tell({ ...this.progress });
  }
}
