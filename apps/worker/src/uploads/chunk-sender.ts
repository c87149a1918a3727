import type { ByteSource, UploadObstacle, UploadStatusResult } from '#app/commons-client';
import type { CheckpointPatch } from '#app/persistence';
import type { Recovery } from './attempt.js';
import { chooseChunkSize, isPublishedAsync } from './chunk-plan.js';
import { failWith } from './halt.js';
import { JOINING_MS, pollStatus } from './poll-status.js';
import { runStep, type RunContext } from './run-context.js';
import { NO_STASH } from './stash-state.js';

export type StashOutcome = { kind: 'stashed'; fileKey: string } | UploadObstacle;

export interface ChunkSource {
  /** Bytes of the whole file. */
  readonly size: number;
  /** The bytes from `offset` on; resolves once all of them can be read. */
  part(offset: number, length: number): Promise<ByteSource>;
}

export interface StashPosition {
  fileKey?: string;
  offset: number;
}

export interface SendOptions {
  /** Where an earlier run stopped. */
  from: StashPosition;
  /** Notes how far the stash has come. */
  keep(patch: CheckpointPatch): Promise<void>;
  /** Awaited before the chunk that completes the file. */
  beforeLast?(): Promise<void>;
  signal: AbortSignal;
}

/**
 * Sends a file chunk by chunk to the uploader's stash; memory depends neither on its size nor on theirs.
 * @see https://www.mediawiki.org/wiki/API:Upload#Chunked_uploading
 */
export class ChunkSender {
  private at: StashPosition;
  /** The wiki joins the chunks under this key: ask, send nothing. */
  private joining: string | undefined;
  /** The whole file, stashed by a last chunk whose answer was lost. */
  private whole: string | undefined;
  private readonly chunkSize: number;

  constructor(
    private readonly context: RunContext,
    private readonly source: ChunkSource,
    private readonly options: SendOptions,
  ) {
    this.at = options.from;
    this.chunkSize = chooseChunkSize(source.size, context.options.chunkSize);
  }

  async send(): Promise<StashOutcome> {
    const { upload } = this.context;
    for (;;) {
      await upload.check();
      const result = await runStep(
        this.context,
        'chunk',
        () => this.sendNext(),
        (recovery) => this.recover(recovery),
      );
      switch (result.kind) {
        case 'continue':
          this.at = { fileKey: result.fileKey, offset: result.offset };
          await this.options.keep({ fileKey: result.fileKey, stashOffset: result.offset });
          break;
        case 'stashed':
          await this.options.keep({ fileKey: result.fileKey, stashComplete: true });
          return result;
        case 'duplicate':
        case 'nochange':
        case 'exists':
        case 'warning':
          return result;
        case 'published':
          throw failWith('The wiki published a file that was only to be stashed.');
      }
    }
  }

  private async sendNext(): Promise<Exclude<UploadStatusResult, { kind: 'poll' }>> {
    const { upload, client, chunkLine, progress } = this.context;
    const { size } = this.source;
    if (this.whole !== undefined) return { kind: 'stashed', fileKey: this.whole };
    if (this.joining !== undefined) {
      const fileKey = this.joining;
      this.joining = undefined;
      return pollStatus(this.context, fileKey, JOINING_MS);
    }
    const { offset } = this.at;
    const length = Math.min(this.chunkSize, size - offset);
    if (offset + length >= size) await this.options.beforeLast?.();
    const chunk = await this.source.part(offset, length);
    const answer = await chunkLine(() => {
      this.options.signal.throwIfAborted();
      return client.stashChunk(
        {
          filename: upload.row.filename,
          ...this.at,
          size,
          chunk,
          async: isPublishedAsync(size),
          onBytes: (sent) => progress.sent(offset + sent),
        },
        this.options.signal,
      );
    });
    this.context.noteStashed(length);
    return answer.kind === 'poll' ? pollStatus(this.context, answer.fileKey, JOINING_MS) : answer;
  }

  /** An answer that was lost may hide progress: the wiki says where it stands. */
  private async recover(recovery: Recovery): Promise<void> {
    if (recovery.do === 'continue-at' && recovery.offset !== this.at.offset) {
      this.at = { ...this.at, offset: recovery.offset };
      return;
    }
    if (recovery.do === 'poll' && this.at.fileKey !== undefined) {
      this.joining = this.at.fileKey;
      return;
    }
    this.whole = await this.findWhole();
    if (this.whole !== undefined) return;
    this.at = { offset: 0 };
    await this.options.keep(NO_STASH);
  }

  /** The key of the chunks ends with the last of them: if only that answer was lost, the file is there under another key. */
  private async findWhole(): Promise<string | undefined> {
    const { client, upload } = this.context;
    const { size } = this.source;
    const { sha1 } = upload.row.checkpoint;
    const isLast = this.at.fileKey !== undefined && this.at.offset + this.chunkSize >= size;
    if (!isLast || sha1 === undefined) return undefined;
    const find = () => client.findStashed({ sha1, size }, this.options.signal);
    return (await runStep(this.context, 'check', find)) ?? undefined;
  }
}
