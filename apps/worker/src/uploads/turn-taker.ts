import { Injectable } from '@nestjs/common';
import { inContext } from '#app/observability';
import { ServiceBreaker, UploadQueue, UploadRepository, type WakeUp } from '#app/persistence';
import { WorkWatch } from '../health/work-watch.js';
import { ClaimedUpload } from './claimed-upload.js';
import { UploadClaims } from './upload-claims.js';
import { UploadRunner } from './upload-runner.js';

/** When a job is to fire again; null: it is not needed any more. */
export type Again = { at: Date } | { afterMs: number } | null;

/** Clocks of processes differ, and timers may fire early. */
const TOLERANCE_MS = 1_000;
/** Before a wake-up whose upload waits, but not for its turn, looks again. */
const LOOK_AGAIN_MS = 1_000;

/** From when on there is something to do for an upload that is queued; null for any other. */
const waitsFor = (own: WakeUp | null): Date | null =>
  own?.status === 'queued' && !own.isPaused ? own.dueForWorkAt : null;

/**
 * What the firing of a job leads to. A job is a wake-up: with the place that it has come free for, this worker serves the
 * upload whose turn it is, which may be another one, and the job lives on for as long as its own upload waits.
 */
@Injectable()
export class TurnTaker {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly queue: UploadQueue,
    private readonly breaker: ServiceBreaker,
    private readonly claims: UploadClaims,
    private readonly runner: UploadRunner,
    private readonly watch: WorkWatch,
  ) {}

  /** @param uploadId of the upload whose job has fired */
  async wake(uploadId: number): Promise<Again> {
    const taken = await this.watch.look('uploads', () => this.take(uploadId));
    if (!(taken instanceof ClaimedUpload)) return taken;
    const { id, batchid, userid } = taken.row;
    const ids = { upload_id: id, batch_id: batchid, userid };
    const run = () => this.runner.run(taken);
    const outcome = await inContext(ids, () => this.watch.run('uploads', run));
    if (outcome.kind === 'requeued' && id !== uploadId) {
      const delayMs = Math.max(0, outcome.at.getTime() - Date.now());
      await this.queue.addUploads([{ uploadId: id, delayMs }]);
    }
    const at = waitsFor(await this.uploads.findWakeUp(uploadId));
    return at && { at };
  }

  /** The upload whose turn it is, or, when there is nothing to do now, when to look again. */
  private async take(uploadId: number): Promise<ClaimedUpload | Again> {
    const own = await this.uploads.findWakeUp(uploadId);
    const due = waitsFor(own);
    if (due !== null && due.getTime() > Date.now() + TOLERANCE_MS) return { at: due };
    const stop = await this.breaker.find();
    if (stop) return due !== null || own?.status === 'in_progress' ? { at: stop.until } : null;
    const claimed = await this.claims.takeNext();
    return claimed ?? (due !== null ? { afterMs: LOOK_AGAIN_MS } : null);
  }
}
