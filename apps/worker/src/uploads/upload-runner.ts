import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { UserRepository } from '#app/persistence';
import type { ClaimedUpload } from './claimed-upload.js';
import { SESSION_EXPIRED } from './decide-next.js';
import { Halt, type Ending } from './halt.js';
import { RunPreparation } from './run-preparation.js';
import { UploadClaims } from './upload-claims.js';
import { runPipeline } from './upload-pipeline.js';

export type RunOutcome =
  /** Terminal, paused, or in another worker's hands. */
  | { kind: 'settled' }
  /** Queued again, not to be started before `at`. */
  | { kind: 'requeued'; at: Date };

const SETTLED: RunOutcome = { kind: 'settled' };
const RATE_WINDOW_WAIT_MS = 60_000;
const MAX_UNEXPECTED = 3;

/** Takes one upload from its claim to the end of this run, whatever happens. */
@Injectable()
export class UploadRunner {
  private readonly logger = new Logger(UploadRunner.name);

  constructor(
    private readonly claims: UploadClaims,
    private readonly preparation: RunPreparation,
    private readonly users: UserRepository,
  ) {}

  async run(uploadId: number): Promise<RunOutcome> {
    const upload = await this.claims.claim(uploadId);
    if (!upload) return SETTLED;
    try {
      const { context, tools } = await this.preparation.prepare(upload);
      await runPipeline(context, tools);
      return SETTLED;
    } catch (error) {
      return await this.settle(upload, error);
    } finally {
      upload.letGo();
    }
  }

  private async settle(upload: ClaimedUpload, error: unknown): Promise<RunOutcome> {
    const reason: unknown = upload.signal.aborted ? upload.signal.reason : error;
    if (!(reason instanceof Halt)) return this.settleUnexpected(upload, reason);
    try {
      return await this.end(upload, reason.ending);
    } catch (lost) {
      if (lost instanceof Halt && lost.ending.do === 'abandon') return SETTLED;
      throw lost;
    }
  }

  private async end(upload: ClaimedUpload, ending: Ending): Promise<RunOutcome> {
    const requeue = async (afterMs: number, kind: string | null): Promise<RunOutcome> => {
      const at = new Date(Date.now() + afterMs * this.preparation.delayScale);
      await upload.requeue(at, kind);
      return { kind: 'requeued', at };
    };
    switch (ending.do) {
      case 'requeue':
        return requeue(ending.afterMs, ending.kind);
      case 'wait-for-rate-window':
        await upload.holdRate(new Date(Date.now() + RATE_WINDOW_WAIT_MS * this.preparation.delayScale));
        return requeue(RATE_WINDOW_WAIT_MS, null);
      case 'release':
        return requeue(0, null);
      case 'pause-user':
        await this.users.pause(upload.row.userid, ending.reason);
        await upload.requeue(new Date(), null);
        return SETTLED;
      case 'expire-sign-in':
        return this.expireSignIn(upload);
      case 'owe':
        await upload.finish({ status: 'failed', error: { type: 'error', message: ending.reason } });
        return SETTLED;
      case 'fail':
        await upload.finish({ status: 'failed', error: ending.error });
        return SETTLED;
      case 'cancel':
        await upload.finish({ status: 'cancelled' });
        return SETTLED;
      case 'abandon':
        return SETTLED;
    }
  }

  /** The person may have signed in again meanwhile: only what has this very token fails. */
  private async expireSignIn(upload: ClaimedUpload): Promise<RunOutcome> {
    const { userid, accessToken } = upload.row;
    await upload.finish({ status: 'failed', error: { type: 'error', message: SESSION_EXPIRED } });
    if (accessToken !== null) {
      await this.users.revokeToken(userid, accessToken);
      await this.claims.failQueuedOf(userid, accessToken, SESSION_EXPIRED);
    }
    return SETTLED;
  }

  /** A fault of our own: tried again a few times, then told with an id that stands in the log. */
  private async settleUnexpected(upload: ClaimedUpload, error: unknown): Promise<RunOutcome> {
    const reference = randomUUID();
    this.logger.error({
      message: 'An upload failed unexpectedly',
      reference,
      uploadId: upload.row.id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    const before = upload.row.attempts.unexpected ?? 0;
    return this.settle(
      upload,
      new Halt(
        before < MAX_UNEXPECTED
          ? { do: 'requeue', afterMs: 10_000 * (before + 1), kind: 'unexpected', reason: reference }
          : {
              do: 'fail',
              error: { type: 'error', message: `Something went wrong on our side (reference ${reference}).` },
            },
      ),
    );
  }
}
