import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { BatchRepository, LiveUpdates } from '#app/persistence';
import { batchNotFound } from '../batches/batch-errors.js';
import { Audiences, type Watched } from './audiences.js';
import type { Connection } from './connection.js';
import { WatchedProgress } from './watched-progress.js';

interface Watch extends Watched {
  readonly progress: WatchedProgress;
}

/** Who watches the files of which batch on their way, on this process. */
@Injectable()
export class ProgressWatchers implements OnModuleInit {
  private readonly logger = new Logger(ProgressWatchers.name);
  private readonly watches = new Audiences<Watch>('progress', (batchid) => this.open(batchid));

  constructor(
    private readonly batches: BatchRepository,
    private readonly liveUpdates: LiveUpdates,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.liveUpdates.subscribe({
      onProgress: ({ batchid, uploads }) => this.watches.find(batchid)?.progress.apply(uploads),
    });
  }

  /** Replaces what the connection watched before. @throws DomainError BATCH_NOT_FOUND */
  async watch(connection: Connection, batchid: number): Promise<void> {
    const watch = await this.watches.join(connection, batchid);
    watch?.progress.join(connection);
  }

  leave(connection: Connection): void {
    this.watches.leave(connection);
  }

  private open(batchid: number): Watch {
    const progress = new WatchedProgress();
    return {
      progress,
      loaded: this.load(batchid),
      leave: (connection) => progress.leave(connection),
      close: () => {
        progress.close();
        this.liveUpdates.unwatchProgress(batchid).catch((error: unknown) => {
          this.logger.warn(`Could not end the subscription of batch ${batchid}: ${String(error)}`);
        });
      },
    };
  }

  private async load(batchid: number): Promise<void> {
    if ((await this.batches.find(batchid)) === null) throw batchNotFound(batchid);
    await this.liveUpdates.watchProgress(batchid);
  }
}
