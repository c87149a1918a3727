import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { BatchRepository, LiveUpdates, UploadRepository } from '#app/persistence';
import type { LiveUpdate } from '#app/protocol';
import { batchNotFound } from '../batches/batch-errors.js';
import type { Connection } from './connection.js';
import { WatchedBatch } from './watched-batch.js';

interface Watch {
  readonly batch: WatchedBatch;
  readonly members: Set<Connection>;
  /** Resolved once the batch's state is loaded; rejected when there is no such batch. */
  readonly loaded: Promise<void>;
}

const RELOAD_AFTER_MS = 1_000;

/** Who watches which batch on this process. A batch is loaded for its first watcher and forgotten after its last one. */
@Injectable()
export class BatchWatchers {
  private readonly logger = new Logger(BatchWatchers.name);
  private readonly watches = new Map<number, Watch>();
  private readonly watchOf = new Map<Connection, Watch>();

  constructor(
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly liveUpdates: LiveUpdates,
  ) {}

  /** Replaces what the connection watched before. @throws DomainError BATCH_NOT_FOUND */
  async watch(connection: Connection, batchid: number): Promise<void> {
    this.leave(connection);
    const watch = this.watches.get(batchid) ?? this.open(batchid);
    watch.members.add(connection);
    this.watchOf.set(connection, watch);
    try {
      await watch.loaded;
    } catch (error) {
      this.leave(connection);
      throw error;
    }
    if (connection.closed.aborted || this.watchOf.get(connection) !== watch) return;
    connection.send({ type: 'SUBSCRIBED', data: batchid });
    watch.batch.join(connection);
  }

  leave(connection: Connection): void {
    const watch = this.watchOf.get(connection);
    if (watch === undefined) return;
    this.watchOf.delete(connection);
    watch.members.delete(connection);
    watch.batch.leave(connection);
    if (watch.members.size > 0) return;
    this.watches.delete(watch.batch.batchid);
    watch.batch.close();
    this.liveUpdates.unwatchBatch(watch.batch.batchid).catch((error: unknown) => {
      this.logger.warn(`Could not end the subscription of batch ${watch.batch.batchid}: ${String(error)}`);
    });
  }

  apply(update: LiveUpdate): void {
    this.watches.get(update.batchid)?.batch.apply(update.uploads);
  }

  /** Publications may have been missed: reads every watched batch again. */
  async reload(): Promise<void> {
    await Promise.all([...this.watches.values()].map(({ batch }) => this.reloadBatch(batch)));
  }

  private open(batchid: number): Watch {
    const batch = new WatchedBatch(batchid);
    const watch: Watch = { batch, members: new Set(), loaded: this.load(batch) };
    this.watches.set(batchid, watch);
    return watch;
  }

  /** Listens first and reads afterwards, so that no change falls between the two. */
  private async load(batch: WatchedBatch): Promise<void> {
    await this.liveUpdates.watchBatch(batch.batchid);
    if ((await this.batches.find(batch.batchid)) === null) throw batchNotFound(batch.batchid);
    batch.apply(await this.uploads.listStates(batch.batchid));
  }

  private async reloadBatch(batch: WatchedBatch): Promise<void> {
    while (this.watches.get(batch.batchid)?.batch === batch) {
      try {
        batch.apply(await this.uploads.listStates(batch.batchid));
        return;
      } catch (error) {
        this.logger.warn(`Could not read batch ${batch.batchid} again: ${String(error)}`);
        await wait(RELOAD_AFTER_MS);
      }
    }
  }
}
