import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aFilledBatch, ExportClient, type ExportAnswer, type Refusal } from './support/export-client.js';
import { queryRows } from './support/query-rows.js';
import { startS3rver, type S3Server } from './support/s3rver.js';
import { Stack } from './support/stack.js';

describe('the download of an export', () => {
  let stack: Stack;
  let directory: string;
  let s3: S3Server;
  let alice: ExportClient;
  let userid: string;
  let path: string;
  let made: ExportAnswer;
  let content: Buffer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'curator-exports-'));
    s3 = await startS3rver();
    stack = await Stack.start({
      environment: { EXPORT_DIR: directory, ADMIN_USERNAMES: 'Admin', DOWNLOAD_ALLOWED_HOSTS: s3.host },
    });
    alice = new ExportClient(stack);
    userid = await alice.userid();
    const batchid = await aFilledBatch(stack, userid, 100);
    ({ path, ...made } = await alice.make({ kind: 'batch', id: batchid, format: 'ndjson' }));
    content = await readFile(join(directory, made.file?.name ?? ''));
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
    await s3.close();
    await rm(directory, { recursive: true });
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
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${content.length}`]);
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

  it('is put off while the file is being replaced', async () => {
    const place = join(directory, made.file?.name ?? '');
    await writeFile(place, content.subarray(0, 10));
    for (const headers of [{}, { range: 'bytes=2-5' }, { range: 'bytes=20-30' }] as Record<
      string,
      string
    >[]) {
      const refused = await get(headers);
      expect([refused.status, await refused.json()]).toMatchObject([409, { error_code: 'STATE_CONFLICT' }]);
    }
    await writeFile(place, content);
    expect((await get({ range: 'bytes=20-30' })).status).toBe(206);
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

  it('comes from the bucket that keeps it, by a short-lived address', async () => {
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
    expect(await readdir(directory)).not.toContain(file?.name);
    const response = await alice.go(`${path}/download`);
    expect(response.status).toBe(302);
    const address = response.headers.get('location') ?? '';
    expect(address).toMatch(/X-Amz-Expires=300/);
    const text = await (await fetch(address)).text();
    const head = await alice.go(`${path}/download`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(Buffer.byteLength(text))]);
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
});
