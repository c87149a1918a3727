import { open, type FileHandle } from 'node:fs/promises';
import { ChunkSender, type ChunkSource, type StashOutcome } from './chunk-sender.js';
import { Halt } from './halt.js';
import type { LocalFile } from './local-file.js';
import type { RunContext } from './run-context.js';
import { NO_STASH } from './stash-state.js';

/** What is read of the disk at once. */
const PIECE_BYTES = 256 * 1024;

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
      part: async (offset, length) => {
        await before(offset + length);
        return { byteLength: length, pieces: () => readPieces(handle, offset, length) };
      },
    });
  } finally {
    await handle.close();
  }
}

async function* readPieces(handle: FileHandle, offset: number, length: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length;) {
    const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, length - done));
    const { bytesRead } = await handle.read(piece, 0, piece.length, offset + done);
    if (bytesRead === 0) throw new Error('The downloaded file is shorter than it was');
    yield piece.subarray(0, bytesRead);
    done += bytesRead;
  }
}
