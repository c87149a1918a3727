import { describe, expect, it } from '@jest/globals';
import { EXPORT_FORMATS, readUploadTable, toUploadTableRow, type ExportFormat } from '#app/protocol';
import type { ExportedFile, ExportedUpload } from '#app/persistence';
import fc from 'fast-check';
import { anExportedFile, anExportedUpload } from '../testing/exported.js';
import { fileViews } from './file-views.js';
import { textFormat, textOf, type RowViews } from './text-format.js';
import { uploadViews } from './upload-views.js';

const write = <Row>(format: ExportFormat, views: RowViews<Row>, rows: readonly Row[]): string => {
  const text = textFormat(format, views);
  return text.head + textOf(text, rows, 0) + text.tail;
};
const uploads = (format: ExportFormat, rows: readonly ExportedUpload[]): string =>
  write(format, uploadViews, rows);
const files = (format: ExportFormat, rows: readonly ExportedFile[]): string => write(format, fileViews, rows);

/** Text with much in it that formats have a meaning for. */
const hardText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }),
      fc.constantFrom(
        '"',
        "'",
        "''",
        '\n',
        '\r\n',
        '\t',
        ',',
        '=1+1',
        '@x',
        '|',
        '[[',
        ']]',
        '{{',
        '}}',
        '<b>',
      ),
      fc.constantFrom('</gallery>', '&amp;', '~~~~', '__TOC__', '://', '*', '#', '%41', ' ', 'M1\tP1\tQ1'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const anyUpload = fc
  .record({
    filename: hardText,
    wikitext: hardText,
    collection: hardText,
    label: hardText,
    message: hardText,
    title: hardText,
    copyrightOverride: fc.boolean(),
  })
  .map(({ label, message, title, ...rest }) =>
    anExportedUpload({
      ...rest,
      publishedTitle: `File:${title}`,
      labels: [{ language: 'de-at', value: label }],
      error: { type: 'error', message },
    }),
  );

describe('formats of exports', () => {
  it.each(EXPORT_FORMATS)(
    '%s: pages one after the other make the same file as all rows at once',
    (format) => {
      fc.assert(
        fc.property(fc.array(anyUpload, { maxLength: 4 }), fc.nat(4), (rows, at) => {
          const text = textFormat(format, uploadViews);
          const first = rows.slice(0, at);
          const pages = textOf(text, first, 0) + textOf(text, rows.slice(at), first.length);
          expect(text.head + pages + text.tail).toBe(uploads(format, rows));
        }),
      );
    },
  );

  it.each(['csv', 'json', 'ndjson'] as const)('%s is read back as it was written', (format) => {
    fc.assert(
      fc.property(fc.array(anyUpload, { maxLength: 4 }), (rows) => {
        const text = uploads(format, rows);
        const read =
          format === 'csv'
            ? readUploadTable(text)
            : (format === 'json'
                ? (JSON.parse(text) as unknown[])
                : text
                    .split('\n')
                    .slice(0, -1)
                    .map((line): unknown => JSON.parse(line))
              ).map(toUploadTableRow);
        expect(read).toHaveLength(rows.length);
        for (const [
          index,
          { filename, wikitext, collection, labels, error, copyrightOverride },
        ] of rows.entries()) {
          const cells = {
            title: filename,
            wikitext,
            input: collection,
            label: labels[0]?.value ?? '',
            error: error?.message ?? '',
          };
          for (const [column, cell] of Object.entries(cells))
            expect([column, read[index]?.[column as 'title'] ?? '']).toEqual([column, cell]);
          expect(read[index]).toMatchObject({
            handler: 'mapillary',
            id: '1234567',
            label_language: 'de-at',
            copyright_override: String(copyrightOverride),
            upload_id: '7',
            status: 'completed',
          });
        }
      }),
    );
  });

  it('has the cells of the manifest that an upload is from', () => {
    const manifest = { title: 'Other.jpg', author: 'A. Photographer', license: 'CC0', latitude: '-3.5' };
    const row = anExportedUpload({ handler: 'manifest', manifest });
    expect(readUploadTable(uploads('csv', [row]))[0]).toMatchObject({
      handler: 'manifest',
      title: 'A street.jpg',
      author: 'A. Photographer',
      license: 'CC0',
      latitude: '-3.5',
    });
  });

  it('writes no cell that a spreadsheet would run', () => {
    const csv = files('csv', [anExportedFile({ name: '=HYPERLINK("x").jpg', firstUploader: '@me' })]);
    expect(csv.split('\r\n')[1]).toMatch(/^"'=HYPERLINK/);
    expect(csv).toContain(",'@me,");
  });

  it('writes an empty table, array, list and gallery', () => {
    expect(uploads('csv', []).split('\r\n')).toHaveLength(2);
    expect(JSON.parse(uploads('json', []))).toEqual([]);
    expect(uploads('ndjson', [])).toBe('');
    expect(uploads('wikitext-gallery', [])).toBe('<gallery>\n</gallery>\n');
    expect(uploads('quickstatements', [])).toBe('');
  });

  describe('wikitext-gallery', () => {
    const decode = (text: string): string =>
      text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

    it('has one line a picture, whatever is in titles and captions, and nothing in it that is markup', () => {
      fc.assert(
        fc.property(fc.array(anyUpload, { minLength: 1, maxLength: 4 }), (rows) => {
          const lines = uploads('wikitext-gallery', rows).split('\n');
          expect(lines).toHaveLength(rows.length + 3);
          for (const [index, row] of rows.entries()) {
            const line = lines[index + 1] ?? '';
            const [title = '', caption = '', ...more] = line.split('|');
            expect(more).toEqual([]);
            expect(title).toMatch(/^File:[^[\]{}<>#]*$/);
            expect(caption).not.toMatch(/[<>[\]{}|=~]|''|__|:\/\/|^[*#:;-]|&(?!#\d+;)/);
            expect(decode(caption).replaceAll(/\s+/g, '')).toBe(
              (row.labels[0]?.value ?? '').replaceAll(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ''),
            );
          }
        }),
      );
    });

    it('shows what has a page: the published file, or the one that was there before', () => {
      const links = [{ title: 'File:Older.jpg', url: 'https://commons.example/wiki/File:Older.jpg' }];
      const gallery = uploads('wikitext-gallery', [
        anExportedUpload({ publishedTitle: 'File:100% new.jpg', labels: [] }),
        anExportedUpload({ publishedTitle: null }),
        anExportedUpload({
          status: 'duplicate',
          publishedTitle: null,
          success: null,
          error: { type: 'duplicate', message: 'There already', links },
        }),
        anExportedUpload({
          status: 'failed',
          publishedTitle: null,
          success: null,
          error: { type: 'error', message: 'No' },
        }),
      ]);
      expect(gallery).toBe(
        '<gallery>\nFile:100%25 new.jpg\nFile:A street.jpg|A street\nFile:Older.jpg|A street\n</gallery>\n',
      );
    });
  });

  describe('quickstatements', () => {
    it('sets the caption and the id at the source of what has a page', () => {
      const labels = [
        { language: 'en', value: 'A "street"\nin two\tlines' },
        { language: 'zh-hans', value: '街' },
        { language: 'x\tP1', value: 'no language' },
        { language: 'fr', value: ' ' },
      ];
      expect(uploads('quickstatements', [anExportedUpload({ labels })])).toBe(
        'M99\tLen\t"A "street" in two lines"\nM99\tLzh-hans\t"街"\nM99\tP1947\t"1234567"\n',
      );
      const photo = anExportedUpload({ handler: 'flickr', labels: [] });
      expect(uploads('quickstatements', [photo])).toBe('M99\tP12120\t"1234567"\n');
      expect(uploads('quickstatements', [anExportedUpload({ pageId: null })])).toBe('');
    });

    it('has only lines of three columns that begin with an id', () => {
      fc.assert(
        fc.property(fc.array(anyUpload, { maxLength: 4 }), (rows) => {
          for (const line of uploads('quickstatements', rows).split('\n').slice(0, -1))
            expect(line).toMatch(/^M99\t(?:Lde-at|P1947)\t"[^\t\n\r]*"$/);
        }),
      );
    });

    it('keeps a text one column where all is read as one line, and leaves the summary of edits alone', () => {
      const labels = [{ language: 'en', value: 'A||CREATE|||LAST|P31|Q5 /* a summary */' }];
      const text = uploads('quickstatements', [anExportedUpload({ labels })]);
      expect(text).not.toMatch(/\|\||\/\*/);
    });

    it('lists the ids and titles of an import', () => {
      expect(files('quickstatements', [anExportedFile(), anExportedFile({ pageId: 13 })])).toBe(
        'M12\tFile:Old town.jpg\nM13\tFile:Old town.jpg\n',
      );
    });
  });

  it('writes the files of an import as Montage reads them', () => {
    const [header, line] = files('csv', [anExportedFile()]).split('\r\n');
    expect(header).toMatch(
      /^img_name,img_major_mime,img_minor_mime,img_width,img_height,img_user,img_user_text,img_timestamp,/,
    );
    expect(line).toBe(
      'Old_town.jpg,image,jpeg,4000,3000,,Alice,20200501102030,Bob,20210602112233,12,1234567,da39a3ee5e6b4b0d3255bfef95601890afd80709',
    );
    expect(JSON.parse(files('ndjson', [anExportedFile({ latestUploadedAt: null })]))).toEqual({
      name: 'Old town.jpg',
      page_id: 12,
      width: 4000,
      height: 3000,
      size: 1_234_567,
      mime: 'image/jpeg',
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      first_uploader: 'Alice',
      first_uploaded_at: '2020-05-01T10:20:30.000Z',
      latest_uploader: 'Bob',
      latest_uploaded_at: null,
    });
    expect(files('wikitext-gallery', [anExportedFile()])).toBe('<gallery>\nFile:Old town.jpg\n</gallery>\n');
  });
});
