import type { Database } from '../database/database.js';
import {
  exportFileName,
  exportPlace,
  toExportFile,
  type ExportFile,
  type ExportFileRow,
  type WrittenExport,
} from './export-file.js';
import { subjectId, type ExportFileKey } from './export-subject.js';
import * as statements from './statements.js';

/**
 * The files of exports. A row is there before its file is, so that no file is without one; whoever writes or removes a
 * file holds its lock.
 */
export class ExportFileRepository {
  constructor(private readonly database: Database) {}

  async find(id: number): Promise<ExportFile | null> {
    const [row] = await this.database.rows<ExportFileRow>(statements.FIND_EXPORT_FILE, [id]);
    return row ? toExportFile(row) : null;
  }

  /** By where it lies. */
  async findByName(storageId: number | null, name: string): Promise<ExportFile | null> {
    const place = exportPlace(storageId, name);
    const [row] = await this.database.rows<ExportFileRow>(statements.FIND_EXPORT_FILE_AT, [place]);
    return row ? toExportFile(row) : null;
  }

  /** The file of this name, new or not, which lives until `expiresAt` at least. */
  async reserve(key: ExportFileKey, expiresAt: Date): Promise<ExportFile> {
    const { subject, dataAt, format, storageId } = key;
    const name = exportFileName(key);
    const place = exportPlace(storageId, name);
    await this.database.change(statements.RESERVE_EXPORT_FILE, [
      subject.kind,
      subjectId(subject),
      dataAt,
      format,
      storageId,
      name,
      place,
      expiresAt,
      new Date(),
      expiresAt,
    ]);
    const file = await this.findByName(storageId, name);
    if (!file) throw new Error(`The export file ${place} vanished after its creation`);
    return file;
  }

  /** @returns false when its row is gone */
  async complete(id: number, written: WrittenExport, expiresAt: Date): Promise<boolean> {
    const { size, rows, sha256, readAt } = written;
    const values = [size, rows, sha256, readAt, new Date(), expiresAt, id];
    return (await this.database.change(statements.COMPLETE_EXPORT_FILE, values)) > 0;
  }

  /** Notes a download, which prolongs the file's life. @returns false when that is over */
  async noteDownload(id: number, now: Date, expiresAt: Date): Promise<boolean> {
    const values = [now, expiresAt, id, now];
    return (await this.database.change(statements.NOTE_DOWNLOAD, values)) > 0;
  }

  /** Those whose life is over, the longest ago first. @param after only those after this one in this order */
  async listExpired(
    now: Date,
    limit: number,
    after: Pick<ExportFile, 'expiresAt' | 'id'> = { expiresAt: new Date(0), id: 0 },
  ): Promise<ExportFile[]> {
    const values = [now, after.expiresAt, after.expiresAt, after.id, limit];
    const rows = await this.database.rows<ExportFileRow>(statements.LIST_EXPIRED_FILES, values);
    return rows.map(toExportFile);
  }

  /** Those that were written at least once, by id. @param afterId only those with a greater id */
  async listWritten(afterId: number, limit: number): Promise<ExportFile[]> {
    const rows = await this.database.rows<ExportFileRow>(statements.LIST_WRITTEN_FILES, [afterId, limit]);
    return rows.map(toExportFile);
  }

  /**
   * Forgets a file whose life is over; the file itself is removed before, under the same lock. No download prolongs what is
   * over, so that nobody comes in between.
   */
  async removeExpired(id: number, now: Date): Promise<boolean> {
    return (await this.database.change(statements.REMOVE_EXPIRED_FILE, [id, now])) > 0;
  }

  /** Forgets a file that is not in its storage any more. */
  async remove(id: number): Promise<boolean> {
    return (await this.database.change('DELETE FROM export_files WHERE id = ?', [id])) > 0;
  }
}
