import type { PublishedFile } from '#app/commons-client';
import type {
  CheckpointPatch,
  LiveUpdates,
  RatePlan,
  Upload,
  UploadEnding,
  UploadRepository,
} from '#app/persistence';
import { DomainError, type UploadProgress, type UploadState } from '#app/protocol';
import { Logger } from '@nestjs/common';
import type { Next, Recoveries, Step } from './decide-next.js';
import { failWith, Halt } from './halt.js';

/** Where a claimed upload is kept, told and counted. */
export interface UploadRecords {
  readonly uploads: UploadRepository;
  readonly live: LiveUpdates;
  readonly plan: RatePlan;
}

export interface ClaimOptions {
  owner: string;
  leaseMs: number;
  /** Aborted when this process can wait no longer for the end of the run. */
  shutdown: AbortSignal;
}

function refuseForQuota(error: unknown): never {
  throw error instanceof DomainError && error.code === 'QUOTA_EXCEEDED' ? failWith(error.message) : error;
}

const TRIES_TO_TELL = 2;

const stateOf = ({ id, batchid, status, key, handler, version }: Upload): UploadState => ({
  id,
  batchid,
  status,
  key,
  handler,
  version,
});

/**
 * One upload while this worker holds its lease. Every change is refused by the database once the lease is lost, and every
 * change of state is published after it is committed.
 */
export class ClaimedUpload {
  private readonly logger = new Logger(ClaimedUpload.name);
  private readonly interruption = new AbortController();
  private readonly renewal: NodeJS.Timeout;
  /** Milliseconds since the epoch: until then nobody else can take the upload. */
  private heldUntil: number;
  private hasCommitTurn = false;
  private hasBegunCommit = false;
  private hasFreedPlace = false;
  /** Aborted, with a Halt as its reason, when the run has to stop: cancelled, lease lost, or shutting down. */
  readonly signal: AbortSignal;
  /** Whoever signs in after this gives the upload a token that this run does not know. */
  readonly heldSince: Date;
  /** How often this run had to prepare a step anew. */
  readonly recoveries: Recoveries = {};

  private constructor(
    readonly row: Upload,
    private readonly records: UploadRecords,
    private readonly options: ClaimOptions,
  ) {
    this.signal = this.interruption.signal;
    this.heldSince = new Date((row.leasedUntil?.getTime() ?? Date.now()) - options.leaseMs);
    this.heldUntil = row.leasedUntil?.getTime() ?? 0;
    this.renewal = setInterval(() => void this.keepAlive(), options.leaseMs / 3);
    options.shutdown.addEventListener('abort', this.release, { once: true });
    if (options.shutdown.aborted) this.release();
  }

  /** Holds the lease of an upload that was taken just now. */
  static async hold(row: Upload, records: UploadRecords, options: ClaimOptions): Promise<ClaimedUpload> {
    const claimed = new ClaimedUpload(row, records, options);
    await claimed.publish(stateOf(row));
    return claimed;
  }

  /** A point where the run may stop. @throws Halt when it was cancelled, lost its lease, or the process is to stop */
  async check(): Promise<void> {
    await this.renew();
    this.signal.throwIfAborted();
  }

  /**
   * For the moment right before something is sent that a later owner of the lease might send, too: this process may have been
   * stopped since it last looked. @throws Halt when the lease is about to end
   */
  readonly assertHeld = (): void => {
    if (Date.now() > this.heldUntil - this.options.leaseMs / 4) throw new Halt({ do: 'abandon' });
  };

  async checkpoint(patch: CheckpointPatch): Promise<void> {
    await this.guard(this.records.uploads.checkpoint(this.row.id, this.options.owner, patch));
    this.remember(patch);
  }

  /**
   * The file was downloaded: from here on its bytes count.
   * @param isExempt no quota holds for this person
   * @throws Halt when it is more than the person's quota has left
   */
  async keepFile(bytes: number, patch: CheckpointPatch, isExempt: boolean): Promise<void> {
    const { id, userid } = this.row;
    const kept = this.records.uploads.keepFile(id, this.options.owner, { userid, bytes, patch, isExempt });
    await this.guard(kept.catch(refuseForQuota));
    this.remember(patch);
  }

  /** The last point where the upload can be cancelled: from here on the file may be published. */
  async beginCommit(): Promise<void> {
    await this.check();
    const now = new Date().toISOString();
    await this.checkpoint({ commitAttemptedAt: now, commitSentAt: now });
    this.hasBegunCommit = true;
    if (!this.signal.aborted) return;
    await this.commitWasRefused();
    this.signal.throwIfAborted();
  }

  /** The commit of an earlier run, or of a row that a backup has brought back, may have been followed by other edits. */
  get isCommittedHere(): boolean {
    return this.hasBegunCommit;
  }

  /** The wiki has certainly not published the file. */
  async commitWasRefused(): Promise<void> {
    await this.checkpoint({ commitAttemptedAt: null, commitSentAt: null });
  }

  /** The wiki has no such file: a cancellation counts again. */
  async commitNotFound(): Promise<void> {
    await this.checkpoint({ commitAttemptedAt: null });
  }

  /** Whether the person has signed in again since this run began. */
  async hasNewerToken(): Promise<boolean> {
    const now = await this.records.uploads.find(this.row.id);
    return now !== null && now.accessToken !== null && now.accessToken !== this.row.accessToken;
  }

  async committed(file: PublishedFile): Promise<void> {
    const patch: CheckpointPatch = {
      publishedTitle: file.title,
      publishedUrl: file.url,
      ...(file.pageId !== undefined && { pageId: file.pageId }),
    };
    const now = new Date();
    await this.guard(this.records.uploads.markCommitted(this.row.id, this.options.owner, now, patch));
    this.remember(patch);
  }

  /** The planned moment was turned into a commit: there is nothing to give back any more. */
  noteCommitTurn(): void {
    this.hasCommitTurn = true;
  }

  /** A place in the rate plan that no commit has used goes back. */
  async finish(result: UploadEnding): Promise<void> {
    await this.settle(this.records.uploads.finish(this.row.id, this.options.owner, result));
    await this.freePlace();
  }

  /** It ended without a commit: others of this person may move up. */
  get freedPlace(): boolean {
    return this.hasFreedPlace;
  }

  /**
   * @param notBefore null: at its planned moment
   * @param kind counted against the upload; null costs nothing
   * @param reason why it waits, where something went wrong
   * @returns false when it was cancelled meanwhile, and has ended so
   */
  async requeue(notBefore: Date | null, kind: string | null, reason?: string): Promise<boolean> {
    const attempts =
      kind === null
        ? this.row.attempts
        : { ...this.row.attempts, [kind]: (this.row.attempts[kind] ?? 0) + 1 };
    const staged = this.row.checkpoint.stashComplete === true;
    const { status } = await this.settle(
      this.records.uploads.requeue(this.row.id, this.options.owner, {
        notBefore,
        attempts,
        staged,
        ...(reason !== undefined && { reason }),
      }),
    );
    if (status === 'queued') return true;
    await this.freePlace();
    return false;
  }

  /** Tells how far the file has come; who misses it hears the next. */
  tellProgress(progress: UploadProgress): void {
    this.records.live.publishProgress(this.row.batchid, [progress]).catch((error: unknown) => {
      this.logger.debug({ message: 'Could not tell the progress', error: String(error) });
    });
  }

  noteFailure(step: Step, error: Error, next: Next['do']): void {
    this.logger.warn({
      message: `${step}: ${error.message}`,
      uploadId: this.row.id,
      batchId: this.row.batchid,
      next,
    });
  }

  /** Stops renewing; the lease itself ends with `finish` or `requeue`, or by running out. */
  letGo(): void {
    clearInterval(this.renewal);
    this.options.shutdown.removeEventListener('abort', this.release);
  }

  private readonly release = (): void => this.interrupt(new Halt({ do: 'release' }));

  private interrupt(reason: Halt): void {
    if (!this.signal.aborted) this.interruption.abort(reason);
  }

  private async keepAlive(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      // The next renewal may get through; if none does, the lease runs out and the next write is refused.
      this.logger.warn({
        message: 'The lease could not be renewed',
        uploadId: this.row.id,
        error: String(error),
      });
    }
  }

  private async renew(): Promise<void> {
    const until = new Date(Date.now() + this.options.leaseMs);
    const lease = await this.records.uploads.renewLease(this.row.id, this.options.owner, until);
    if (lease !== 'lost') this.heldUntil = Math.max(this.heldUntil, until.getTime());
    if (lease === 'lost') this.interrupt(new Halt({ do: 'abandon' }));
    else if (lease === 'cancel_requested' && this.row.checkpoint.commitAttemptedAt === undefined) {
      this.interrupt(new Halt({ do: 'cancel' }));
    }
  }

  private remember(patch: CheckpointPatch): void {
    const entries = Object.entries({ ...this.row.checkpoint, ...patch });
    this.row.checkpoint = Object.fromEntries(entries.filter(([, value]) => value !== null));
  }

  private async guard(change: Promise<boolean>): Promise<void> {
    if (!(await change)) throw new Halt({ do: 'abandon' });
  }

  private async freePlace(): Promise<void> {
    if (this.hasCommitTurn || this.row.checkpoint.publishedTitle !== undefined) return;
    this.hasFreedPlace = true;
    await this.tellRedis('give the planned moment back', () =>
      this.records.plan.giveBack(this.row.userid, [this.row.plannedAt], this.row.id),
    );
  }

  private async settle(change: Promise<UploadState | null>): Promise<UploadState> {
    this.letGo();
    const state = await change;
    if (!state) throw new Halt({ do: 'abandon' });
    await this.publish(state);
    return state;
  }

  private publish(state: UploadState): Promise<void> {
    const { batchid, userid } = this.row;
    return this.tellRedis('publish a state', () =>
      this.records.live.publish({ batchid, userid, uploads: [state] }),
    );
  }

  /** For what Redis is told of a change that is committed already: it may be away, and the upload goes on without it. */
  private async tellRedis(what: string, tell: () => Promise<void>): Promise<void> {
    for (let tries = 1; tries <= TRIES_TO_TELL; tries += 1) {
      try {
        return await tell();
      } catch (error) {
        this.logger.warn({ message: `Could not ${what}`, uploadId: this.row.id, error: String(error) });
      }
    }
  }
}
