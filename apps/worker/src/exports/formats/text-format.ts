import { escapeWikitext, type ExportFormat } from '#app/protocol';
import { escapeTitle } from './escape-title.js';

/** One picture of a gallery. */
export interface Picture {
  /** `File:` and a name. */
  title: string;
  /** Plain text. */
  caption: string;
}

/** What the formats need to know of one kind of rows. */
export interface RowViews<Row> {
  readonly csvHeader: string;
  /** With its line break. */
  toCsvLine(row: Row): string;
  toObject(row: Row): object;
  /** Null: it has no file page. */
  toPicture(row: Row): Picture | null;
  /** Commands or list entries, without line breaks. */
  toQuickStatements(row: Row): readonly string[];
}

/** A file is the head, the text of each row in turn, and the tail. */
export interface TextFormat<Row> {
  readonly head: string;
  readonly tail: string;
  /** @param isFirst whether no row comes before it in the file */
  toText(row: Row, isFirst: boolean): string;
}

const toLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const FORMATS: Readonly<Record<ExportFormat, <Row>(views: RowViews<Row>) => TextFormat<Row>>> = {
  csv: (views) => ({ head: views.csvHeader, tail: '', toText: (row) => views.toCsvLine(row) }),
  json: (views) => ({
    head: '[',
    tail: '\n]\n',
    toText: (row, isFirst) => `${isFirst ? '' : ','}\n${JSON.stringify(views.toObject(row))}`,
  }),
  ndjson: (views) => ({
    head: '',
    tail: '',
    toText: (row) => toLines([JSON.stringify(views.toObject(row))]),
  }),
  'wikitext-gallery': (views) => ({
    head: '<gallery>\n',
    tail: '</gallery>\n',
    toText: (row) => {
      const picture = views.toPicture(row);
      if (picture === null) return '';
      const { title, caption } = picture;
      return toLines([
        caption === '' ? escapeTitle(title) : `${escapeTitle(title)}|${escapeWikitext(caption)}`,
      ]);
    },
  }),
  quickstatements: (views) => ({
    head: '',
    tail: '',
    toText: (row) => toLines(views.toQuickStatements(row)),
  }),
};

/** How rows of this kind are written in a format. */
export const textFormat = <Row>(format: ExportFormat, views: RowViews<Row>): TextFormat<Row> =>
  FORMATS[format](views);

/** @param before how many rows of the file come before these */
export const textOf = <Row>(format: TextFormat<Row>, rows: readonly Row[], before: number): string =>
  rows.map((row, index) => format.toText(row, before + index === 0)).join('');
