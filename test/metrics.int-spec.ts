import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './sign-in/browser.js';
import { startApi, type RunningApi } from './sign-in/running-api.js';

const TOKEN = 'a-token-of-the-scraper-that-is-long-enough';

describe('metrics of the API', () => {
  let api: RunningApi;

  beforeAll(async () => {
    api = await startApi({ METRICS_TOKEN: TOKEN });
  });

  afterAll(() => api.stop());

  const ask = (path: string, init?: RequestInit): Promise<Response> => new Browser(api.origin).go(path, init);
  const scrape = async (): Promise<string> => {
    const answer = await ask('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return answer.text();
  };
  const linesOf = (text: string, start: string): string[] =>
    text.split('\n').filter((line) => line.startsWith(start));

  it.each([undefined, 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`])(
    'are nothing for who sends %s',
    async (authorization) => {
      const answer = await ask('/metrics', authorization === undefined ? {} : { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain('curator_');
    },
  );

  it('count requests by the template of their route, and no address that people make up', async () => {
    await ask('/health/live');
    for (const path of ['/api/exports/123456789', '/api/made-up-address-1', '/made-up-address-2'])
      await ask(path);
    const text = await scrape();
    const counted = linesOf(text, 'curator_http_requests_total');
    expect(counted).toContain(
      'curator_http_requests_total{method="GET",route="/health/live",status="200"} 1',
    );
    expect(counted).toContain('curator_http_requests_total{method="GET",route="none",status="404"} 2');
    expect(counted).toContain(
      'curator_http_requests_total{method="GET",route="/api/exports/:id",status="401"} 1',
    );
    expect(text).not.toMatch(/123456789|made-up/);
    expect(linesOf(text, 'curator_http_request_duration_seconds_count')).toContain(
      'curator_http_request_duration_seconds_count{method="GET",route="/health/live"} 1',
    );
  });

  it('tell how the stores and this process do', async () => {
    const text = await scrape();
    for (const line of ['curator_database_up 1', 'curator_redis_up 1', 'curator_uploads{state="due"} 0'])
      expect(text.split('\n')).toContain(line);
    expect(linesOf(text, 'nodejs_eventloop_lag_seconds ')).toHaveLength(1);
    expect(linesOf(text, 'process_resident_memory_bytes ')).toHaveLength(1);
    expect(linesOf(text, 'curator_build_info{version=')).toHaveLength(1);
  });

  it('are not offered where no token is set', async () => {
    const without = await startApi({});
    try {
      const answer = await new Browser(without.origin).go('/metrics', {
        headers: { authorization: 'Bearer ' },
      });
      expect(answer.status).toBe(404);
    } finally {
      await without.stop();
    }
  });
});
