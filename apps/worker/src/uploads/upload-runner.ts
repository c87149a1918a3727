import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { inSpan } from '#app/observability';
import { isStoreAway, ServiceBreaker } from '#app/persistence';
import type { ClaimedUpload } from './claimed-upload.js';
import { CommitGate } from './commit-gate.js';
import { SESSION_EXPIRED } from './decide-next.js';
import { Halt, type Ending } from './halt.js';
import type { RunContext } from './run-context.js';
import { RunPreparation } from './run-preparation.js';
import { ServiceCheck } from './service-check.js';
import { SignInExpiry } from './sign-in-expiry.js';
import { runPipeline } from './upload-pipeline.js';

export type RunOutcome =
  /** Terminal, paused, or in another worker's hands. */
  | { kind: 'settled' }
  /** Queued again, not to be started before `at`. */
  | { kind: 'requeued'; at: Date };

const SETTLED: RunOutcome = { kind: 'settled' };
/** How long everything waits before the wiki is asked again whether it still blocks this service. */
const SERVICE_PAUSE_MS = 600_000;
const MAX_UNEXPECTED = 3;

const DISK_REST_MS = 60_000;
const DISK_TROUBLE = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ENOENT', 'EACCES']);

const isDiskTrouble = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && DISK_TROUBLE.has(String(error.code));

async function requeueAt(
  upload: ClaimedUpload,
  at: Date,
  kind: string | null,
  reason?: string,
): Promise<RunOutcome> {
  return (await upload.requeue(at, kind, reason)) ? { kind: 'requeued', at } : SETTLED;
}

/** Takes one upload from its claim to the end of this run, whatever happens. */
@Injectable()
export class UploadRunner {
  private readonly logger = new Logger(UploadRunner.name);

  constructor(
    private readonly preparation: RunPreparation,
    private readonly gate: CommitGate,
    private readonly breaker: ServiceBreaker,
    private readonly expiry: SignInExpiry,
    private readonly serviceCheck: ServiceCheck,
  ) {}

  /** In the trace of the request that made the upload, where there is one. */
  run(upload: ClaimedUpload): Promise<RunOutcome> {
    const { traceparent } = upload.row;
    return inSpan('upload', { kind: 'consumer', parent: traceparent }, async () => {
      const startedAt = performance.now();
      const outcome = await this.runToItsEnd(upload);
      const ms = Math.round(performance.now() - startedAt);
      this.logger.debug({ message: 'The run of an upload has ended', outcome: outcome.kind, ms });
      return outcome;
    });
  }

  private async runToItsEnd(upload: ClaimedUpload): Promise<RunOutcome> {
    let context: RunContext | undefined;
    try {
      const prepared = await this.preparation.prepare(upload);
      context = prepared.context;
      await runPipeline(context, prepared.tools);
      return SETTLED;
    } catch (error) {
      return await this.settle(upload, error, context);
    } finally {
      upload.letGo();
      if (upload.freedPlace) this.gate.replanSoon(upload.row.userid);
    }
  }

  private async settle(
    upload: ClaimedUpload,
    error: unknown,
    context: RunContext | undefined,
  ): Promise<RunOutcome> {
    const reason: unknown = upload.signal.aborted ? upload.signal.reason : error;
    if (!(reason instanceof Halt)) return this.settleUnexpected(upload, reason, context);
    try {
      return await this.end(upload, reason.ending, context);
    } catch (lost) {
      if (lost instanceof Halt && lost.ending.do === 'abandon') return SETTLED;
      throw lost;
    }
  }

  private async end(
    upload: ClaimedUpload,
    ending: Ending,
    context: RunContext | undefined,
  ): Promise<RunOutcome> {
    const { userid } = upload.row;
    const requeue = (afterMs: number, kind: string | null, reason?: string): Promise<RunOutcome> =>
      requeueAt(upload, new Date(Date.now() + afterMs * this.preparation.delayScale), kind, reason);
    switch (ending.do) {
      case 'requeue':
        return requeue(ending.afterMs, ending.kind, ending.reason);
      case 'wait-for-turn': {
        const isQueued = await upload.requeue(ending.isLate ? ending.until : null, null);
        if (ending.isLate) await this.gate.replan(userid);
        return isQueued ? { kind: 'requeued', at: ending.until } : SETTLED;
      }
      case 'wait-for-rate-window': {
        const at = context ? await this.gate.learnLimits(context) : new Date();
        const outcome = await requeueAt(upload, at, null);
        await this.gate.replan(userid);
        return outcome;
      }
      case 'release':
        return requeue(0, null);
      case 'pause-user':
        await this.pauseUser(upload, ending.reason);
        await upload.requeue(new Date(), null);
        await this.gate.replan(userid);
        return SETTLED;
      case 'pause-service':
        return this.pauseService(upload, ending, context);
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

  /** The person may have signed in again meanwhile: then the upload goes on with their new token. */
  private async pauseUser({ row, heldSince }: ClaimedUpload, reason: string): Promise<void> {
    const used = row.accessToken === null ? undefined : { token: row.accessToken, since: heldSince };
    await this.expiry.pause(row.userid, reason, used);
  }

  /** Nothing of anybody gets through until the address is free again, and nothing may fail for it. */
  private async pauseService(
    upload: ClaimedUpload,
    stop: Extract<Ending, { do: 'pause-service' }>,
    context: RunContext | undefined,
  ): Promise<RunOutcome> {
    const { reason, otherwise } = stop;
    const isBlocked = await this.serviceCheck.isServiceBlocked(stop, context);
    if (otherwise && !isBlocked) return this.end(upload, otherwise, context);
    const at = new Date(Date.now() + SERVICE_PAUSE_MS * this.preparation.delayScale);
    this.logger.error({ message: 'Commons blocks this service: everything is paused', reason, until: at });
    await this.breaker.open(reason, at);
    return requeueAt(upload, at, null, reason);
  }

  /** The person may have signed in again meanwhile: only what has this very token fails, and nothing that may be published. */
  private async expireSignIn(upload: ClaimedUpload): Promise<RunOutcome> {
    const { userid, accessToken, checkpoint } = upload.row;
    if (await upload.hasNewerToken()) return requeueAt(upload, new Date(), null);
    if (checkpoint.commitSentAt !== undefined) {
      if (accessToken !== null) await this.expiry.expire(userid, accessToken);
      await this.pauseUser(upload, SESSION_EXPIRED);
      await upload.requeue(new Date(), null);
      return SETTLED;
    }
    await upload.finish({ status: 'failed', error: { type: 'error', message: SESSION_EXPIRED } });
    if (accessToken !== null) await this.expiry.expire(userid, accessToken);
    return SETTLED;
  }

  /** A fault of our own: tried again a few times, then told with an id that stands in the log. */
  private async settleUnexpected(
    upload: ClaimedUpload,
    error: unknown,
    context: RunContext | undefined,
  ): Promise<RunOutcome> {
    if (isStoreAway(error)) throw error;
    if (isDiskTrouble(error)) {
      this.logger.error({ message: 'The disk of this worker fails', error });
      const reason = 'The disk of a worker fails';
      return this.settle(
        upload,
        new Halt({ do: 'requeue', afterMs: DISK_REST_MS, kind: null, reason }),
        context,
      );
    }
    const reference = randomUUID();
    this.logger.error({
      message: 'An upload failed unexpectedly',
      reference,
      uploadId: upload.row.id,
      error,
    });
    const before = upload.row.attempts.unexpected ?? 0;
    const reason = `Something went wrong on our side (reference ${reference}).`;
    const ending: Ending =
      before < MAX_UNEXPECTED
        ? { do: 'requeue', afterMs: 10_000 * (before + 1), kind: 'unexpected', reason }
        : { do: 'fail', error: { type: 'error', message: reason } };
    return this.settle(upload, new Halt(ending), context);
  }
}
