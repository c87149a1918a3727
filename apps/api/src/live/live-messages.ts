import { Injectable } from '@nestjs/common';
import { BatchListWatchers } from './batch-list-watchers.js';
import { BatchWatchers } from './batch-watchers.js';
import type { Connection } from './connection.js';
import type { HandlersOf } from './handlers.js';

const FIRST_PAGE = { page: 1, limit: 100 };

/** Messages about what a connection watches. */
@Injectable()
export class LiveMessages {
  readonly handlers: HandlersOf<
    | 'SUBSCRIBE_BATCH'
    | 'UNSUBSCRIBE_BATCH'
    | 'FETCH_BATCHES'
    | 'SUBSCRIBE_BATCHES_LIST'
    | 'UNSUBSCRIBE_BATCHES_LIST'
  > = {
    SUBSCRIBE_BATCH: ({ data }, connection) => this.batches.watch(connection, data),
    UNSUBSCRIBE_BATCH: (_, connection) => this.batches.leave(connection),
    FETCH_BATCHES: ({ data }, connection) => this.lists.show(connection, data),
    SUBSCRIBE_BATCHES_LIST: ({ data }, connection) => this.lists.show(connection, { ...FIRST_PAGE, ...data }),
    UNSUBSCRIBE_BATCHES_LIST: (_, connection) => this.lists.leave(connection),
  };

  constructor(
    private readonly batches: BatchWatchers,
    private readonly lists: BatchListWatchers,
  ) {}

  /** Ends everything that the connection watches. */
  release(connection: Connection): void {
    this.batches.leave(connection);
    this.lists.leave(connection);
  }
}
