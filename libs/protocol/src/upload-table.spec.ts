import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  readUploadTable,
  toUploadTableRow,
  UPLOAD_TABLE_COLUMNS,
  uploadTableParser,
  writeUploadTableHeader,
  writeUploadTableRow,
} from './upload-table.js';

const aCell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .tuple(
      fc.constantFrom('', "'", "''"),
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ' '),
    )
    .map(([quotes, first]) => `${quotes}${first}1+1`),
);
const aRow = fc
  .dictionary(fc.constantFrom(...UPLOAD_TABLE_COLUMNS), aCell, { noNullPrototype: true })
  .map((row) => ({ handler: 'manifest', ...row }))
  .map((row) => Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== '')))
  .filter((row) => Object.keys(row).length > 0);

describe('the table of uploads', () => {
  it('reads as CSV what was written, whatever is in its cells', () => {
    fc.assert(
      fc.property(fc.array(aRow, { maxLength: 5 }), (rows) => {
        const csv = writeUploadTableHeader() + rows.map(writeUploadTableRow).join('');
        expect(readUploadTable(csv)).toEqual(rows);
      }),
    );
  });

  it('leaves no cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(aCell, (title) => {
        const written = writeUploadTableRow({ handler: 'manifest', title }).slice('manifest,,,'.length);
        expect(written).not.toMatch(/^"?[=+\-@\t\r]/);
      }),
    );
  });

  it('writes lines as RFC 4180 has them', () => {
    expect(writeUploadTableHeader()).toBe(`${UPLOAD_TABLE_COLUMNS.join(',')}\r\n`);
    const written = writeUploadTableRow({
      id: '1',
      title: 'A "b".jpg',
      wikitext: 'one\ntwo',
      latitude: '-3',
    });
    expect(written).toBe(`,1,,"A ""b"".jpg","one\ntwo"${','.repeat(10)}'-3${','.repeat(11)}\r\n`);
  });

  it('takes away only the apostrophe that writing adds', () => {
    const cells = ["it's", "'quoted'", "'", "''", "'=1", "'-1"];
    const read = readUploadTable(`title\n${cells.join('\n')}\n`);
    expect(read.map(({ title }) => title)).toEqual(["it's", "'quoted'", "'", "''", '=1', '-1']);
  });

  it('reads what spreadsheets write: a byte order mark, blanks in the header, any line break, empty lines', () => {
    for (const end of ['\n', '\r\n']) {
      const csv = `\ufeffid , title${end}1,"Ä, b"${end}${end}2,${end}`;
      expect(readUploadTable(csv)).toEqual([{ id: '1', title: 'Ä, b' }, { id: '2' }]);
    }
  });

  it('refuses columns that there are not, and those that are there twice', () => {
    expect(() => readUploadTable('id,colour\n1,red\n')).toThrow('There is no column “colour”.');
    expect(() => readUploadTable('id;title\n1;2\n')).toThrow('commas between them');
    expect(() => readUploadTable('id,id\n1,2\n')).toThrow('The column “id” is there twice.');
    expect(() => readUploadTable('id,title\n1\n')).toThrow(/line 2/);
  });

  it('reads a stream as it comes', async () => {
    const parser = uploadTableParser();
    for (const piece of ['id,ti', "tle\r\n1,'", '=x\r\n2,y']) parser.write(piece);
    parser.end();
    const rows: unknown[] = [];
    for await (const cells of parser) rows.push(toUploadTableRow(cells));
    expect(rows).toEqual([
      { id: '1', title: '=x' },
      { id: '2', title: 'y' },
    ]);
  });

  it('reads rows of JSON, with numbers and truth values', () => {
    expect(
      toUploadTableRow({ id: 7, latitude: -1.5, copyright_override: true, label: null, title: "'=a" }),
    ).toEqual({ id: '7', latitude: '-1.5', copyright_override: 'true', title: "'=a" });
    expect(() => toUploadTableRow({ id: { a: 1 } })).toThrow('The column “id” must be a text');
    expect(() => toUploadTableRow({ colour: 'red' })).toThrow('There is no column “colour”.');
    expect(() => toUploadTableRow(['a'])).toThrow('A row must be an object');
  });

  it('takes no number of JSON for an id that it cannot hold', () => {
    expect(toUploadTableRow({ id: Number.MAX_SAFE_INTEGER })).toEqual({ id: '9007199254740991' });
    expect(() => toUploadTableRow(JSON.parse('{"id":1234567890123456789}'))).toThrow('write it as a text');
  });

  it('takes no text that no file could hold', () => {
    expect(toUploadTableRow(JSON.parse('{"description":"\\ud83d\\ude00"}'))).toEqual({ description: '😀' });
    expect(() => toUploadTableRow(JSON.parse('{"description":"a\\ud83d"}'))).toThrow('half of a character');
  });

  it('repeats no more than the start of what it refuses', () => {
    const long = 'x'.repeat(10_000);
    for (const read of [
      () => readUploadTable(`${long},${long}\n1,2\n`),
      () => toUploadTableRow({ [long]: 1 }),
    ])
      expect(read).toThrow(/^There is no column “x{100}…”\.$/);
  });
});
