import { Injectable } from '@nestjs/common';
import { JobWatchers } from '../jobs/job-watchers.js';
import { NotificationWatchers } from '../notifications/notification-watchers.js';
import { BatchListWatchers } from './batch-list-watchers.js';
import { BatchWatchers } from './batch-watchers.js';
import type { Connection } from './connection.js';
import type { HandlersOf } from './handlers.js';
import { ProgressWatchers } from './progress-watchers.js';
import { ScheduleWatchers } from './schedule-watchers.js';

const FIRST_PAGE = { page: 1, limit: 100 };

/** Messages about what a connection watches. */
@Injectable()
export class LiveMessages {
  readonly handlers: HandlersOf<
    | 'SUBSCRIBE_BATCH'
    | 'UNSUBSCRIBE_BATCH'
    | 'SUBSCRIBE_SCHEDULE'
    | 'SUBSCRIBE_PROGRESS'
    | 'SUBSCRIBE_NOTIFICATIONS'
    | 'FETCH_BATCHES'
    | 'SUBSCRIBE_BATCHES_LIST'
    | 'UNSUBSCRIBE_BATCHES_LIST'
  > = {
    SUBSCRIBE_BATCH: ({ data }, connection) => this.batches.watch(connection, data),
    UNSUBSCRIBE_BATCH: (_, connection) => this.leaveBatch(connection),
    SUBSCRIBE_SCHEDULE: ({ data }, connection) => this.schedules.watch(connection, data),
    SUBSCRIBE_PROGRESS: ({ data }, connection) => this.progress.watch(connection, data),
    SUBSCRIBE_NOTIFICATIONS: (_, connection) => this.notifications.watch(connection),
    FETCH_BATCHES: ({ data }, connection) => this.lists.show(connection, data),
    SUBSCRIBE_BATCHES_LIST: ({ data }, connection) => this.lists.show(connection, { ...FIRST_PAGE, ...data }),
    UNSUBSCRIBE_BATCHES_LIST: (_, connection) => this.lists.leave(connection),
  };

  constructor(
    private readonly batches: BatchWatchers,
    private readonly lists: BatchListWatchers,
    private readonly schedules: ScheduleWatchers,
    private readonly progress: ProgressWatchers,
    private readonly jobs: JobWatchers,
    private readonly notifications: NotificationWatchers,
  ) {}

  /** Ends everything that the connection watches. */
  release(connection: Connection): void {
    this.leaveBatch(connection);
    this.lists.leave(connection);
    this.jobs.release(connection);
    this.notifications.leave(connection);
  }

  /** Whoever turns away from a batch watches nothing of it any more. */
  private leaveBatch(connection: Connection): void {
    this.batches.leave(connection);
    this.schedules.leave(connection);
    this.progress.leave(connection);
  }
}
