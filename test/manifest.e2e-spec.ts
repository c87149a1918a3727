import { createHash } from 'node:crypto';

import {
  UPLOAD_TABLE_COLUMNS,
  writeUploadTableHeader,
  writeUploadTableRow,
  type UploadTableRow,
} from '#app/protocol';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { LiveClient } from './support/live-client.js';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { listUploads, watchToTheEnd } from './support/upload-collection.js';
import { waitUntil } from './support/wait-until.js';
import { idOf, type Page, SAMPLE_SEQUENCES } from './upstreams/index.js';

const { demo } = SAMPLE_SEQUENCES;

interface Report {
  dry_run: boolean;
  batch_id?: number;
  total: number;
  ok: number;
  warnings: number;
  errors: number;
  rows: { row: number; id: string; title: string; status: string; code?: string; message?: string }[];
}

const toCsv = (rows: readonly UploadTableRow[]): string =>
  writeUploadTableHeader() + rows.map(writeUploadTableRow).join('');

describe('uploads from a manifest', () => {
  let stack: Stack;
  let client: LiveClient;
  let rows: UploadTableRow[];

  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1', MANIFEST_ENABLED: 'true' },
    });
    client = await stack.connect();
    const { cdn } = stack.upstreams;
    rows = [
      {
        id: 'crane',
        title: 'Harbour crane.jpg',
        url: cdn.photoUrl(idOf(demo, 0), 'original'),
        source_url: 'https://example.org/crane?a=1&b=|',
        author: '=Ada {{PAGENAME}}',
        author_url: 'https://example.org/people/ada',
        license: 'cc-by-sa-4.0',
        taken: '2023-05',
        latitude: '-53.5411',
        longitude: '9.9937',
        heading: '360',
        label_language: 'en',
        label: 'A crane',
        description: '-5 °C: [[cold]]',
      },
      {
        id: 'quay',
        title: 'Quay of the harbour.jpg',
        url: cdn.photoUrl(idOf(demo, 1), 'original'),
        source_url: 'https://example.org/quay',
        author: 'Ben',
        license: 'CC0',
        taken: '2023-05-17T23:59:00-02:00',
        wikitext: 'My own words\n[[Category:Quays]]',
      },
      {
        id: 'poster',
        title: 'Poster in the harbour.jpg',
        url: cdn.photoUrl(idOf(demo, 2), 'original'),
        source_url: 'https://example.org/poster',
        author: 'Unknown',
        copyright_override: 'true',
        wikitext: '{{PD-old-100-expired}}\n[[Category:Posters]]',
      },
      {
        handler: 'mapillary',
        id: idOf(demo, 3),
        input: demo.id,
        title: 'Street in the harbour.jpg',
        wikitext: '[[Category:Streets]]',
        status: 'failed',
        error: 'left by an export',
      },
    ];
  }, 120_000);

  afterAll(() => stack.stop());

  const send = async (
    content: string,
    { dryRun = false, name = 'rows.csv', api = stack.api.url } = {},
  ): Promise<Response> => {
    const form = new FormData();
    form.append('file', new File([content], name));
    const headers = { cookie: await stack.cookieOf() };
    return fetch(`${api}/api/manifests?dry_run=${dryRun}`, { method: 'POST', headers, body: form });
  };
  const reportOf = async (response: Response): Promise<Report> => (await response.json()) as Report;
  const statusesOf = (report: Report): string[] =>
    report.rows.map(({ status, code }) => (code === undefined ? status : `${status} ${code}`));
  const created = async (): Promise<unknown> => {
    const counts = ['batches', 'manifests', 'upload_requests'].map(
      (table) => `(SELECT COUNT(*) FROM ${table}) AS ${table}`,
    );
    return queryRows(stack.stores.databaseUrl, `SELECT ${counts.join(', ')}`);
  };
  const pageOf = (title: string | undefined): Page => {
    const page = stack.upstreams.commons.file(title ?? '');
    if (page === null) throw new Error(`There is no file ${title}`);
    return page;
  };

  /** Property → main value and qualifiers, as they stand on the wiki. */
  const statementsOf = (title: string | undefined): Record<string, unknown> => {
    const valueOf = (snak: { snaktype: string; datavalue?: { value: unknown } } | undefined): unknown =>
      snak?.datavalue?.value ?? snak?.snaktype;
    const statements = pageOf(title).revisions[0]?.mediaInfo?.statements ?? {};
    return Object.fromEntries(
      Object.entries(statements).map(([property, [statement]]) => [
        property,
        [
          valueOf(statement?.mainsnak),
          Object.fromEntries(
            Object.entries(statement?.qualifiers ?? {}).map(([name, [snak]]) => [name, valueOf(snak)]),
          ),
        ],
      ]),
    );
  };
  const anItem = (id: string): unknown => expect.objectContaining({ id });
  const aTime = (time: string, precision: number): unknown => expect.objectContaining({ time, precision });

  it('are rehearsed without anything being created', async () => {
    const before = await created();
    const response = await send(toCsv(rows), { dryRun: true });
    expect(response.status).toBe(200);
    const report = await reportOf(response);
    expect(report).toMatchObject({ dry_run: true, total: 4, ok: 2, warnings: 2, errors: 0 });
    expect(report).not.toHaveProperty('batch_id');
    expect(statusesOf(report)).toEqual(['warning no-category', 'ok', 'warning no-date', 'ok']);
    expect(await created()).toEqual(before);
  });

  it('are refused as a whole for one row that cannot be, each with its reason', async () => {
    const before = await created();
    const [crane = {}, quay = {}] = rows;
    const wrong: UploadTableRow[] = [
      crane,
      { ...quay, url: 'https://elsewhere.org/quay.jpg' },
      { ...quay, id: 'nc', license: 'CC BY-NC 4.0' },
      { ...quay, id: 'crane' },
      { ...quay, id: 'same title', title: 'harbour_crane.jpg' },
      { ...quay, id: 'bad title', title: 'Quay|2.jpg' },
      { ...quay, id: 'listed', title: 'BLACKLISTED of the harbour.jpg' },
      { handler: 'flickr', id: 'no number', input: 'album', title: 'From Flickr.jpg', wikitext: 'Mine' },
    ];
    const rehearsed = await reportOf(await send(toCsv(wrong), { dryRun: true }));
    expect(rehearsed).toMatchObject({ dry_run: true, total: 8, errors: 7 });
    expect(statusesOf(rehearsed)).toEqual([
      'warning no-category',
      'error download-host-refused',
      'error manifest-license',
      'error duplicate-id',
      'error duplicate-title',
      'error illegal-filename',
      'error titleblacklist-forbidden',
      'error flickr-input',
    ]);
    const response = await send(JSON.stringify(wrong), { name: 'rows.json' });
    expect(response.status).toBe(400);
    const error = (await response.json()) as { error_code: string; error_msg: string; details: Report };
    expect(error).toMatchObject({ error_code: 'VALIDATION_FAILED' });
    expect(error.error_msg).toBe('Rows 2, 3, 4, 5, 6 and 2 more cannot be taken; nothing was created.');
    expect(error.details.rows).toEqual(rehearsed.rows);
    expect(await created()).toEqual(before);
  });

  it('leave nothing to be uploaded when they cannot be taken to the end', async () => {
    const run = (sql: string): Promise<unknown> => queryRows(stack.stores.databaseUrl, sql);
    await run(
      "CREATE TRIGGER fail BEFORE INSERT ON upload_slices FOR EACH ROW IF NEW.sliceid = 1 THEN SIGNAL SQLSTATE '45000'; END IF",
    );
    const response = await send(toCsv(rows));
    await run('DROP TRIGGER fail');
    expect(response.status).toBe(500);
    await waitUntil('its upload to be cancelled', async () => {
      const left = await queryRows(stack.stores.databaseUrl, 'SELECT status FROM upload_requests');
      return left.length === 1 && left[0]?.['status'] === 'cancelled';
    });
  });

  describe('that were taken', () => {
    let report: Report;
    let batchid: number;

    /** The first download of the quay ends for good. */
    beforeAll(async () => {
      stack.upstreams.cdn.faults.add({
        match: { action: idOf(demo, 1) },
        error: { code: '404', info: 'Gone' },
      });
      const response = await send(toCsv(rows));
      expect(response.status).toBe(201);
      report = await reportOf(response);
      batchid = report.batch_id ?? 0;
      await watchToTheEnd(client, batchid);
    }, 120_000);

    it('are a batch of the person', async () => {
      expect(report).toMatchObject({ dry_run: false, total: 4, ok: 2, warnings: 2, errors: 0 });
      const { batch, uploads } = await listUploads(client, batchid);
      expect(batch).toMatchObject({ username: 'Uploader', stats: { total: 4, completed: 3, failed: 1 } });
      expect(uploads.map(({ key, handler }) => [key, handler]).sort()).toEqual(
        [
          ['crane', 'manifest'],
          ['poster', 'manifest'],
          ['quay', 'manifest'],
          [idOf(demo, 3), 'mapillary'],
        ].sort(),
      );
    });

    it('publish the files and say in their edit summaries where they are from', () => {
      for (const [index, { id, title }] of rows.entries()) {
        if (id === 'quay') continue;
        const photo = stack.upstreams.cdn.photo(idOf(demo, index));
        const page = pageOf(title);
        expect(page.versions[0]?.sha1).toBe(createHash('sha1').update(photo).digest('hex'));
        const from = index === 3 ? 'Mapillary image' : 'manifest image';
        expect(page.revisions.at(-1)?.comment).toContain(`Uploaded via Curator from ${from} ${id} (batch `);
      }
    });

    it('have the page of the person, or one made from the row', () => {
      expect(pageOf('Poster in the harbour.jpg').revisions[0]?.text).toBe(rows[2]?.wikitext);
      expect(pageOf('Harbour crane.jpg').revisions[0]?.text).toBe(
        [
          '== {{int:filedesc}} ==',
          '{{Information',
          '|description={{en|1=&#45;5 °C: &#91;&#91;cold&#93;&#93;}}',
          '|date=2023-05',
          '|source=https://example.org/crane?a=1&b=%7C',
          '|author=[https://example.org/people/ada &#61;Ada &#123;&#123;PAGENAME&#125;&#125;]',
          '}}',
          '{{Location|-53.5411|9.9937|heading:0}}',
          '',
          '== {{int:license-header}} ==',
          '{{Cc-by-sa-4.0}}',
        ].join('\n'),
      );
    });

    it('have the structured data of their rows', () => {
      expect(statementsOf('Harbour crane.jpg')).toEqual({
        P170: ['somevalue', { P2093: '=Ada {{PAGENAME}}', P2699: 'https://example.org/people/ada' }],
        P571: [aTime('+2023-05-00T00:00:00Z', 10), {}],
        P7482: [anItem('Q74228490'), { P973: 'https://example.org/crane?a=1&b=|' }],
        P1259: [
          expect.objectContaining({ latitude: -53.5411, longitude: 9.9937, precision: 0.0001 }),
          { P7787: expect.objectContaining({ amount: '+0' }) },
        ],
        P6216: [anItem('Q50423863'), {}],
        P275: [anItem('Q18199165'), {}],
      });
      expect(statementsOf('Poster in the harbour.jpg')).toEqual({
        P170: ['somevalue', { P2093: 'Unknown' }],
        P7482: [anItem('Q74228490'), { P973: 'https://example.org/poster' }],
      });
      expect(pageOf('Harbour crane.jpg').revisions[0]?.mediaInfo?.labels).toEqual({
        en: { language: 'en', value: 'A crane' },
      });
    });

    it('can be handed in again as they were exported, when they have failed', async () => {
      const failed = await queryRows(
        stack.stores.databaseUrl,
        `SELECT handler, \`key\` AS id, collection AS input, filename AS title, wikitext, id AS upload_id, status,
          JSON_VALUE(error, '$.message') AS error FROM upload_requests WHERE batchid = ? AND status = 'failed'`,
        [batchid],
      );
      expect(failed).toMatchObject([{ id: 'quay', error: expect.stringContaining('download-http-404') }]);
      const exported = failed.map((row) =>
        Object.fromEntries(UPLOAD_TABLE_COLUMNS.map((column) => [column, String(row[column] ?? '')])),
      );
      const response = await send(toCsv(exported));
      const again = await reportOf(response);
      expect([response.status, statusesOf(again)]).toEqual([201, ['ok']]);
      await watchToTheEnd(client, again.batch_id ?? 0);
      expect(pageOf('Quay of the harbour.jpg').revisions[0]?.text).toBe(
        'My own words\n\n{{Cc-zero}}\n\n[[Category:Quays]]',
      );
      expect(statementsOf('Quay of the harbour.jpg')).toEqual({
        P170: ['somevalue', { P2093: 'Ben' }],
        P571: [aTime('+2023-05-17T00:00:00Z', 11), {}],
        P7482: [anItem('Q74228490'), { P973: 'https://example.org/quay' }],
        P6216: [anItem('Q88088423'), {}],
        P275: [anItem('Q6938433'), {}],
      });
    });

    it('are a collection, and what is on Commons by now is told', async () => {
      const [stored] = await queryRows(
        stack.stores.databaseUrl,
        "SELECT collection FROM upload_requests WHERE batchid = ? AND `key` = 'crane'",
        [batchid],
      );
      const id = String(stored?.['collection']);
      client.send({ type: 'FETCH_IMAGES', data: ` ${id}`, handler: 'manifest' });
      const { data } = await client.next('COLLECTION_IMAGES');
      expect(data.sequence_id).toBe(id);
      expect(Object.keys(data.images)).toEqual(['crane', 'quay', 'poster']);
      expect(data.images['crane']).toMatchObject({ license: 'CC BY-SA 4.0', title: 'Harbour crane.jpg' });
      const later = await reportOf(await send(toCsv(rows), { dryRun: true }));
      expect(statusesOf(later)).toEqual(Array(4).fill('error fileexists'));
      const renamed = [{ ...rows[3], title: 'The same street in the harbour.jpg' }];
      const repeated = await reportOf(await send(toCsv(renamed), { dryRun: true }));
      expect(statusesOf(repeated)).toEqual(['warning already-uploaded']);
    });
  });

  it('are not offered by a server that is not told to', async () => {
    const api = await stack.startApi({ MANIFEST_ENABLED: 'false' });
    const response = await send(toCsv(rows), { api: api.url });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error_code: 'NOT_CONFIGURED' });
    const other = await stack.connect('Uploader', api);
    other.send({
      type: 'FETCH_IMAGES',
      data: '0b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71',
      handler: 'manifest',
    });
    expect((await other.next('ERROR')).data).toBe('This server does not offer manifest.');
    const stranger = await fetch(`${api.url}/api/manifests`, { method: 'POST' });
    expect(stranger.status).toBe(401);
  });
});
