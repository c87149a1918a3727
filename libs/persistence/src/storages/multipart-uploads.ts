import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Logger } from '@nestjs/common';
import { asStorageFailure, isMissing } from './s3-failures.js';

/** A file has at most 10,000 parts, so this allows for 80 GB. Some storages want all parts but the last of one size. */
export const PART_BYTES = 8 * 1024 * 1024;

const settled = (): void => undefined;

/**
 * Files of unknown size in parts, one being sent while the next is made. The file becomes visible with its last request.
 * See https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export class MultipartUploads {
  private readonly logger = new Logger(MultipartUploads.name);

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  /** @throws StorageUnreachableError, or what `rest` or the signal throws; then no part is left */
  async write(
    file: { Key: string; ContentType: string },
    first: Buffer,
    rest: AsyncGenerator<Buffer, void, undefined>,
    signal: AbortSignal | undefined,
  ): Promise<{ size: number }> {
    const { Key } = file;
    const begin = new CreateMultipartUploadCommand({ Bucket: this.bucket, ...file });
    const begun = await this.ask(() => this.client.send(begin)).catch(async (error: unknown) => {
      await rest.return();
      throw error;
    });
    const upload = { Bucket: this.bucket, Key, UploadId: begun.UploadId };

    const parts: CompletedPart[] = [];
    let size = 0;
    const send = async (Body: Buffer): Promise<void> => {
      const PartNumber = parts.length + 1;
      const command = new UploadPartCommand({ ...upload, PartNumber, Body });
      const { ETag } = await this.ask(() =>
        this.client.send(command, { ...(signal && { abortSignal: signal }) }),
      );
      parts.push({ PartNumber, ETag });
      size += Body.length;
    };
    let sending = send(first);
    sending.catch(settled); // awaited below, after the next part is made
    try {
      for await (const part of rest) {
        await sending;
        sending = send(part);
        sending.catch(settled);
      }
      await sending;
      signal?.throwIfAborted();
      const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } });
      await this.ask(() => this.client.send(complete));
      return { size };
    } catch (error) {
      // A part that arrives after the abort would stay.
      await sending.catch(settled);
      await this.giveUp(Key, begun.UploadId ?? '');
      signal?.throwIfAborted();
      throw error;
    }
  }

  async *list(prefix: string): AsyncGenerator<{ key: string; uploadId: string; begunAt: Date }> {
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | null = {};
    while (markers) {
      const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
        Bucket: this.bucket,
        Prefix: prefix,
        ...markers,
      });
      const page = await this.ask(() => this.client.send(command));
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (Key && UploadId) yield { key: Key, uploadId: UploadId, begunAt: Initiated ?? new Date(0) };
      }
      markers = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : null;
    }
  }

  async wasBegunBefore(before: Date, key: string, uploadId: string): Promise<boolean> {
    for await (const upload of this.list(key)) {
      if (upload.key === key && upload.uploadId === uploadId) return upload.begunAt < before;
    }
    return false;
  }

  /** @returns whether there was something to abort */
  async abort(Key: string, UploadId: string): Promise<boolean> {
    return this.ask(() =>
      this.client.send(new AbortMultipartUploadCommand({ Bucket: this.bucket, Key, UploadId })).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false;
          throw error;
        },
      ),
    );
  }

  /** The fault that led here is the one to tell. The clean-up removes what stays. */
  private async giveUp(Key: string, UploadId: string): Promise<void> {
    try {
      await this.abort(Key, UploadId);
    } catch (error) {
      this.logger.warn(`The parts of ${Key} could not be removed: ${String(error)}`);
    }
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    return question().catch((error: unknown) => {
      throw asStorageFailure(error);
    });
  }
}
