import type { CheckpointPatch } from '#app/persistence';
import { goesInSeveralChunks } from './chunk-plan.js';
import { ChunkSender, type StashOutcome } from './chunk-sender.js';
import type { LocalFile } from './local-file.js';
import type { RunContext } from './run-context.js';
import { withFile } from './stash-file.js';

/**
 * Stashes a large file while it is still being downloaded, all but its last chunk: the stash is completed only when the
 * whole content is known and allowed. Until then nothing is checkpointed, because nobody could tell whether a later
 * download has the same bytes.
 */
export class EarlyStash {
  private readonly abandonment = new AbortController();
  private readonly outcome: Promise<StashOutcome>;
  private reached: CheckpointPatch | undefined;
  private isAllowed = false;
  private allow: () => void = () => undefined;
  private readonly allowed = new Promise<void>((resolve, reject) => {
    this.allow = resolve;
    this.abandonment.signal.addEventListener('abort', () => reject(this.abandonment.signal.reason as Error));
  });
  private announceReady: () => void = () => undefined;
  /** Resolves when only the last chunk is left; rejects with what ended the sending before. */
  readonly ready: Promise<unknown>;

  private constructor(
    private readonly context: RunContext,
    file: LocalFile,
    size: number,
  ) {
    this.allowed.catch(() => undefined);
    const lastIsLeft = new Promise<void>((resolve) => (this.announceReady = resolve));
    this.outcome = this.send(file, size);
    this.ready = Promise.race([lastIsLeft, this.outcome]);
    this.ready.catch(() => undefined);
  }

  /** Null where the file is small, its size not announced, or its stash begun already: then it is sent afterwards. */
  static async begin(context: RunContext, file: LocalFile): Promise<EarlyStash | null> {
    if (context.upload.row.checkpoint.fileKey !== undefined) return null;
    const size = await file.announcedSize();
    if (size === undefined || !goesInSeveralChunks(size, context.options.chunkSize)) return null;
    return new EarlyStash(context, file, size);
  }

  /** The content is known and may be uploaded. */
  async finish(): Promise<StashOutcome> {
    this.isAllowed = true;
    if (this.reached) await this.context.upload.checkpoint(this.reached);
    this.allow();
    return this.outcome;
  }

  /** Stops sending, if it still does. Resolves when nothing is sent any more. */
  async abandon(): Promise<void> {
    this.abandonment.abort(new Error('The stash is not needed any more'));
    await this.outcome.catch(() => undefined);
  }

  private send(file: LocalFile, size: number): Promise<StashOutcome> {
    const { upload } = this.context;
    return withFile(
      file.path,
      size,
      (source) =>
        new ChunkSender(this.context, source, {
          from: { offset: 0 },
          keep: (patch) => this.keep(patch),
          beforeLast: () => {
            this.announceReady();
            return this.allowed;
          },
          signal: AbortSignal.any([upload.signal, this.abandonment.signal]),
        }).send(),
      (bytes) => file.whenReceived(bytes),
    );
  }

  private async keep(patch: CheckpointPatch): Promise<void> {
    this.reached = { ...this.reached, ...patch };
    if (this.isAllowed) await this.context.upload.checkpoint(patch);
  }
}
