import { open, type FileHandle } from 'node:fs/promises';
import type { UploadObstacle, UploadStatusResult } from '#app/commons-client';
import { chooseChunkSize, isPublishedAsync } from './chunk-plan.js';
import type { Recovery } from './attempt.js';
import { failWith, Halt } from './halt.js';
import type { LocalFile } from './local-file.js';
import { pollStatus } from './poll-status.js';
import { runStep, type RunContext } from './run-context.js';

export type StashOutcome = { kind: 'stashed'; fileKey: string } | UploadObstacle;

interface Content {
  sha1: string;
  /** Bytes. */
  size: number;
}

/**
 * Puts the file into the uploader's stash, or says that it is there already. Goes on where an earlier run stopped.
 * @see https://www.mediawiki.org/wiki/API:Upload#Chunked_uploading
 */
export async function stashFile(
  context: RunContext,
  file: LocalFile,
  content: Content,
): Promise<StashOutcome> {
  const { fileKey, stashComplete } = context.upload.row.checkpoint;
  if (stashComplete && fileKey !== undefined) return { kind: 'stashed', fileKey };

  const { path, sha1 } = await file.get();
  if (sha1 !== content.sha1) {
    await context.upload.checkpoint(NO_STASH);
    throw new Halt({ do: 'requeue', afterMs: 0, kind: 'download', reason: 'The source sent another file' });
  }
  const handle = await open(path, 'r');
  try {
    return await new ChunkSender(context, handle, content).send();
  } finally {
    await handle.close();
  }
}

/** What a checkpoint says when nothing is stashed. */
export const NO_STASH = { fileKey: null, stashOffset: 0, stashComplete: false } as const;

class ChunkSender {
  private at: { fileKey?: string; offset: number };
  /** The wiki joins the chunks under this key: ask, send nothing. */
  private joining: string | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly handle: FileHandle,
    private readonly content: Content,
  ) {
    const { fileKey, stashOffset } = context.upload.row.checkpoint;
    this.at = fileKey ? { fileKey, offset: stashOffset ?? 0 } : { offset: 0 };
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
          await upload.checkpoint({ fileKey: result.fileKey, stashOffset: result.offset });
          break;
        case 'stashed':
          await upload.checkpoint({ fileKey: result.fileKey, stashComplete: true });
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
    const { upload, client, options, chunkLine } = this.context;
    const { size } = this.content;
    if (this.joining !== undefined) {
      const fileKey = this.joining;
      this.joining = undefined;
      return pollStatus(this.context, fileKey);
    }
    const chunk = Buffer.allocUnsafe(
      Math.min(chooseChunkSize(size, options.chunkSize), size - this.at.offset),
    );
    await readFully(this.handle, chunk, this.at.offset);
    const answer = await chunkLine(() =>
      client.stashChunk(
        { filename: upload.row.filename, ...this.at, size, chunk, async: isPublishedAsync(size) },
        upload.signal,
      ),
    );
    return answer.kind === 'poll' ? pollStatus(this.context, answer.fileKey) : answer;
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
    this.at = { offset: 0 };
    await this.context.upload.checkpoint(NO_STASH);
  }
}

async function readFully(handle: FileHandle, into: Buffer, position: number): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) throw new Error('The downloaded file is shorter than it was');
    filled += bytesRead;
  }
}
