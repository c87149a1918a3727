import type { ExportedUpload } from '#app/persistence';
import {
  MANIFEST_COLUMNS,
  UPLOAD_TABLE_COLUMNS,
  writeUploadTableHeader,
  writeUploadTableRow,
  type ImageSourceName,
  type UploadTableColumn,
  type UploadTableRow,
} from '#app/protocol';
import { toCaptionCommand, toTextCommand } from './quick-statements.js';
import type { Picture, RowViews } from './text-format.js';

type Cell = string | number | boolean | null;

/** Properties of Wikidata that identify an image at its source. */
const ID_PROPERTY: Readonly<Partial<Record<ImageSourceName, string>>> = {
  mapillary: 'P1947',
  flickr: 'P12120',
};

const linksOf = ({ error }: ExportedUpload) => (error !== null && 'links' in error ? error.links : []);

function manifestCells({ manifest }: ExportedUpload): Partial<Record<UploadTableColumn, string>> {
  const cells: Partial<Record<UploadTableColumn, string>> = {};
  if (manifest === null) return cells;
  for (const column of MANIFEST_COLUMNS) {
    const cell = manifest[column];
    if (cell !== undefined) cells[column] = cell;
  }
  return cells;
}

const toCells = (upload: ExportedUpload): Readonly<Partial<Record<UploadTableColumn, Cell>>> => ({
  handler: upload.handler,
  id: upload.key,
  input: upload.collection,
  title: upload.filename,
  wikitext: upload.wikitext,
  label_language: upload.labels[0]?.language ?? null,
  label: upload.labels[0]?.value ?? null,
  copyright_override: upload.copyrightOverride,
  ...manifestCells(upload),
  upload_id: upload.id,
  batch_id: upload.batchid,
  status: upload.status,
  error_type: upload.error?.type ?? null,
  error: upload.error?.message ?? null,
  file_page: upload.success ?? linksOf(upload)[0]?.url ?? null,
  created_at: upload.createdAt.toISOString(),
  updated_at: upload.updatedAt.toISOString(),
});

function toTexts(cells: Readonly<Partial<Record<UploadTableColumn, Cell>>>): UploadTableRow {
  const texts: Partial<Record<UploadTableColumn, string>> = {};
  for (const column of UPLOAD_TABLE_COLUMNS) {
    const cell = cells[column];
    if (cell !== undefined && cell !== null) texts[column] = String(cell);
  }
  return texts;
}

function toPicture(upload: ExportedUpload): Picture | null {
  const title =
    upload.publishedTitle ??
    (upload.success === null ? linksOf(upload)[0]?.title : `File:${upload.filename}`) ??
    null;
  return title === null ? null : { title, caption: upload.labels[0]?.value ?? '' };
}

function toQuickStatements({ pageId, labels, handler, key }: ExportedUpload): string[] {
  if (pageId === null) return [];
  const property = ID_PROPERTY[handler];
  return [
    ...labels.flatMap(({ language, value }) => toCaptionCommand(pageId, language, value)),
    ...(property === undefined ? [] : [toTextCommand(pageId, property, key)]),
  ];
}

/** Uploads: the table that manifests are read from, pictures of what is on the wiki, captions and the source's id as commands. */
export const uploadViews: RowViews<ExportedUpload> = {
  csvHeader: writeUploadTableHeader(),
  toCsvLine: (upload) => writeUploadTableRow(toTexts(toCells(upload))),
  toObject: (upload) => {
    const cells = toCells(upload);
    return Object.fromEntries(UPLOAD_TABLE_COLUMNS.map((column) => [column, cells[column] ?? null]));
  },
  toPicture,
  toQuickStatements,
};
