import type { Readable } from 'node:stream';

export interface StoredFile {
  name: string;
  /** Bytes. */
  size: number;
  modifiedAt: Date;
}

/** A write that has not ended, or never will. */
export interface TemporaryFile extends StoredFile {
  /** What it would be called. */
  of: string;
}

export interface WriteOptions {
  contentType: string;
  signal?: AbortSignal;
}

export interface PresignOptions {
  /** What the browser is told to call the file. */
  downloadName: string;
  contentType: string;
  /** How long the address works. */
  seconds: number;
}

/** Bytes, both inclusive; without `end` to the file's end. */
export interface ByteRange {
  start: number;
  end?: number;
}

export interface OpenedFile {
  /** The range, or the whole file. Whoever opens it reads it to its end or destroys it. */
  stream: Readable;
  /** Bytes of the whole file, whatever the range. */
  size: number;
}

/**
 * Where finished files are kept and found again by their name. Names are flat: letters, digits, dots, dashes and
 * underscores, at most 200 characters, not beginning with a dot; anything else is a TypeError before the storage is asked.
 * @throws DomainError STORAGE_UNREACHABLE, from every method, when the storage does not answer or refuses
 */
export interface FileStorage {
  /**
   * Writes the whole stream under a temporary name and makes it visible under `name` at once, replacing what was there.
   * A write that fails or is aborted leaves nothing visible and no part behind; what the content or the signal throws passes through.
   */
  write(
    name: string,
    content: AsyncIterable<Buffer | string>,
    options: WriteOptions,
  ): Promise<{ size: number }>;
  find(name: string): Promise<StoredFile | null>;
  /**
   * Null when it is not there. A file that is deleted or replaced while it is read is still read to its end.
   * @throws RangeError when the range begins behind the file's end
   */
  open(name: string, range?: ByteRange): Promise<OpenedFile | null>;
  /** A short-lived address for downloading where the storage gives one (S3); null: stream it. Does not look whether the file is there. */
  presign(name: string, options: PresignOptions): Promise<string | null>;
  /** Whether there was something to remove. */
  remove(name: string): Promise<boolean>;
  /** Finished files, in no order; what else lies there is passed over. */
  list(): AsyncIterable<StoredFile>;
  /** Writes that have not ended, by names for `removeTemporary`; `modifiedAt` is when anything was last written to it, S3: when it was begun. */
  listTemporary(): AsyncIterable<TemporaryFile>;
  /** @param before only if nothing was written to it since @returns whether there was something to remove */
  removeTemporary(name: string, before?: Date): Promise<boolean>;
  /** Writes, reads and removes a small file. */
  check(): Promise<void>;
}
