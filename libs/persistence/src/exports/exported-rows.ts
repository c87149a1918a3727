import type {
  CategoryFile,
  ImageSourceName,
  Label,
  ManifestCells,
  StructuredError,
  UploadStatus,
} from '#app/protocol';
import { fromJson } from '../database/json.js';
import type { CategoryFileRow } from '../imports/category-file-row.js';

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
  /** What its manifest tells of it, if it is from one. */
  manifest: ManifestCells | null;
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
  manifest: null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** What an export tells of a file of an import. */
export type ExportedFile = CategoryFile;

export interface ExportedFileRow extends CategoryFileRow {
  position: number;
}
