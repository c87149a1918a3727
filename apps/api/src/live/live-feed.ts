import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { LiveUpdates } from '#app/persistence';
import { BatchListWatchers } from './batch-list-watchers.js';
import { BatchWatchers } from './batch-watchers.js';
import { LiveGateway } from './live.gateway.js';

/** Brings what other processes publish to those who watch on this one. */
@Injectable()
export class LiveFeed implements OnModuleInit {
  private readonly logger = new Logger(LiveFeed.name);

  constructor(
    private readonly liveUpdates: LiveUpdates,
    private readonly batches: BatchWatchers,
    private readonly lists: BatchListWatchers,
    private readonly gateway: LiveGateway,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.liveUpdates.subscribe({
      onBatch: (update) => this.batches.apply(update),
      onBatches: (change) => this.lists.noteChange(change),
      onSessionEnd: (end) => this.gateway.endSession(end),
      onReconnect: () => {
        this.gateway.checkSessions();
        this.lists.reload();
        this.batches.reload().catch((error: unknown) => {
          this.logger.error(`Could not reload the watched batches: ${String(error)}`);
        });
      },
    });
  }
}
