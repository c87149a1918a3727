import type { ImageSourceName, Label, StructuredError, UploadStatus } from '#app/protocol';
import { fromJson } from '../database/json.js';

/** What an export tells of an upload; nothing that lets anybody act for a person. */
export interface ExportedUpload {
  id: number;
  batchid: number;
  status: UploadStatus;
  /** Id of the image at its source. */
  key: string;
  handler: ImageSourceName;
  collection: string;
  filename: string;
  wikitext: string;
  copyrightOverride: boolean;
  labels: Label[];
  error: StructuredError | null;
  /** Address of the file page. */
  success: string | null;
  /** `File:` and the name under which it was published. */
  publishedTitle: string | null;
  /** The digits of the file's M-id. */
  pageId: number | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface ExportedUploadRow {
  id: number;
  batchid: number;
  status: UploadStatus;
  key: string;
  handler: ImageSourceName;
  collection: string;
  filename: string;
  wikitext: string;
  copyright_override: number;
  labels: string | Label[] | null;
  error: string | StructuredError | null;
  success: string | null;
  published_title: string | null;
  page_id: string | number | null;
  created_at: Date;
  updated_at: Date;
  planned_at: Date;
}

export const toExportedUpload = (row: ExportedUploadRow): ExportedUpload => ({
  id: row.id,
  batchid: row.batchid,
  status: row.status,
  key: row.key,
  handler: row.handler,
  collection: row.collection,
  filename: row.filename,
  wikitext: row.wikitext,
  copyrightOverride: row.copyright_override === 1,
  labels: fromJson(row.labels) ?? [],
  error: fromJson(row.error),
  success: row.success,
  publishedTitle: row.published_title,
  pageId: row.page_id === null ? null : Number(row.page_id),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** What an export tells of a file of an import. */
export interface ExportedFile {
  /** With blanks, without namespace. */
  name: string;
  pageId: number | null;
  /** Pixels; null for what has none. */
  width: number | null;
  height: number | null;
  /** Bytes. */
  size: number | null;
  mime: string | null;
  /** Hexadecimal, lower case. */
  sha1: string | null;
  firstUploader: string | null;
  firstUploadedAt: Date | null;
  latestUploader: string | null;
  latestUploadedAt: Date | null;
}
