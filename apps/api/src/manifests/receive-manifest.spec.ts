import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, request as open, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DomainError } from '#app/protocol';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { receiveManifest } from './receive-manifest.js';

const LIMITS = { maxBytes: 10_000, maxRows: 3 };

const aForm = (
  content: string | Uint8Array<ArrayBuffer>,
  name = 'rows.csv',
  type = 'text/csv',
  field = 'file',
): FormData => {
  const form = new FormData();
  form.append(field, new File([content], name, { type }));
  return form;
};

/** Whoever looks up a session first finds the body there already. */
const arrival = (request: IncomingMessage): Promise<unknown> =>
  waitUntil('the whole request', () => request.complete);

describe('receiving a manifest', () => {
  let server: Server;
  let url: string;
  /** How each request ended that has had no answer. */
  const ends: Promise<unknown>[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const whole = request.headers['x-wait'] === undefined ? Promise.resolve() : arrival(request);
      const received = whole.then(() => receiveManifest(request, LIMITS));
      ends.push(received.catch((error: unknown) => error));
      received.then(
        (rows) => response.end(JSON.stringify({ rows })),
        (error: unknown) => {
          if (!(error instanceof DomainError)) throw error;
          response.end(JSON.stringify({ code: error.code, message: error.message }));
        },
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = async (body: FormData | string, headers: Record<string, string> = {}): Promise<unknown> =>
    (await fetch(url, { method: 'POST', body, headers })).json();

  it.each(['other', 'file'])(
    'survives a form that ends within a file which is refused already (field “%s”)',
    async (field) => {
      const form = `--x\r\nContent-Disposition: form-data; name="${field}"; filename="rows.exe"\r\n\r\nid`;
      const headers = { 'content-type': 'multipart/form-data; boundary=x', 'x-wait': 'yes' };
      const answer = await send(form, headers);
      expect(['VALIDATION_FAILED', 'UNSUPPORTED_MEDIA_TYPE']).toContain((answer as { code: string }).code);
      expect(await send(aForm('id\r\n1\r\n'))).toEqual({ rows: [{ id: '1' }] });
    },
  );

  it('reads CSV and JSON, by the name of the file or else by its type', async () => {
    const rows = [{ id: '1', title: 'Ä.jpg' }, { id: '2' }];
    const csv = '\ufeffid,title\r\n1,Ä.jpg\r\n2,\r\n';
    const json = JSON.stringify([
      { id: 1, title: 'Ä.jpg' },
      { id: '2', title: null },
    ]);
    expect(await send(aForm(csv))).toEqual({ rows });
    expect(await send(aForm(csv, 'Rows.CSV', 'application/vnd.ms-excel'))).toEqual({ rows });
    expect(await send(aForm(csv, 'rows', 'text/csv'))).toEqual({ rows });
    expect(await send(aForm(json, 'rows.json', 'text/plain'))).toEqual({ rows });
    expect(await send(aForm(json, 'blob', 'application/json'))).toEqual({ rows });
  });

  it('keeps the numbers of rows behind a blank one', async () => {
    expect(await send(aForm('id,title\n,\n2,B.jpg\n'))).toEqual({ rows: [{}, { id: '2', title: 'B.jpg' }] });
  });

  it.each([
    ['id\n1\n2\n3\n4\n', 'VALIDATION_FAILED', 'A manifest may have at most 3 rows.'],
    ['id\n', 'VALIDATION_FAILED', 'The file has no rows.'],
    ['', 'VALIDATION_FAILED', 'The file has no rows.'],
    ['id,title\n,\n', 'VALIDATION_FAILED', 'The file has no rows.'],
    ['id,title\n1\n', 'VALIDATION_FAILED', 'The CSV cannot be read: Invalid Record Length'],
    ['id,title\n1,"a\n', 'VALIDATION_FAILED', 'The CSV cannot be read: Quote Not Closed'],
    ['id,colour\n1,red\n', 'VALIDATION_FAILED', 'There is no column “colour”.'],
    [new Uint8Array([105, 100, 10, 0xff, 0xfe]), 'VALIDATION_FAILED', 'The file is not a text in UTF-8.'],
    [new Uint8Array([105, 100, 10, 0xc3]), 'VALIDATION_FAILED', 'The file is not a text in UTF-8.'],
    [`id\n${'x'.repeat(10_000)}`, 'PAYLOAD_TOO_LARGE', 'A manifest may have at most 10000 bytes.'],
    [`id\n"${'x\n'.repeat(400_000)}`, 'PAYLOAD_TOO_LARGE', 'A manifest may have at most 10000 bytes.'],
  ])('refuses the CSV %j', async (content, code, message) => {
    expect(await send(aForm(content))).toEqual({ code, message: expect.stringContaining(message) });
  });

  it.each([
    ['{"id": 1}', 'The JSON must be a list of objects, one for each row.'],
    ['[{"id": 1}', 'The JSON cannot be read.'],
    ['[]', 'The file has no rows.'],
    ['[1]', 'A row must be an object with one text for each column.'],
    ['[{"id": {}}]', 'The column “id” must be a text, a number, true, false or null.'],
    ['[{},{},{},{"id": 4}]', 'A manifest may have at most 3 rows.'],
  ])('refuses the JSON %s', async (content, message) => {
    expect(await send(aForm(content, 'rows.json'))).toEqual({ code: 'VALIDATION_FAILED', message });
  });

  it('refuses other files and other forms', async () => {
    expect(await send(aForm('x', 'rows.xlsx', 'application/zip'))).toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
    expect(await send(aForm('id\n1\n', 'rows.csv', 'text/csv', 'table'))).toMatchObject({
      message: 'There is no field “table”: the file belongs in the field “file”.',
    });
    const two = aForm('id\n1\n');
    two.append('file', new File(['id\n2\n'], 'more.csv'));
    expect(await send(two)).toMatchObject({ message: 'A form with a manifest has one file.' });
    const named = aForm('id\n1\n');
    named.append('name', 'value');
    expect(await send(named)).toMatchObject({ message: 'A form with a manifest has no other field.' });
    expect(await send(new FormData())).toMatchObject({ code: 'VALIDATION_FAILED' });
    for (const type of [
      'text/csv',
      'application/json',
      'multipart/form-data',
      'multipart/form-data; boundary=a',
    ]) {
      expect(await send('id\n1\n', { 'content-type': type })).toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  });

  it('gives up on a person who goes away in the middle', async () => {
    const before = ends.length;
    const sending = open(url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=a', 'content-length': 1_000 },
    });
    sending.on('error', () => undefined);
    sending.write('--a\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid\n1\n');
    await once(server, 'request');
    sending.destroy();
    expect(await ends[before]).toMatchObject({ message: 'The file did not arrive completely.' });
  });
});
