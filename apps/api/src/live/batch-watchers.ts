import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { BatchRepository, LiveUpdates, UploadRepository } from '#app/persistence';
import type { LiveUpdate } from '#app/protocol';
import { batchNotFound } from '../batches/batch-errors.js';
import { Audiences, type Watched } from './audiences.js';
import type { Connection } from './connection.js';
import { WatchedBatch } from './watched-batch.js';

interface Watch extends Watched {
  readonly batch: WatchedBatch;
}

const RELOAD_AFTER_MS = 1_000;

/** Who watches the uploads of which batch on this process. */
@Injectable()
export class BatchWatchers {
  private readonly logger = new Logger(BatchWatchers.name);
  private readonly watches = new Audiences<Watch>('batch', (batchid) => this.open(batchid));

  constructor(
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly liveUpdates: LiveUpdates,
  ) {}

  /** Replaces what the connection watched before. @throws DomainError BATCH_NOT_FOUND */
  async watch(connection: Connection, batchid: number): Promise<void> {
    const watch = await this.watches.join(connection, batchid);
    if (watch === null) return;
    connection.send({ type: 'SUBSCRIBED', data: batchid });
    watch.batch.join(connection);
  }

  leave(connection: Connection): void {
    this.watches.leave(connection);
  }

  apply(update: LiveUpdate): void {
    this.watches.find(update.batchid)?.batch.apply(update.uploads);
  }

  /** Publications may have been missed: reads every watched batch again. */
  async reload(): Promise<void> {
    await Promise.all(this.watches.list().map(({ batch }) => this.reloadBatch(batch)));
  }

  private open(batchid: number): Watch {
    const batch = new WatchedBatch(batchid);
    return {
      batch,
      loaded: this.load(batch),
      leave: (connection) => batch.leave(connection),
      close: () => this.close(batch),
    };
  }

  private close(batch: WatchedBatch): void {
    batch.close();
    this.liveUpdates.unwatchBatch(batch.batchid).catch((error: unknown) => {
      this.logger.warn(`Could not end the subscription of batch ${batch.batchid}: ${String(error)}`);
    });
  }

  /** Listens first and reads afterwards, so that no change falls between the two. */
  private async load(batch: WatchedBatch): Promise<void> {
    await this.liveUpdates.watchBatch(batch.batchid);
    if ((await this.batches.find(batch.batchid)) === null) throw batchNotFound(batch.batchid);
    batch.apply(await this.uploads.listStates(batch.batchid));
  }

  private async reloadBatch(batch: WatchedBatch): Promise<void> {
    while (this.watches.find(batch.batchid)?.batch === batch) {
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
