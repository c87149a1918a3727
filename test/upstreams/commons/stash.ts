import { randomBytes, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import type { ReceivedFile } from '../server/receive.js';
import { ApiError } from './api-error.js';
import { inspectFile, type FileFacts, usualExtension } from './file-type.js';

export interface StashedFile {
  key: string;
  userId: number;
  /** The chunks on disk, which are never joined: a large file is not worth moving again. */
  parts: string[];
  /** Of an unfinished chunked upload these two know the first chunk only: it alone is what publishing its key publishes. */
  size: number;
  hash: Hash;
  /** All bytes received so far. */
  received: { size: number; hash: Hash };
  head: Buffer;
  facts: FileFacts;
  /** `chunks`: more is expected. */
  status: 'chunks' | 'finished';
  stashedAt: Date;
}

/** How far a chunked upload or an asynchronous job has come. */
export type SessionStatus =
  | { result: 'Continue'; stage: 'uploading'; offset: number }
  | { result: 'Poll'; stage: 'queued' }
  | { result: 'Success'; stage: 'assembling' | 'publish'; answer: Record<string, unknown> }
  | { result: 'Failure'; error: ApiError };

const READ_BYTES = 1024 * 1024;

/** The parts that publishing this file publishes. */
export const publishedParts = ({ parts, size, received }: StashedFile): string[] =>
  received.size === size ? parts : parts.slice(0, 1);

export const sha1Of = (file: { hash: Hash }): string => file.hash.copy().digest('hex');

/** The upload stash: files that are not published yet, by user and key. Bytes stay on disk. */
export class Stash {
  readonly sessions = new Map<string, SessionStatus>();
  private readonly files = new Map<string, StashedFile>();
  private sequence = 0;

  constructor(private readonly directory: () => string) {}

  /** Stashes a received file under a new key. */
  async add(file: ReceivedFile, userId: number, status: StashedFile['status']): Promise<StashedFile> {
    const part = this.newPath();
    await rename(file.path, part);
    return this.register(
      { parts: [part], size: file.size, head: file.head, hash: file.hash.copy(), status },
      userId,
    );
  }

  /** Stashes what is stashed already once more, under a new key; both keys stay good. */
  async copy(file: StashedFile): Promise<StashedFile> {
    const parts = await Promise.all(
      publishedParts(file).map(async (part) => {
        const again = this.newPath();
        await link(part, again);
        return again;
      }),
    );
    return this.register(
      { parts, size: file.size, head: file.head, hash: file.hash.copy(), status: 'finished' },
      file.userId,
    );
  }

  /** Gives a completed chunked upload its final key; the old one is gone. */
  finish(file: StashedFile): StashedFile {
    this.files.delete(file.key);
    this.sessions.delete(file.key);
    return this.register({ ...file, ...file.received, status: 'finished' }, file.userId);
  }

  async append(file: StashedFile, chunk: ReceivedFile): Promise<void> {
    const part = this.newPath();
    file.received.size += chunk.size;
    await rename(chunk.path, part);
    file.parts.push(part);
    const bytes = createReadStream(part, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>;
    for await (const piece of bytes) file.received.hash.update(piece);
  }

  /** @throws ApiError as MediaWiki does for keys that are malformed, unknown or somebody else's */
  get(key: string, userId: number): StashedFile {
    if (!/^[\w.-]+\.\w*$/.test(key)) throw new ApiError('invalid-file-key', 'Not a valid file key.');
    const file = this.files.get(key);
    if (file === undefined)
      throw new ApiError('uploadstash-file-not-found', `Key "${key}" not found in stash.`);
    if (file.userId !== userId)
      throw new ApiError('uploadstash-wrong-owner', `This file (${key}) doesn't belong to the current user.`);
    return file;
  }

  listOf(userId: number): StashedFile[] {
    return [...this.files.values()].filter((file) => file.userId === userId);
  }

  /** Takes a file out of the stash; its bytes stay where they are. */
  take(file: StashedFile): void {
    this.files.delete(file.key);
  }

  /** Loses everything, as Commons does after 48 hours. */
  async clear(): Promise<void> {
    const paths = [...this.files.values()].flatMap(({ parts }) => parts);
    this.files.clear();
    this.sessions.clear();
    await Promise.all(paths.map((file) => rm(file, { force: true })));
  }

  private newPath(): string {
    this.sequence += 1;
    return path.join(this.directory(), `stash-${this.sequence}`);
  }

  private register(
    file: Pick<StashedFile, 'parts' | 'size' | 'head' | 'hash' | 'status'>,
    userId: number,
  ): StashedFile {
    const facts = inspectFile(file.head);
    const random = randomBytes(8).readBigUInt64BE().toString(36).slice(0, 6);
    const time = (BigInt(Date.now()) * 10_000n + BigInt(this.sequence % 10_000)).toString(36);
    const key = `${time}.${random}.${userId}.${usualExtension(facts.mime)}`;
    const received = { size: file.size, hash: file.hash.copy() };
    const stashed = { ...file, key, userId, facts, received, stashedAt: new Date() };
    this.files.set(key, stashed);
    return stashed;
  }
}
