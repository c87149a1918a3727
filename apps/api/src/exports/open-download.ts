import { Injectable } from '@nestjs/common';
import {
  ExportFileRepository,
  Storages,
  type Export,
  type ExportFile,
  type FileStorage,
} from '#app/persistence';
import { DomainError, EXPORT_FORMAT_FACTS } from '#app/protocol';
import { ApiConfig } from '../api.config.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { Exports } from './exports.service.js';
import { isThere } from './to-export-dto.js';

const HOUR_MS = 3_600_000;

/** A finished file that its person may have. */
export interface Download {
  found: Export;
  file: ExportFile & { written: NonNullable<ExportFile['written']> };
  storage: FileStorage;
  contentType: string;
}

/** An export that is not there any more, with how to get it again. */
export function exportExpired({ kind, refId, format, storageId }: Export): DomainError {
  const request = {
    kind,
    ...(refId !== null && { id: refId }),
    format,
    ...(storageId !== null && { storage_id: storageId }),
  };
  const body = JSON.stringify(request);
  return new DomainError(
    'EXPORT_EXPIRED',
    `This file has been removed. Ask for it again: POST /api/exports with ${body}.`,
    { request },
  );
}

/** Finds the files of exports for those who have asked for them. */
@Injectable()
export class OpenDownload {
  constructor(
    private readonly exports: Exports,
    private readonly files: ExportFileRepository,
    private readonly storages: Storages,
    private readonly config: ApiConfig,
  ) {}

  /**
   * @param isLook nothing is downloaded, so that the file's life is not prolonged
   * @throws DomainError EXPORT_NOT_FOUND, STATE_CONFLICT when there is no file yet, EXPORT_EXPIRED, STORAGE_UNREACHABLE
   */
  async open(user: SignedInUser, id: number, isLook: boolean): Promise<Download> {
    const found = await this.exports.get(user, id);
    if (found.status !== 'complete')
      throw new DomainError('STATE_CONFLICT', 'This export is not complete.', { status: found.status });
    const now = new Date();
    if (found.file === null || !isThere(found, now)) throw exportExpired(found);
    const isAlive = isLook || (await this.files.noteDownload(found.file.id, now, this.lifeFrom(now)));
    const file = isAlive ? await this.files.find(found.file.id) : null;
    if (!isWritten(file)) throw exportExpired(found);
    const storage = await this.storages.open(file.storageId);
    return { found, file, storage, contentType: EXPORT_FORMAT_FACTS[file.format].contentType };
  }

  private lifeFrom(now: Date): Date {
    return new Date(now.getTime() + this.config.exportTtlHours * HOUR_MS);
  }
}

const isWritten = (file: ExportFile | null): file is Download['file'] =>
  file !== null && file.written !== null;
