import { open, type FileHandle } from 'node:fs/promises';
import { ChunkSender, type ChunkSource, type StashOutcome } from './chunk-sender.js';
import { Halt } from './halt.js';
import type { LocalFile } from './local-file.js';
import type { RunContext } from './run-context.js';
import { NO_STASH } from './stash-state.js';

interface Content {
  sha1: string;
  /** Bytes. */
  size: number;
}

/** Puts the file into the uploader's stash, or says that it is there already. Goes on where an earlier run stopped. */
export async function stashFile(
  context: RunContext,
  file: LocalFile,
  content: Content,
): Promise<StashOutcome> {
  const { upload } = context;
  const { fileKey, stashComplete } = upload.row.checkpoint;
  if (stashComplete && fileKey !== undefined) return { kind: 'stashed', fileKey };

  const { sha1 } = await file.get();
  if (sha1 !== content.sha1) {
    await upload.checkpoint(NO_STASH);
    throw new Halt({ do: 'requeue', afterMs: 0, kind: 'download', reason: 'The source sent another file' });
  }
  return withFile(file.path, content.size, (source) => {
    const { fileKey: key, stashOffset } = upload.row.checkpoint;
    return new ChunkSender(context, source, {
      from: key ? { fileKey: key, offset: stashOffset ?? 0 } : { offset: 0 },
      keep: (patch) => upload.checkpoint(patch),
      signal: upload.signal,
    }).send();
  });
}

/** Opens a file on disk for the time of `work`. @param before awaited before bytes up to a position are read */
export async function withFile<T>(
  path: string,
  size: number,
  work: (source: ChunkSource) => Promise<T>,
  before: (bytes: number) => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  await before(1);
  const handle = await open(path, 'r');
  try {
    return await work({
      size,
      read: async (into, position) => {
        await before(position + into.length);
        await readFully(handle, into, position);
      },
    });
  } finally {
    await handle.close();
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
