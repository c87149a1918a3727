import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, opendir, realpath, rename, rm, unlink, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { checkFileName, isFileName } from './file-names.js';
import type {
  ByteRange,
  FileStorage,
  OpenedFile,
  StoredFile,
  TemporaryFile,
  WriteOptions,
} from './file-storage.js';
import { inPieces } from './in-pieces.js';
import { StorageUnreachableError } from './storage-unreachable.js';
import { untilAborted } from './until-aborted.js';

/** A dot first, which no finished file has. */
const TEMPORARY = /^\.([A-Za-z0-9][A-Za-z0-9._-]{0,199})\.[0-9a-f]{16}\.part$/;
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';

/** What is not there, or is there as a link: neither is a file of this storage. */
const isNotThere = (error: unknown): boolean => ['ENOENT', 'ELOOP', 'ENXIO'].includes(codeOf(error));

const fail = (error: unknown): never => {
  const code = codeOf(error);
  const isTemporary = !['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code);
  throw new StorageUnreachableError(`The directory cannot be used (${code}).`, isTemporary, { cause: error });
};

const orNull = (error: unknown): null => (isNotThere(error) ? null : fail(error));

/**
 * Files of one directory of this server, made with the first write. Links are not followed and not listed, so that
 * nothing outside the directory is ever read, replaced or removed.
 */
export class LocalStorage implements FileStorage {
  /** @param within the directory must lie inside this one, links resolved */
  constructor(
    private readonly directory: string,
    private readonly within: string | null = null,
  ) {}

  async write(
    name: string,
    content: AsyncIterable<Buffer | string>,
    { signal }: WriteOptions,
  ): Promise<{ size: number }> {
    checkFileName(name);
    const directory = await this.prepare();
    const temporary = join(directory, `.${name}.${randomBytes(8).toString('hex')}.part`);
    const file = await open(temporary, CREATE, 0o600).catch(fail);
    try {
      const size = await this.fill(file, untilAborted(inPieces(content), signal));
      signal?.throwIfAborted();
      await rename(temporary, join(directory, name)).catch(fail);
      await keepNames(directory);
      return { size };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async find(name: string): Promise<StoredFile | null> {
    const stats = await this.look(checkFileName(name));
    return stats && { name, size: stats.size, modifiedAt: stats.mtime };
  }

  async open(name: string, range: ByteRange = { start: 0 }): Promise<OpenedFile | null> {
    const path = join(await this.resolve(), checkFileName(name));
    const file = await open(path, READ).catch(orNull);
    if (!file) return null;
    try {
      const stats = await file.stat();
      if (!stats.isFile()) {
        await file.close();
        return null;
      }
      if (range.start > 0 && range.start >= stats.size) throw new RangeError(`${name} ends before the range`);
      return { stream: file.createReadStream(range), size: stats.size };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async presign(name: string): Promise<null> {
    checkFileName(name);
    return null;
  }

  async remove(name: string): Promise<boolean> {
    return this.unlink(checkFileName(name));
  }

  list(): AsyncIterable<StoredFile> {
    return this.listNames(isFileName);
  }

  async *listTemporary(): AsyncGenerator<TemporaryFile> {
    for await (const file of this.listNames((name) => TEMPORARY.test(name))) {
      yield { ...file, of: TEMPORARY.exec(file.name)?.[1] ?? '' };
    }
  }

  async removeTemporary(name: string, before?: Date): Promise<boolean> {
    if (!TEMPORARY.test(name))
      throw new TypeError(`${JSON.stringify(name)} is no name for an unfinished file`);
    if (before !== undefined && ((await this.look(name))?.mtime ?? before) >= before) return false;
    return this.unlink(name);
  }

  async check(): Promise<void> {
    const path = join(await this.prepare(), `.check.${randomBytes(8).toString('hex')}.part`);
    try {
      const file = await open(path, CREATE, 0o600);
      await file.close();
      await unlink(path);
    } catch (error) {
      fail(error);
    }
  }

  private async *listNames(isOwn: (name: string) => boolean): AsyncGenerator<StoredFile> {
    const entries = await opendir(await this.resolve()).catch(orNull);
    for await (const { name } of entries ?? []) {
      if (!isOwn(name)) continue;
      const stats = await this.look(name);
      if (stats) yield { name, size: stats.size, modifiedAt: stats.mtime };
    }
  }

  private async look(name: string): Promise<Stats | null> {
    const stats = await lstat(join(await this.resolve(), name)).catch(orNull);
    return stats?.isFile() ? stats : null;
  }

  private async unlink(name: string): Promise<boolean> {
    if (!(await this.look(name))) return false;
    return unlink(join(await this.resolve(), name)).then(
      () => true,
      (error: unknown) => orNull(error) ?? false,
    );
  }

  private async fill(file: FileHandle, pieces: AsyncIterable<Buffer>): Promise<number> {
    let size = 0;
    try {
      for await (const piece of pieces) {
        await file.writeFile(piece).catch(fail);
        size += piece.length;
      }
      await file.sync().catch(fail);
      return size;
    } finally {
      await file.close();
    }
  }

  private async prepare(): Promise<string> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 }).catch(fail);
    return this.resolve();
  }

  /** The directory without links, once it is sure to lie where it belongs. */
  private async resolve(): Promise<string> {
    const directory = await realpath(this.directory).catch(orNull);
    if (directory === null) return this.directory;
    if (this.within !== null && !directory.startsWith((await realpath(this.within)) + sep)) {
      throw new StorageUnreachableError('The directory of this storage leads out of its place.', false);
    }
    return directory;
  }
}

/** A name that was given to a file is kept through a power cut once its directory is on disk too. */
async function keepNames(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
