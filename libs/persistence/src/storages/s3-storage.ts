import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { attachmentHeader } from './attachment-header.js';
import { checkFileName, isFileName } from './file-names.js';
import type {
  ByteRange,
  FileStorage,
  OpenedFile,
  PresignOptions,
  StoredFile,
  TemporaryFile,
  WriteOptions,
} from './file-storage.js';
import { inPieces } from './in-pieces.js';
import { MultipartUploads, PART_BYTES } from './multipart-uploads.js';
import { asStorageFailure, isMissing, isRangeBehindEnd } from './s3-failures.js';
import { StorageUnreachableError } from './storage-unreachable.js';
import { untilAborted } from './until-aborted.js';

const CHECK_TEXT = 'Curator looks whether it can write here.';

/** Between an unfinished file's name and the id that the storage gave it. No name has it. */
const ID_MARK = '#';

/** Files of one bucket below one prefix. Callers own retries beyond those of single requests. See https://docs.aws.amazon.com/AmazonS3/latest/API/ */
export class S3Storage implements FileStorage {
  private readonly uploads: MultipartUploads;

  /** @param prefix empty, or with a slash at its end */
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {
    this.uploads = new MultipartUploads(client, bucket);
  }

  async write(
    name: string,
    content: AsyncIterable<Buffer | string>,
    { contentType, signal }: WriteOptions,
  ): Promise<{ size: number }> {
    const Key = this.keyOf(name);
    const parts = untilAborted(inPieces(content, PART_BYTES), signal);
    const first = await parts.next();
    if (!first.done && first.value.length === PART_BYTES) {
      return this.uploads.write({ Key, ContentType: contentType }, first.value, parts, signal);
    }
    const body = first.done ? Buffer.alloc(0) : first.value;
    signal?.throwIfAborted();
    // Not aborted any more: it would not be known whether the file became visible.
    await this.ask(() =>
      this.client.send(
        new PutObjectCommand({ Bucket: this.bucket, Key, Body: body, ContentType: contentType }),
      ),
    );
    return { size: body.length };
  }

  async find(name: string): Promise<StoredFile | null> {
    const Key = this.keyOf(name);
    const found = await this.ask(() =>
      this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key })).catch(nullIf(isMissing)),
    );
    return found && { name, size: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) };
  }

  async open(name: string, range?: ByteRange): Promise<OpenedFile | null> {
    const Key = this.keyOf(name);
    const isWhole = !range || (range.start === 0 && range.end === undefined);
    const Range = isWhole ? undefined : `bytes=${range.start}-${range.end ?? ''}`;
    const found = await this.ask(() =>
      this.client
        .send(new GetObjectCommand({ Bucket: this.bucket, Key, ...(Range && { Range }) }))
        .catch((error: unknown) => {
          if (isRangeBehindEnd(error)) throw new RangeError(`${name} ends before the range`);
          return nullIf(isMissing)(error);
        }),
    );
    if (!found) return null;
    if (!(found.Body instanceof Readable)) throw new TypeError('A file came without a stream');
    const total = found.ContentRange?.split('/')[1] ?? found.ContentLength;
    return { stream: found.Body, size: Number(total) };
  }

  async presign(name: string, { downloadName, contentType, seconds }: PresignOptions): Promise<string> {
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: this.keyOf(name),
      ResponseContentDisposition: attachmentHeader(downloadName),
      ResponseContentType: contentType,
    });
    return getSignedUrl(this.client, command, { expiresIn: seconds });
  }

  async remove(name: string): Promise<boolean> {
    if (!(await this.find(name))) return false;
    await this.ask(() => this.delete(this.keyOf(name)));
    return true;
  }

  async *list(): AsyncGenerator<StoredFile> {
    let ContinuationToken: string | undefined;
    do {
      const page = await this.ask(() =>
        this.client.send(
          new ListObjectsV2Command({
            Bucket: this.bucket,
            Prefix: this.prefix,
            Delimiter: '/',
            ContinuationToken,
          }),
        ),
      );
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
        const name = Key.slice(this.prefix.length);
        if (isFileName(name)) yield { name, size: Size, modifiedAt: LastModified };
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  async *listTemporary(): AsyncGenerator<TemporaryFile> {
    for await (const { key, uploadId, begunAt } of this.uploads.list(this.prefix)) {
      const name = key.slice(this.prefix.length);
      if (!isFileName(name)) continue;
      yield { name: `${name}${ID_MARK}${uploadId}`, size: 0, modifiedAt: begunAt, of: name };
    }
  }

  async removeTemporary(name: string, before?: Date): Promise<boolean> {
    const at = name.indexOf(ID_MARK);
    if (at < 0) throw new TypeError(`${JSON.stringify(name)} is no name for an unfinished file`);
    const [key, uploadId] = [this.keyOf(name.slice(0, at)), name.slice(at + 1)];
    if (before !== undefined && !(await this.uploads.wasBegunBefore(before, key, uploadId))) return false;
    return this.uploads.abort(key, uploadId);
  }

  async check(): Promise<void> {
    const Key = `${this.prefix}.check-${randomBytes(8).toString('hex')}`;
    const at = { Bucket: this.bucket, Key };
    await this.ask(async () => {
      await this.client.send(new PutObjectCommand({ ...at, Body: CHECK_TEXT }));
      const { Body } = await this.client.send(new GetObjectCommand(at));
      if ((await Body?.transformToString()) !== CHECK_TEXT) {
        throw new StorageUnreachableError('The storage gives back something else than was written.', false);
      }
      await this.client.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: Key, MaxKeys: 1 }));
      await this.delete(Key);
    });
  }

  private async delete(Key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key }));
  }

  private keyOf(name: string): string {
    return this.prefix + checkFileName(name);
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    return question().catch((error: unknown) => {
      throw asStorageFailure(error);
    });
  }
}

const nullIf =
  (isExpected: (error: unknown) => boolean) =>
  (error: unknown): null => {
    if (isExpected(error)) return null;
    throw error;
  };
