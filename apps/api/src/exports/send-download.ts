import { Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import type { ByteRange, OpenedFile } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { exportExpired, type Download } from './open-download.js';

const PRESIGNED_SECONDS = 300;
const logger = new Logger('Downloads');

/**
 * Answers with a file: from a storage that gives addresses by sending there, else as a stream, whole or the range that is
 * asked for. Several ranges at once are answered with the whole file. A HEAD request is answered here in any case: the
 * address of a storage is good for GET only.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 * @throws DomainError EXPORT_EXPIRED, RANGE_NOT_SATISFIABLE, STORAGE_UNREACHABLE; STATE_CONFLICT while it is being replaced
 */
export async function sendDownload(request: Request, response: Response, download: Download): Promise<void> {
  const { file, storage, contentType } = download;
  const isLook = request.method === 'HEAD';
  const link = { downloadName: file.name, contentType, seconds: PRESIGNED_SECONDS };
  const address = isLook ? null : await storage.presign(file.name, link);
  if (address !== null) {
    if ((await storage.find(file.name)) === null) throw exportExpired(download.found);
    response.redirect(address);
    return;
  }
  const validators = { etag: `"${file.written.sha256}"`, lastModified: file.written.at.toUTCString() };
  if (listTags(request.get('if-none-match')).includes(validators.etag)) {
    response.status(304).set('ETag', validators.etag).end();
    return;
  }
  if (isLook) {
    if ((await storage.find(file.name)) === null) throw exportExpired(download.found);
    describe(response, download, validators);
    response.end();
    return;
  }
  const range = readRange(request, response, validators, file.written.size);
  const opened = await open(download, range);
  describe(response, download, validators, range);
  await send(opened, response);
}

interface Validators {
  etag: string;
  lastModified: string;
}

const listTags = (header: string | undefined): string[] =>
  (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));

/** Undefined: the whole file. @throws DomainError RANGE_NOT_SATISFIABLE */
function readRange(
  request: Request,
  response: Response,
  { etag, lastModified }: Validators,
  size: number,
): Required<ByteRange> | undefined {
  const condition = request.get('if-range') ?? etag;
  // What the client has already is of another file.
  if (condition !== etag && condition !== lastModified) return undefined;
  const ranges = request.range(size);
  if (ranges === -1) {
    response.set('Content-Range', `bytes */${size}`);
    throw new DomainError('RANGE_NOT_SATISFIABLE', `The file has ${size} bytes.`, { size });
  }
  const [range, ...more] = Array.isArray(ranges) && ranges.type === 'bytes' ? ranges : [];
  return more.length === 0 ? range : undefined;
}

async function open({ storage, file, found }: Download, range?: ByteRange): Promise<OpenedFile> {
  const opened = await storage.open(file.name, range).catch((error: unknown) => {
    if (error instanceof RangeError) throw beingReplaced();
    throw error;
  });
  if (opened === null) throw exportExpired(found);
  if (opened.size === file.written.size) return opened;
  opened.stream.destroy();
  throw beingReplaced();
}

/** It was written anew this very moment: the client has to try again, and then gets the new one. */
const beingReplaced = (): DomainError =>
  new DomainError('STATE_CONFLICT', 'This file is being replaced. Try again.');

function describe(
  response: Response,
  { file, contentType }: Download,
  { etag, lastModified }: Validators,
  range?: Required<ByteRange>,
): void {
  const { size } = file.written;
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response
    .status(range === undefined ? 200 : 206)
    .attachment(file.name)
    .set({
      'Content-Type': contentType,
      'Content-Length': String(end - start + 1),
      'Accept-Ranges': 'bytes',
      'Last-Modified': lastModified,
      ETag: etag,
      ...(range !== undefined && { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    });
}

async function send({ stream }: OpenedFile, response: Response): Promise<void> {
  try {
    await pipeline(stream, response);
  } catch (error) {
    // Nothing can be told any more: the connection is closed, and the client sees that bytes are missing.
    logger.warn({ message: 'A download ended early', error: String(error) });
  }
}
