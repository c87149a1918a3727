import type { ExportFileKey, ExportRows, RowCursor } from '#app/persistence';
import { fileViews } from './formats/file-views.js';
import { textFormat, textOf, type RowViews } from './formats/text-format.js';
import { uploadViews } from './formats/upload-views.js';

interface PagePosition {
  after: RowCursor | null;
  upTo: number;
  /** Rows before this page. */
  rows: number;
}

export interface TextPage {
  text: string;
  rows: number;
  /** Null: it was the last one. */
  after: RowCursor | null;
}

/** The rows of an export as text, page by page. */
export interface TextSource {
  readonly head: string;
  readonly tail: string;
  readPage(position: PagePosition): Promise<TextPage>;
}

const ROWS_A_PAGE = 1_000;

function sourceOf<Row>(
  { format }: ExportFileKey,
  views: RowViews<Row>,
  read: (page: { after: RowCursor | null; upTo: number; limit: number }) => Promise<{
    rows: Row[];
    after: RowCursor | null;
  }>,
): TextSource {
  const written = textFormat(format, views);
  return {
    head: written.head,
    tail: written.tail,
    readPage: async ({ after, upTo, rows: before }) => {
      const page = await read({ after, upTo, limit: ROWS_A_PAGE });
      return { text: textOf(written, page.rows, before), rows: page.rows.length, after: page.after };
    },
  };
}

export function openSource(rows: ExportRows, key: ExportFileKey): TextSource {
  const { subject } = key;
  return subject.kind === 'import'
    ? sourceOf(key, fileViews, (page) => rows.readFiles(subject, page))
    : sourceOf(key, uploadViews, (page) => rows.readUploads(subject, page));
}
