import type { LiveUpdate, ProgressUpdate, UploadProgress } from '#app/protocol';
import { Logger } from '@nestjs/common';
import type { RedisClient } from './redis-connections.js';

export interface BatchChange {
  batchid: number;
  userid: string;
}

export interface SchedulesChange {
  /** Whose batches; null: everybody's. */
  userid: string | null;
}

export interface SessionEnd {
  userid: string;
  /** SHA-256 of the session's token, hexadecimal; null: all sessions of this person. */
  session: string | null;
}

export interface LiveUpdateHandlers {
  /** Uploads of a watched batch changed. */
  onBatch?(update: LiveUpdate): void;
  /** A batch was created or any of its uploads changed. */
  onBatches?(change: BatchChange): void;
  /** Files of a batch whose progress is watched went on. */
  onProgress?(update: ProgressUpdate): void;
  /** When queued uploads come about is another now, though none of them changed itself. */
  onSchedules?(change: SchedulesChange): void;
  /** A watched background job came on. */
  onJob?(jobid: number): void;
  /** There is something new to tell a watched person. */
  onNotification?(userid: string): void;
  onSessionEnd?(end: SessionEnd): void;
  /** Other people are administrators now. */
  onAdministrators?(): void;
  /** Messages may have been missed; what comes from now on is received. */
  onReconnect?(): void;
}

const BATCHES = 'curator:live:batches';
const SCHEDULES = 'curator:live:schedules';
const SESSIONS = 'curator:live:sessions';
const ADMINISTRATORS = 'curator:live:administrators';
const BATCH_PREFIX = 'curator:live:batch:';
const PROGRESS_PREFIX = 'curator:live:progress:';
const JOB_PREFIX = 'curator:live:job:';
const NOTIFICATIONS_PREFIX = 'curator:live:notifications:';
const batchChannel = (batchid: number): string => `${BATCH_PREFIX}${batchid}`;
const jobChannel = (jobid: number): string => `${JOB_PREFIX}${jobid}`;
const notificationsChannel = (userid: string): string => `${NOTIFICATIONS_PREFIX}${userid}`;
const progressChannel = (batchid: number): string => `${PROGRESS_PREFIX}${batchid}`;

/** States in one message: keeps messages well below a megabyte. */
const STATES_AT_ONCE = 500;

/**
 * What processes tell each other as it happens, by Redis pub/sub: nothing is kept, and who is away misses it. A process
 * receives the updates of the batches that it watches, and of the others only that they changed.
 */
export class LiveUpdates {
  private readonly logger = new Logger(LiveUpdates.name);
  private readonly handlers: LiveUpdateHandlers[] = [];
  private readonly channels = new Set<string>();
  private subscriber: RedisClient | undefined;

  /** @param openSubscriber gives a connection that does nothing else and does not resubscribe by itself */
  constructor(
    private readonly redis: RedisClient,
    private readonly openSubscriber: () => RedisClient,
  ) {}

  /** Tells the watchers of the batch, and everybody that it changed. To be called after the change is committed. */
  async publish(update: LiveUpdate): Promise<void> {
    const channel = batchChannel(update.batchid);
    for (let start = 0; start < update.uploads.length; start += STATES_AT_ONCE) {
      const uploads = update.uploads.slice(start, start + STATES_AT_ONCE);
      await this.redis.publish(channel, JSON.stringify({ ...update, uploads }));
    }
    await this.publishBatchChanged(update.batchid, update.userid);
  }

  async publishBatchChanged(batchid: number, userid: string): Promise<void> {
    await this.redis.publish(BATCHES, JSON.stringify({ batchid, userid } satisfies BatchChange));
  }

  /** Tells whoever watches the files of this batch on their way; nobody else hears of it. */
  async publishProgress(batchid: number, uploads: readonly UploadProgress[]): Promise<void> {
    if (uploads.length === 0) return;
    await this.redis.publish(progressChannel(batchid), JSON.stringify({ batchid, uploads }));
  }

  /** Tells whoever watches this background job that it came on. */
  async publishJob(jobid: number): Promise<void> {
    await this.redis.publish(jobChannel(jobid), '');
  }

  /** Tells the watchers of these people that there is something new for them. */
  async publishNotifications(notifications: readonly { userid: string }[]): Promise<void> {
    for (const userid of new Set(notifications.map((notification) => notification.userid))) {
      await this.redis.publish(notificationsChannel(userid), '');
    }
  }

  /** To be called when a person, or with null the whole service, was held back or let go on. */
  async publishSchedulesChanged(userid: string | null): Promise<void> {
    await this.redis.publish(SCHEDULES, JSON.stringify({ userid } satisfies SchedulesChange));
  }

  async publishSessionEnd(end: SessionEnd): Promise<void> {
    await this.redis.publish(SESSIONS, JSON.stringify(end));
  }

  async publishAdministrators(): Promise<void> {
    await this.redis.publish(ADMINISTRATORS, '');
  }

  /** Adds handlers for as long as this process lives. Resolves when messages are received. */
  async subscribe(handlers: LiveUpdateHandlers): Promise<void> {
    this.handlers.push(handlers);
    await this.listen(BATCHES, SCHEDULES, SESSIONS, ADMINISTRATORS);
  }

  /** Resolves when updates of this batch are received; watching it twice is watching it once. */
  async watchBatch(batchid: number): Promise<void> {
    await this.listen(batchChannel(batchid));
  }

  async unwatchBatch(batchid: number): Promise<void> {
    await this.ignore(batchChannel(batchid));
  }

  /** Resolves when the progress of this batch's files is received; watching it twice is watching it once. */
  async watchProgress(batchid: number): Promise<void> {
    await this.listen(progressChannel(batchid));
  }

  async unwatchProgress(batchid: number): Promise<void> {
    await this.ignore(progressChannel(batchid));
  }

  /** Resolves when it is received that this job came on; watching it twice is watching it once. */
  async watchJob(jobid: number): Promise<void> {
    await this.listen(jobChannel(jobid));
  }

  async unwatchJob(jobid: number): Promise<void> {
    await this.ignore(jobChannel(jobid));
  }

  /** Resolves when it is received that there is something new for this person; watching twice is watching once. */
  async watchNotifications(userid: string): Promise<void> {
    await this.listen(notificationsChannel(userid));
  }

  async unwatchNotifications(userid: string): Promise<void> {
    await this.ignore(notificationsChannel(userid));
  }

  private async listen(...channels: string[]): Promise<void> {
    for (const channel of channels) this.channels.add(channel);
    this.subscriber ??= this.connect();
    await this.subscriber.subscribe(...channels);
  }

  private async ignore(channel: string): Promise<void> {
    if (this.channels.delete(channel)) await this.subscriber?.unsubscribe(channel);
  }

  private connect(): RedisClient {
    const subscriber = this.openSubscriber();
    let wasReady = false;
    subscriber.on('message', (channel: string, message: string) => this.receive(channel, message));
    subscriber.on('ready', () => {
      if (wasReady) void this.resume(subscriber);
      wasReady = true;
    });
    return subscriber;
  }

  /** Only once every channel is subscribed again may the handlers read what they missed. */
  private async resume(subscriber: RedisClient): Promise<void> {
    try {
      if (this.channels.size > 0) await subscriber.subscribe(...this.channels);
    } catch (error) {
      this.logger.warn(
        `Live updates could not be resumed; the next connection tries again: ${String(error)}`,
      );
      return;
    }
    this.tell((handlers) => handlers.onReconnect?.());
  }

  private receive(channel: string, message: string): void {
    if (channel === BATCHES) {
      const change = JSON.parse(message) as BatchChange;
      this.tell((handlers) => handlers.onBatches?.(change));
    } else if (channel === SCHEDULES) {
      const change = JSON.parse(message) as SchedulesChange;
      this.tell((handlers) => handlers.onSchedules?.(change));
    } else if (channel === SESSIONS) {
      const end = JSON.parse(message) as SessionEnd;
      this.tell((handlers) => handlers.onSessionEnd?.(end));
    } else if (channel === ADMINISTRATORS) {
      this.tell((handlers) => handlers.onAdministrators?.());
    } else if (!this.channels.has(channel)) {
      return;
    } else if (channel.startsWith(JOB_PREFIX)) {
      this.tell((handlers) => handlers.onJob?.(Number(channel.slice(JOB_PREFIX.length))));
    } else if (channel.startsWith(NOTIFICATIONS_PREFIX)) {
      this.tell((handlers) => handlers.onNotification?.(channel.slice(NOTIFICATIONS_PREFIX.length)));
    } else if (channel.startsWith(PROGRESS_PREFIX)) {
      const update = JSON.parse(message) as ProgressUpdate;
      this.tell((handlers) => handlers.onProgress?.(update));
    } else {
      const update = JSON.parse(message) as LiveUpdate;
      this.tell((handlers) => handlers.onBatch?.(update));
    }
  }

  private tell(what: (handlers: LiveUpdateHandlers) => void): void {
    for (const handlers of this.handlers) {
      try {
        what(handlers);
      } catch (error) {
        this.logger.error(`A handler of live updates failed: ${String(error)}`);
      }
    }
  }
}
