import { Injectable } from '@nestjs/common';
import { LiveUpdates, RatePlan, UploadRepository } from '#app/persistence';
import { WorkerConfig } from '../worker.config.js';
import { ClaimedUpload } from './claimed-upload.js';
import { Shutdown } from './shutdown.js';

/** Takes uploads for this process. */
@Injectable()
export class UploadClaims {
  private readonly leaseMs: number;

  constructor(
    private readonly uploads: UploadRepository,
    private readonly live: LiveUpdates,
    private readonly plan: RatePlan,
    private readonly shutdown: Shutdown,
    config: WorkerConfig,
  ) {
    this.leaseMs = config.uploadLeaseSeconds * 1_000;
  }

  /** Null if the upload is taken, paused, finished or not yet to be started. */
  claim(uploadId: number): Promise<ClaimedUpload | null> {
    const { uploads, live, plan } = this;
    return ClaimedUpload.claim(
      uploadId,
      { uploads, live, plan },
      { owner: this.shutdown.nextOwner(), leaseMs: this.leaseMs, shutdown: this.shutdown.signal },
    );
  }

  /** Everything that waits with the same sign-in would fail the same way. */
  async failQueuedOf(userid: string, accessToken: string, message: string): Promise<void> {
    const failed = await this.uploads.failQueuedOfToken(userid, accessToken, { type: 'error', message });
    for (const batchid of new Set(failed.map((state) => state.batchid))) {
      const uploads = failed.filter((state) => state.batchid === batchid);
      await this.live.publish({ batchid, userid, uploads });
    }
  }
}
