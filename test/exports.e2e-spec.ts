import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPORT_FORMATS } from '#app/protocol';
import { aFilledBatch, ExportClient, type ExportAnswer, type Refusal } from './support/export-client.js';
import { queryRows } from './support/query-rows.js';
import { startS3rver, type S3Server } from './support/s3rver.js';
import { Stack } from './support/stack.js';
import { waitUntil } from './support/wait-until.js';

const LARGE = 50_000;

describe('exports', () => {
  let stack: Stack;
  let directory: string;
  let s3: S3Server;
  let alice: ExportClient;
  let bob: ExportClient;
  let userid: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'curator-exports-'));
    s3 = await startS3rver();
    stack = await Stack.start({
      environment: {
        EXPORT_DIR: directory,
        EXPORT_LOCK_TTL_SECONDS: '2',
        RETRY_DELAY_SCALE: '0.01',
        RECONCILE_INTERVAL_SECONDS: '1',
        UPLOAD_LEASE_SECONDS: '2',
        MANIFEST_ENABLED: 'true',
        ADMIN_USERNAMES: 'Admin',
        DOWNLOAD_ALLOWED_HOSTS: s3.host,
      },
    });
    alice = new ExportClient(stack);
    bob = new ExportClient(stack, 'Second uploader');
    userid = await alice.userid();
    await bob.userid();
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
    await s3.close();
    await rm(directory, { recursive: true });
  });

  const listFiles = async (): Promise<string[]> =>
    (await readdir(directory)).filter((name) => !name.startsWith('.'));
  const listLeftovers = async (): Promise<string[]> => [
    ...(await readdir(directory)).filter((name) => name.startsWith('.') && name !== '.spool'),
    ...(await readdir(join(directory, '.spool')).catch(() => [])),
  ];

  it('finishes after its worker was killed in the middle, shows no half file, and repeats no rows', async () => {
    const batchid = await aFilledBatch(stack, userid, LARGE);
    const path = await alice.ask({ kind: 'batch', id: batchid, format: 'json' });
    const seen: number[] = [];
    for (const share of [0.2, 0.6]) {
      const worker = stack.workers.at(-1);
      await waitUntil('a part of the rows', async () => {
        const { done } = await alice.find(path);
        expect(await listFiles()).toEqual([]);
        return done >= LARGE * share;
      });
      await worker?.kill();
      const { done, status } = await alice.find(path);
      expect([done < LARGE, status]).toEqual([true, 'running']);
      expect(await alice.go(`${path}/download`)).toMatchObject({ status: 409 });
      expect(await listFiles()).toEqual([]);
      seen.push(done);
      await stack.startWorker();
    }
    const found = await waitUntil('the end', async () => {
      const now = await alice.find(path);
      expect(now.done).toBeGreaterThanOrEqual(seen.at(-1) ?? 0);
      seen.push(now.done);
      return now.status === 'complete' && now;
    });
    expect(found).toMatchObject({ done: LARGE, total: LARGE, file: { rows: LARGE } });
    const rows = JSON.parse(await alice.text(path)) as { id: string }[];
    expect(rows.map(({ id }) => Number(id))).toEqual(Array.from({ length: LARGE }, (_, index) => index + 1));
    expect(await listFiles()).toEqual([found.file?.name]);
    expect(await listLeftovers()).toEqual([]);
  }, 120_000);

  it('are one file for all who ask at once, the same one while nothing changes, and a new one then', async () => {
    const batchid = await aFilledBatch(stack, userid, 2_000);
    const wanted = { kind: 'batch', id: batchid, format: 'csv' };
    const [a, b, again] = await Promise.all([alice.ask(wanted), bob.ask(wanted), alice.ask(wanted)]);
    expect(again).toBe(a);
    const [ofAlice, ofBob] = await Promise.all([alice.ended(a), bob.ended(b)]);
    expect(ofBob.file?.name).toBe(ofAlice.file?.name);
    const before = (await listFiles()).length;

    const later = await alice.make(wanted);
    expect(later.path).not.toBe(a);
    expect(later.file?.name).toBe(ofAlice.file?.name);
    expect(Date.parse(later.file?.expires_at ?? '')).toBeGreaterThan(
      Date.parse(ofAlice.file?.expires_at ?? ''),
    );
    expect(await listFiles()).toHaveLength(before);

    await queryRows(
      stack.stores.databaseUrl,
      "UPDATE upload_requests SET filename = 'Changed.jpg', updated_at = '2026-01-02' WHERE batchid = ? AND `key` = '1'",
      [batchid],
    );
    const changed = await alice.make(wanted);
    expect(changed.file).toMatchObject({ data_at: '2026-01-02T00:00:00.000Z' });
    expect(changed.file?.name).not.toBe(later.file?.name);
    expect(await alice.text(changed.path)).toContain('Changed.jpg');
    expect(await alice.text(later.path)).not.toContain('Changed.jpg');
    expect(Date.parse(changed.last_exported_at ?? '')).toBeGreaterThan(
      Date.parse(ofAlice.last_exported_at ?? ''),
    );
  });

  it('tell nothing that lets anybody act for a person', async () => {
    const batchid = await aFilledBatch(stack, userid, 3);
    for (const format of EXPORT_FORMATS) {
      const { path, status } = await alice.make({ kind: 'batch', id: batchid, format });
      expect([format, status]).toEqual([format, 'complete']);
      expect([format, await alice.text(path)]).toEqual([
        format,
        expect.not.stringMatching(/secret|k1\.|token/i),
      ]);
    }
  });

  describe('their download', () => {
    let path: string;
    let made: ExportAnswer;
    let content: Buffer;

    beforeAll(async () => {
      const batchid = await aFilledBatch(stack, userid, 100);
      ({ path, ...made } = await alice.make({ kind: 'batch', id: batchid, format: 'ndjson' }));
      content = await readFile(join(directory, made.file?.name ?? ''));
    });

    const get = (headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
      alice.go(`${path}/download`, { method, headers });
    const bytes = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

    it('is the whole file, with its name, type and size', async () => {
      const response = await get();
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-disposition': expect.stringMatching(`^attachment; filename="?${made.file?.name}"?$`),
        'content-type': 'application/x-ndjson; charset=utf-8',
        'content-length': String(content.length),
        'accept-ranges': 'bytes',
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      });
      expect((await bytes(response)).equals(content)).toBe(true);
      const head = await get({}, 'HEAD');
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(content.length)]);
    });

    it.each([
      ['bytes=0-9', 0, 9],
      ['bytes=10-', 10, Infinity],
      ['bytes=-7', -7, Infinity],
      ['bytes=5-99999999', 5, Infinity],
    ])('gives the range %s', async (range, from, to) => {
      const start = from < 0 ? content.length + from : from;
      const end = Math.min(to, content.length - 1);
      const response = await get({ range });
      expect([response.status, response.headers.get('content-range')]).toEqual([
        206,
        `bytes ${start}-${end}/${content.length}`,
      ]);
      expect((await bytes(response)).equals(content.subarray(start, end + 1))).toBe(true);
    });

    it('refuses a range behind the end, and gives all for what is no range or of another file', async () => {
      const behind = await get({ range: `bytes=${content.length}-` });
      expect([behind.status, behind.headers.get('content-range')]).toEqual([
        416,
        `bytes */${content.length}`,
      ]);
      expect(behind.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await behind.json()).toMatchObject({ error_code: 'RANGE_NOT_SATISFIABLE' });
      const etag = (await get({}, 'HEAD')).headers.get('etag') ?? '';
      for (const headers of [
        { range: 'lines=1-2' },
        { range: 'bytes=0-1', 'if-range': '"another"' },
        { range: 'bytes=0-1,5-6' },
      ] as Record<string, string>[])
        expect((await bytes(await get(headers))).length).toBe(content.length);
      expect((await get({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
      expect((await get({ 'if-none-match': etag })).status).toBe(304);
    });

    it('prolongs the life of the file', async () => {
      const before = (await alice.find(path)).file?.expires_at ?? '';
      await get({}, 'HEAD');
      expect((await alice.find(path)).file?.expires_at).toBe(before);
      await get();
      expect((await alice.find(path)).file?.expires_at).not.toBe(before);
    });

    it('is over once the file has expired, and says how to get it again', async () => {
      const expire = "UPDATE export_files SET expires_at = '2026-01-01' WHERE name = ?";
      await queryRows(stack.stores.databaseUrl, expire, [made.file?.name]);
      const refused = await get();
      expect(refused.status).toBe(404);
      const refusal = (await refused.json()) as Refusal;
      expect(refusal).toMatchObject({
        error_code: 'EXPORT_EXPIRED',
        error_msg: expect.stringContaining('POST /api/exports'),
      });
      expect((await alice.find(path)).file).toBeUndefined();
      const renewed = await alice.make(refusal.details?.['request'] as object);
      expect(renewed.file?.name).toBe(made.file?.name);
      expect(await alice.text(renewed.path)).toBe(content.toString());
    });
  });

  it("are the person's own, and of what they may see", async () => {
    const batchid = await aFilledBatch(stack, userid, 3, { status: 'failed' });
    const own = await alice.make({ kind: 'failed_uploads', id: batchid, format: 'json' });
    for (const path of [own.path, `${own.path}/status`, `${own.path}/download`])
      expect(await (await bob.go(path)).json()).toMatchObject({ error_code: 'EXPORT_NOT_FOUND' });
    expect((await bob.go(own.path, { method: 'DELETE' })).status).toBe(404);
    const refusalOf = async (wanted: object): Promise<[number, string]> => {
      const response = await bob.post('/api/exports', wanted);
      return [response.status, ((await response.json()) as Refusal).error_code];
    };
    const csv = { format: 'csv' };
    expect(await refusalOf({ kind: 'failed_uploads', id: batchid, ...csv })).toEqual([
      404,
      'BATCH_NOT_FOUND',
    ]);
    expect(await refusalOf({ kind: 'batch', id: 999_999, ...csv })).toEqual([404, 'BATCH_NOT_FOUND']);
    expect(await refusalOf({ kind: 'import', id: 999_999, ...csv })).toEqual([404, 'IMPORT_NOT_FOUND']);
    expect(await refusalOf({ kind: 'batch', id: batchid, storage_id: 99, ...csv })).toEqual([
      404,
      'STORAGE_NOT_FOUND',
    ]);
    for (const wanted of [
      { kind: 'batch', ...csv },
      { kind: 'my_uploads', id: 1, ...csv },
      { kind: 'batch', id: '1', ...csv },
      { kind: 'batch', id: -1, ...csv },
      { kind: 'all', ...csv },
      { kind: 'my_uploads', ...csv, more: 1 },
    ])
      expect(await refusalOf(wanted)).toEqual([400, 'VALIDATION_FAILED']);
    const unknown = await bob.post('/api/exports', { kind: 'my_uploads', format: 'xlsx' });
    expect(unknown.status).toBe(400);
    expect(((await unknown.json()) as Refusal).details?.['format']).toEqual([
      expect.stringContaining(EXPORT_FORMATS.join(', ')),
    ]);
    expect((await fetch(`${stack.api.url}/api/exports`)).status).toBe(401);
  });

  it('are listed in pages, cancelled and removed', async () => {
    const batchid = await aFilledBatch(stack, userid, 3);
    const { path, id } = await alice.make({ kind: 'batch', id: batchid, format: 'csv' });
    const list = async (query: string) =>
      (await (await alice.go(`/api/exports?${query}`)).json()) as { items: ExportAnswer[]; total: number };
    const { items, total } = await list('size=1');
    expect([items.map((item) => item.id), total > 1]).toEqual([[id], true]);
    expect((await list('size=1&asc=true')).items[0]?.id).toBeLessThan(id);
    expect(await (await alice.go(`${path}/status`)).json()).toMatchObject({ status: 'complete', done: 3 });
    expect((await alice.go(path, { method: 'DELETE' })).status).toBe(204);
    expect((await alice.go(path)).status).toBe(404);

    const large = await alice.ask({ kind: 'my_uploads', format: 'csv' });
    await waitUntil('its beginning', async () => (await alice.find(large)).done > 0);
    expect((await alice.go(large, { method: 'DELETE' })).status).toBe(204);
    expect((await alice.ended(large)).status).toBe('cancelled');
    expect(await listLeftovers()).toEqual([]);
    expect((await alice.go(`${large}/download`)).status).toBe(409);
  });

  it('are kept in a bucket, and downloaded from there by a short-lived address', async () => {
    const admin = new ExportClient(stack, 'Admin');
    const { place, credentials } = s3;
    const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = credentials;
    const { pathStyle: path_style, ...rest } = place;
    const draft = {
      name: 'Bucket',
      resource: { kind: 's3', ...rest, path_style, credentials: { access_key_id, secret_access_key } },
      active: true,
    };
    const created = (await (await admin.post('/api/storages', draft)).json()) as { id: number };
    const batchid = await aFilledBatch(stack, userid, 1_500);
    const wanted = { kind: 'batch', id: batchid, format: 'ndjson', storage_id: created.id };
    const { path, file } = await alice.make(wanted);
    expect(file).toMatchObject({ rows: 1_500 });
    expect(await listFiles()).not.toContain(file?.name);
    const response = await alice.go(`${path}/download`);
    expect(response.status).toBe(302);
    const address = response.headers.get('location') ?? '';
    expect(address).toMatch(/X-Amz-Expires=300/);
    const text = await (await fetch(address)).text();
    expect(text.trimEnd().split('\n')).toHaveLength(1_500);

    await admin.go(`/api/storages/${created.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...draft, active: false }),
    });
    const refused = await alice.post('/api/exports', wanted);
    expect([refused.status, ((await refused.json()) as Refusal).error_code]).toEqual([
      409,
      'STORAGE_CONFLICT',
    ]);
    expect((await alice.go(`${path}/download`)).status).toBe(302);
  });

  it('of failed uploads are read back as a manifest', async () => {
    const batchid = await aFilledBatch(stack, userid, 4, { status: 'failed' });
    const { path } = await alice.make({ kind: 'failed_uploads', id: batchid, format: 'csv' });
    const csv = await alice.text(path);
    expect(csv).toContain("'=File 1");
    const form = new FormData();
    form.set('file', new File([csv], 'failed.csv', { type: 'text/csv' }));
    const response = await alice.go('/api/manifests?dry_run=true', { method: 'POST', body: form });
    expect(response.status).toBe(200);
    const report = (await response.json()) as { total: number; rows: { id: string; title: string }[] };
    expect(report.total).toBe(4);
    expect(report.rows.map(({ id, title }) => [id, title])).toEqual(
      [1, 2, 3, 4].map((index) => [`${index}`, `=File ${index}, "${index}".jpg`]),
    );
  });
});
