import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StructuredError, UploadStatus } from '#app/protocol';
import { METRICS, type MetricDefinition } from './metric-table.js';
import { Metrics } from './metrics.js';
import { RequestMetrics } from './request-metrics.js';
import { toRequestOutcome } from './request-outcome.js';
import { toUploadErrorCode } from './upload-error-codes.js';

describe('Metrics', () => {
  let metrics: Metrics;

  beforeEach(() => {
    metrics = new Metrics('worker');
  });

  const linesOf = async (name: string): Promise<string[]> =>
    (await metrics.render()).split('\n').filter((line) => line.startsWith(name));

  it('counts by labels', async () => {
    metrics.count('curator_uploads_ended_total', { status: 'completed', code: 'none' }, 2);
    metrics.count('curator_uploads_ended_total', { status: 'completed', code: 'none' });
    expect(await linesOf('curator_uploads_ended_total')).toEqual([
      'curator_uploads_ended_total{status="completed",code="none"} 3',
    ]);
  });

  it('lets nobody make series with values of their own', async () => {
    for (const code of ['evil"} 1', 'a-code-of-tomorrow', 'ratelimited'])
      metrics.count('curator_uploads_ended_total', { status: 'failed', code });
    expect(await linesOf('curator_uploads_ended_total')).toEqual([
      'curator_uploads_ended_total{status="failed",code="other"} 2',
      'curator_uploads_ended_total{status="failed",code="ratelimited"} 1',
    ]);
  });

  it('keeps also names of ours from growing without end', async () => {
    for (let number = 0; number < 1_000; number += 1)
      metrics.count('curator_scrape_problems_total', { group: `group ${number}` });
    const lines = await linesOf('curator_scrape_problems_total');
    expect(lines).toHaveLength(401);
    expect(lines).toContain('curator_scrape_problems_total{group="other"} 600');
  });

  it('tells of a process only what is its own', async () => {
    metrics.set('curator_websocket_connections', {}, 5);
    expect(await linesOf('curator_websocket_connections')).toEqual([]);
  });

  it('leaves out what could not be collected, and tells the rest', async () => {
    let isBroken = false;
    metrics.beforeScrape({
      group: 'queue',
      gauges: ['curator_uploads'],
      collect: () => {
        if (isBroken) throw new Error('The database is away');
        metrics.set('curator_uploads', { state: 'due' }, 7);
      },
    });
    metrics.beforeScrape({
      group: 'redis',
      gauges: ['curator_redis_up'],
      collect: () => metrics.set('curator_redis_up', {}, 1),
    });
    expect(await linesOf('curator_uploads{')).toEqual(['curator_uploads{state="due"} 7']);
    isBroken = true;
    expect(await linesOf('curator_uploads{')).toEqual([]);
    expect(await linesOf('curator_redis_up')).toEqual(['curator_redis_up 1']);
    expect(await linesOf('curator_scrape_problems_total')).toEqual([
      'curator_scrape_problems_total{group="queue"} 3',
    ]);
  });

  it('does not wait for figures that do not come', async () => {
    metrics.beforeScrape({
      group: 'slow',
      gauges: ['curator_uploads'],
      collect: () => new Promise(() => undefined),
    });
    expect(await linesOf('curator_scrape_problems_total')).toEqual([
      'curator_scrape_problems_total{group="slow"} 1',
    ]);
  });

  it('times requests and counts what came of them', async () => {
    const requests = new RequestMetrics(metrics);
    requests.begin({ upstream: 'commons', method: 'POST', action: 'upload' })('ok');
    requests.begin({ upstream: 'commons', method: 'POST', action: 'upload' })('some-code-of-an-extension');
    requests.begin({ upstream: 'commons', method: 'POST', action: 'brand-new-module' })('maxlag');
    expect(await linesOf('curator_upstream_requests_total')).toEqual([
      'curator_upstream_requests_total{upstream="commons",action="upload",outcome="ok"} 1',
      'curator_upstream_requests_total{upstream="commons",action="upload",outcome="refused"} 1',
      'curator_upstream_requests_total{upstream="commons",action="other",outcome="maxlag"} 1',
    ]);
    expect(await linesOf('curator_upstream_request_duration_seconds_count')).toEqual([
      'curator_upstream_request_duration_seconds_count{upstream="commons",action="upload"} 2',
      'curator_upstream_request_duration_seconds_count{upstream="commons",action="other"} 1',
    ]);
  });

  it('names its metrics as Prometheus would have them', () => {
    for (const [name, { kind, help, labels, buckets }] of Object.entries<MetricDefinition>(METRICS)) {
      expect(name).toMatch(/^curator_[a-z][a-z_]*[a-z]$/);
      expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
      if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
      expect([name, buckets !== undefined]).toEqual([name, kind === 'histogram']);
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|mb)(_|$)/);
      for (const label of Object.keys(labels)) expect(label).toMatch(/^[a-z]+$/);
    }
  });
});

describe('toRequestOutcome', () => {
  it.each([
    ['ok', 'ok'],
    ['lost', 'lost'],
    ['maxlag', 'maxlag'],
    ['ratelimited', 'rate_limited'],
    ['http-429', 'rate_limited'],
    ['http-503', 'http_5xx'],
    ['http-404', 'http_4xx'],
    ['mwoauth-invalid-authorization', 'sign_in'],
    ['autoblocked', 'blocked'],
    ['fileexists-no-change', 'refused'],
  ])('%s → %s', (code, outcome) => {
    expect(toRequestOutcome(code)).toBe(outcome);
  });
});

describe('toUploadErrorCode', () => {
  const ERRORS: readonly (readonly [UploadStatus, StructuredError | null, string])[] = [
    ['completed', null, 'none'],
    ['duplicate', { type: 'duplicate', message: 'There already.', links: [] }, 'none'],
    ['failed', null, 'other'],
    ['failed', { type: 'error', message: 'ratelimited: Too fast.' }, 'ratelimited'],
    ['failed', { type: 'error', message: 'http-504: Gateway' }, 'http-504'],
    ['failed', { type: 'error', message: 'http-599: Gateway' }, 'network'],
    ['failed', { type: 'error', message: 'Your session has expired. Sign in.' }, 'auth'],
    ['failed', { type: 'error', message: 'What a surprise' }, 'other'],
    ['failed', { type: 'title_blacklisted', message: 'No.' }, 'title_blacklisted'],
  ];

  it.each(ERRORS)('%s with %j → %s', (status, error, code) => {
    expect(toUploadErrorCode(status, error)).toBe(code);
  });
});
