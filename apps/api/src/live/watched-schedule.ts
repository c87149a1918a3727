import { buildServerFrame, type BatchScheduleDto } from '#app/protocol';
import { isNews } from '../batches/estimate-schedule.js';
import type { FoundSchedule } from '../batches/find-schedule.js';
import type { Subscriber } from './subscriber.js';

/** It is found no more often, however much changes. */
const LOOK_INTERVAL_MS = 1_000;

/** The schedule of one batch, found once for everyone on this process who watches it, and only after something changed. */
export class WatchedSchedule {
  private readonly subscribers = new Set<Subscriber>();
  private told: BatchScheduleDto | null = null;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private isStale = false;
  private isLooking = false;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  private ownChange: NodeJS.Timeout | undefined;

  /** @param onFailure is told why a look after the first one failed; it is repeated */
  constructor(
    private readonly find: () => Promise<Pick<FoundSchedule, 'schedule' | 'changesAt'>>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** To be called once, before anybody joins. @throws what keeps it from being found */
  async load(): Promise<void> {
    await this.look();
  }

  /** Sends the schedule to a new subscriber, and every change from now on. */
  join(subscriber: Subscriber): void {
    this.subscribers.add(subscriber);
    if (this.told !== null) {
      subscriber.sendFrame(buildServerFrame({ type: 'BATCH_SCHEDULE', data: this.told }));
    }
    const hasAged = performance.now() - this.lookedAt >= LOOK_INTERVAL_MS;
    if (hasAged) this.isStale = true;
    this.plan();
  }

  leave(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
  }

  /** Something changed that the schedule may depend on. */
  noteChange(): void {
    this.isStale = true;
    this.plan();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    clearTimeout(this.ownChange);
    this.subscribers.clear();
  }

  private plan(): void {
    if (!this.isStale || this.isLooking || this.timer !== undefined || this.subscribers.size === 0) return;
    const wait = this.lookedAt + LOOK_INTERVAL_MS - performance.now();
    this.timer = setTimeout(() => void this.lookAgain(), Math.max(0, wait));
  }

  private async lookAgain(): Promise<void> {
    this.timer = undefined;
    try {
      await this.look();
    } catch (error) {
      this.isStale = true;
      this.onFailure(error);
    }
    this.plan();
  }

  private async look(): Promise<void> {
    this.isStale = false;
    this.isLooking = true;
    this.lookedAt = performance.now();
    try {
      const { schedule, changesAt } = await this.find();
      this.tell(schedule);
      clearTimeout(this.ownChange);
      if (changesAt !== null && !this.isClosed)
        this.ownChange = setTimeout(() => this.noteChange(), Math.max(0, changesAt.getTime() - Date.now()));
    } finally {
      this.isLooking = false;
    }
  }

  private tell(found: BatchScheduleDto): void {
    if (this.told !== null && !isNews(this.told, found)) return;
    this.told = found;
    if (this.subscribers.size === 0) return;
    const frame = Buffer.from(buildServerFrame({ type: 'BATCH_SCHEDULE', data: found }));
    for (const subscriber of this.subscribers) {
      if (subscriber.isBehind) subscriber.whenCaughtUp('schedule', () => this.catchUp(subscriber));
      else subscriber.sendFrame(frame);
    }
  }

  private catchUp(subscriber: Subscriber): void {
    if (this.told === null || !this.subscribers.has(subscriber)) return;
    subscriber.sendFrame(buildServerFrame({ type: 'BATCH_SCHEDULE', data: this.told }));
  }
}
