import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExportClient } from './support/export-client.js';
import { OtlpCollector, type CollectedSpan } from './support/otlp-collector.js';
import { queryRows } from './support/query-rows.js';
import { Stack } from './support/stack.js';
import { anItem, createBatch, openCollection, watchToTheEnd } from './support/upload-collection.js';
import { waitUntil } from './support/wait-until.js';
import { SAMPLE_SEQUENCES } from './upstreams/index.js';

describe('traces', () => {
  let collector: OtlpCollector;
  let stack: Stack;
  let directory: string;
  let batchid: number;
  let uploads: { id: number; traceparent: string }[];

  beforeAll(async () => {
    collector = await OtlpCollector.start();
    directory = await mkdtemp(join(tmpdir(), 'curator-tracing-'));
    stack = await Stack.start({
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=a%20key',
        LOG_LEVEL: 'debug',
        RETRY_DELAY_SCALE: '0.01',
        EXPORT_DIR: directory,
      },
    });
    const client = await stack.connect();
    const { images, sequenceId } = await openCollection(client, SAMPLE_SEQUENCES.demo.id);
    const commit = { action: 'upload', step: 'commit' };
    stack.upstreams.commons.faults.add({ match: commit, error: { code: 'readonly', info: 'Not now' } });
    batchid = await createBatch(
      client,
      images.slice(0, 2).map((image) => anItem(image, sequenceId)),
    );
    await watchToTheEnd(client, batchid);
    const rows = await queryRows(
      stack.stores.databaseUrl,
      'SELECT id, traceparent FROM upload_requests WHERE batchid = ? ORDER BY id',
      [batchid],
    );
    uploads = rows.map(({ id, traceparent }) => ({ id: Number(id), traceparent: String(traceparent) }));
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
    await collector.stop();
    await rm(directory, { recursive: true });
  });

  const namesAbove = (span: CollectedSpan): string[] =>
    collector.ancestryOf(span).map(({ service, name }) => `${service}: ${name}`);
  const find = (wanted: (span: CollectedSpan) => boolean): Promise<CollectedSpan> =>
    waitUntil('a span', () => collector.spans.find(wanted) ?? null);

  it('lead from the slice over the queue and the worker to the commit on the wiki', async () => {
    for (const upload of uploads) {
      const commit = await find(
        ({ name, attributes }) => name === 'upload: commit' && attributes['curator.upload_id'] === upload.id,
      );
      const request = await find(({ parent, name }) => parent === commit.id && name === 'commons upload');
      await waitUntil('its root', () => collector.ancestryOf(request).at(-1)?.parent === null);
      expect(namesAbove(request)).toEqual([
        'curator-worker: commons upload',
        'curator-worker: upload: commit',
        'curator-worker: upload',
        'curator-api: WebSocket UPLOAD_SLICE',
      ]);
      const root = collector.ancestryOf(request).at(-1);
      expect(upload.traceparent).toBe(`00-${root?.trace}-${root?.id}-01`);
      expect(root?.attributes).toMatchObject({
        'curator.batch_id': batchid,
        'curator.connection_id': expect.any(String),
        'curator.request_id': expect.any(String),
      });
    }
  });

  it('have the putting into the queue in them', async () => {
    const enqueued = await find(({ name }) => name === 'enqueue uploads');
    await waitUntil('its root', () => collector.ancestryOf(enqueued).length === 2);
    expect(namesAbove(enqueued)[1]).toBe('curator-api: WebSocket UPLOAD_SLICE');
    expect(enqueued.attributes['messaging.batch.message_count']).toBe(2);
  });

  it('tell what was asked of the wiki and what came of it, and nothing else of a request', async () => {
    const refused = await find(({ attributes }) => attributes['curator.outcome'] === 'readonly');
    expect(refused.isError).toBe(true);
    const { 'curator.upload_id': id, ...attributes } = refused.attributes;
    expect(uploads.map((upload) => upload.id)).toContain(id);
    expect(attributes).toEqual({
      'peer.service': 'commons',
      'http.request.method': 'POST',
      'curator.action': 'upload',
      'curator.outcome': 'readonly',
      'error.type': 'readonly',
      'curator.batch_id': batchid,
      'curator.userid': expect.any(String),
    });
  });

  it('lead from a request over HTTP to the background job that it has begun', async () => {
    const { path } = await new ExportClient(stack).make({ kind: 'batch', id: batchid, format: 'csv' });
    expect(path).toMatch(/^\/api\/exports\//);
    const job = await find(({ name }) => name === 'job export');
    await waitUntil('its root', () => collector.ancestryOf(job).length === 2);
    expect(namesAbove(job)).toEqual(['curator-worker: job export', 'curator-api: HTTP POST /api/exports']);
    expect(collector.ancestryOf(job)[1]?.attributes).toMatchObject({ 'http.response.status_code': 202 });
  });

  it('are named in the lines of the log', async () => {
    const [, trace] = String(uploads[0]?.traceparent).split('-');
    const linesOf = (logs: readonly string[]): Record<string, unknown>[] =>
      logs
        .filter((line) => line.includes(`"trace_id":"${trace}"`))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const slice = linesOf(stack.api.logs).find(({ msg }) => msg === 'UPLOAD_SLICE');
    expect(slice).toMatchObject({ batch_id: batchid, connection_id: expect.any(String) });
    const runs = await waitUntil('lines of all uploads', () => {
      const lines = linesOf(stack.worker.logs).filter(({ msg }) => msg === 'The run of an upload has ended');
      return lines.length >= uploads.length && lines;
    });
    expect(new Set(runs.map((line) => line['upload_id']))).toEqual(new Set(uploads.map(({ id }) => id)));
  });

  it('are sent with the headers of the configuration', () => {
    expect([...collector.keys]).toEqual(['a key']);
  });
});
