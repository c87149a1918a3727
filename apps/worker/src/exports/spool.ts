import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
const SUFFIX = '.spool';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/**
 * The text of an export on its way, in a file of its own beside the finished ones: a run that goes on where another ended
 * takes over what that one had kept. It works on a copy, so that nobody writes into what another still holds open.
 */
export class Spool {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    /** Bytes. */
    private length: number,
  ) {}

  /** An empty one. @param name unlike that of any other run */
  static async create(directory: string, name: string): Promise<Spool> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, name + SUFFIX);
    return new Spool(path, await open(path, CREATE, 0o600), 0);
  }

  /** One that begins with the first `bytes` of another, which stays; null when those are not there any more. */
  static async copyOf(
    directory: string,
    name: string,
    from: { path: string; bytes: number },
  ): Promise<Spool | null> {
    const older = await open(from.path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (older === null) return null;
    const spool = await Spool.create(directory, name);
    try {
      const { size } = await older.stat();
      if (size < from.bytes) {
        await spool.discard();
        return null;
      }
      await spool.copy(older, from.bytes);
    } finally {
      await older.close();
    }
    return spool;
  }

  get bytes(): number {
    return this.length;
  }

  /** @returns bytes so far, all of them on disk */
  async append(text: string): Promise<number> {
    await this.write(Buffer.from(text));
    await this.file.datasync();
    return this.length;
  }

  private async copy(older: FileHandle, bytes: number): Promise<void> {
    if (bytes === 0) return;
    const pieces = older.createReadStream({ autoClose: false, start: 0, end: bytes - 1 });
    for await (const piece of pieces as AsyncIterable<Buffer>) await this.write(piece);
    await this.file.datasync();
  }

  private async write(bytes: Buffer): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await this.file.write(bytes, written, undefined, this.length);
      written += bytesWritten;
      this.length += bytesWritten;
    }
  }

  /** All of it, from the start. */
  read(): AsyncIterable<Buffer> {
    const end = this.length > 0 ? { end: this.length - 1 } : {};
    return this.file.createReadStream({ autoClose: false, start: 0, ...end });
  }

  /** Lets it lie for another run. */
  async close(): Promise<void> {
    await this.file.close();
  }

  async discard(): Promise<void> {
    await this.file.close();
    await rm(this.path, { force: true });
  }
}

/** Removes what runs have left that nobody has gone on with. @returns the names of those files */
export async function removeAbandonedSpools(directory: string, before: Date): Promise<string[]> {
  const removed: string[] = [];
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const name of names.filter((some) => some.endsWith(SUFFIX))) {
    const path = join(directory, name);
    const stats = await stat(path).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (!stats || stats.mtime >= before) continue;
    await rm(path, { force: true });
    removed.push(name);
  }
  return removed;
}
