import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPORT_FORMATS } from '#app/protocol';
import { aFilledBatch, ExportClient, type ExportAnswer, type Refusal } from './support/export-client.js';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { waitUntil } from './support/wait-until.js';

const LARGE = 50_000;

describe('exports', () => {
  let stack: Stack;
  let directory: string;
  let alice: ExportClient;
  let bob: ExportClient;
  let userid: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'curator-exports-'));
    stack = await Stack.start({
      environment: {
        EXPORT_DIR: directory,
        EXPORT_LOCK_TTL_SECONDS: '2',
        RETRY_DELAY_SCALE: '0.01',
        RECONCILE_INTERVAL_SECONDS: '1',
        UPLOAD_LEASE_SECONDS: '2',
        MANIFEST_ENABLED: 'true',
      },
    });
    alice = new ExportClient(stack);
    bob = new ExportClient(stack, 'Second uploader');
    userid = await alice.userid();
    await bob.userid();
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
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

  it('of an import have its files', async () => {
    const run = `INSERT INTO import_runs (userid, title, depth, chunk_count, file_count, category_count, other_count,
      is_truncated, created_at, completed_at, expires_at) VALUES (?, 'Old town', 0, 1, 3, 1, 0, 0, ?, ?, '2099-01-01')`;
    const { databaseUrl } = stack.stores;
    const at = '2026-01-01 00:00:00.000';
    await queryRows(databaseUrl, run, [userid, at, at]);
    await queryRows(
      databaseUrl,
      'INSERT INTO imports (userid, run_id, created_at) SELECT userid, id, created_at FROM import_runs',
    );
    await queryRows(
      databaseUrl,
      `INSERT INTO import_files (run_id, position, page_id, category_number, name, width, height, size, mime, sha1)
        SELECT r.id, seq, 100 + seq, 0, CONCAT('Street ', seq, '.jpg'), 40, 30, 999, 'image/jpeg', REPEAT('a', 40)
        FROM import_runs r JOIN seq_0_to_2`,
    );
    const [found] = await queryRows(databaseUrl, 'SELECT id FROM imports');
    const id = Number(found?.['id']);
    const list = await alice.make({ kind: 'import', id, format: 'quickstatements' });
    expect(await alice.text(list.path)).toBe(
      'M100\tFile:Street 0.jpg\nM101\tFile:Street 1.jpg\nM102\tFile:Street 2.jpg\n',
    );
    expect(list.last_exported_at).toBeDefined();
    const csv = await alice.make({ kind: 'import', id, format: 'csv' });
    expect((await alice.text(csv.path)).split('\r\n')[1]).toMatch(/^Street_0\.jpg,image,jpeg,40,30,/);
    const refused = await bob.post('/api/exports', { kind: 'import', id, format: 'csv' });
    expect(refused.status).toBe(404);
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
