import { Injectable } from '@nestjs/common';
import { inContext } from '#app/observability';
import { LiveUpdates, PREPARE_AHEAD_MS, RatePlan, UploadRepository, UploadTurns } from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';
import { ClaimedUpload, type UploadRecords } from './claimed-upload.js';
import { Shutdown } from './shutdown.js';

/** Takes uploads for this process. */
@Injectable()
export class UploadClaims {
  private readonly leaseMs: number;
  private readonly records: UploadRecords;

  constructor(
    private readonly turns: UploadTurns,
    uploads: UploadRepository,
    live: LiveUpdates,
    plan: RatePlan,
    private readonly shutdown: Shutdown,
    config: WorkerConfig,
  ) {
    this.leaseMs = config.uploadLeaseSeconds * 1_000;
    this.records = { uploads, live, plan };
  }

  /** The upload whose turn it is, of all people; null when there is nothing to do now, or this process is to stop. */
  async takeNext(): Promise<ClaimedUpload | null> {
    const { leaseMs, shutdown } = this;
    if (shutdown.signal.aborted) return null;
    const owner = shutdown.nextOwner();
    const now = new Date();
    const row = await this.turns.takeNext({
      owner,
      now,
      leasedUntil: new Date(now.getTime() + leaseMs),
      prepareUntil: new Date(now.getTime() + PREPARE_AHEAD_MS),
    });
    if (row === null) return null;
    // The lease is renewed, and what of it fails logged, beside the run.
    return inContext({ upload_id: row.id, batch_id: row.batchid, userid: row.userid }, () =>
      ClaimedUpload.hold(row, this.records, { owner, leaseMs, shutdown: shutdown.handOverSignal }),
    );
  }
}
