import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { METRICS, type MetricDefinition } from '#app/observability';
import { createConnection } from 'mysql2/promise';
import { Browser } from './sign-in/browser.js';
import type { AppProcess } from './support/app-process.js';
import type { LiveClient } from './support/live-client.js';
import { Scraped } from './support/scraped.js';
import { Stack } from './support/stack.js';
import { createBatch, listUploads, openCollection, watchToTheEnd } from './support/upload-collection.js';
import { UploadsInTurn } from './support/uploads-in-turn.js';
import { waitUntil } from './support/wait-until.js';
import { SAMPLE_SEQUENCES } from './upstreams/index.js';

const METRICS_TOKEN = 'what-the-scraper-of-this-spec-sends-along';
const ENDED = 'curator_uploads_ended_total';
const CHORES = [
  ...['batches-finished', 'clean-up', 'dispatch', 'jobs', 'limits', 'quotas-near', 'refresh'],
  ...['schedules-forget', 'schedules-run', 'structured-data'],
];

interface WorkerItem {
  id: string;
  state: string;
}

describe('monitoring', () => {
  let stack: Stack;
  let client: LiveClient;
  let uploads: UploadsInTurn;

  beforeAll(async () => {
    stack = await Stack.start({
      environment: {
        METRICS_TOKEN,
        ADMIN_USERNAMES: 'Admin',
        RETRY_DELAY_SCALE: '0.01',
        RECONCILE_INTERVAL_SECONDS: '1',
        SCHEDULE_INTERVAL_SECONDS: '1',
        HEARTBEAT_SECONDS: '0.3',
        STALL_SECONDS: '1',
        WS_PING_SECONDS: '3600',
      },
    });
    client = await stack.connect();
    await stack.cookieOf('Admin');
    uploads = new UploadsInTurn(stack, client);
  }, 60_000);

  afterAll(async () => {
    await stack.stop();
  });

  const scrapeApi = (): Promise<Scraped> => Scraped.from(stack.api.url, METRICS_TOKEN);
  const scrapeWorker = (): Promise<Scraped> => Scraped.from(stack.worker.url);

  const getHealth = async (of: AppProcess, path: string): Promise<{ status: number; body: object }> => {
    const answer = await fetch(`${of.url}/health/${path}`);
    return { status: answer.status, body: (await answer.json()) as object };
  };

  const askAdmin = async (path: string): Promise<Record<string, unknown>> => {
    const browser = new Browser(stack.api.url);
    browser.cookie = await stack.cookieOf('Admin');
    const answer = await browser.go(`/api/admin/${path}`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Record<string, unknown>;
  };

  const statesOfWorkers = async (): Promise<string[]> =>
    ((await askAdmin('workers'))['workers'] as WorkerItem[]).map(({ state }) => state);

  const untilWorkersAre = (...states: string[]): Promise<boolean> =>
    waitUntil(`workers that are ${states.join(' and ')}`, async () => {
      const found = await statesOfWorkers();
      return found.join() === states.join();
    });

  it('exports every metric of each process', async () => {
    const scraped = { api: await scrapeApi(), worker: await scrapeWorker() };
    for (const process of ['api', 'worker'] as const) {
      const own = Object.entries<MetricDefinition>(METRICS)
        .filter(([, { on }]) => on.includes(process))
        .map(([name]) => name);
      const exported = [...scraped[process].names].filter((name) => name.startsWith('curator_'));
      expect(exported.sort()).toEqual(own.sort());
      expect([...scraped[process].names]).toContain('nodejs_eventloop_lag_p99_seconds');
    }
  });

  it('counts exactly what became of a batch with a failure and a duplicate', async () => {
    const first = uploads.newItem();
    expect(await uploads.uploadOne(first)).toMatchObject({ status: 'completed' });
    const before = { api: await scrapeApi(), worker: await scrapeWorker() };

    const good = uploads.newItem();
    const duplicate = { ...first, title: 'The same in other words.jpg' };
    const bad = uploads.newItem(undefined, { title: 'A BLACKLISTED street.jpg' });
    const malformed = uploads.newItem(undefined, { title: 'Street | view.jpg' });
    const batchid = await createBatch(client, [good, duplicate, bad, malformed]);
    await watchToTheEnd(client, batchid);
    const ended = (await listUploads(client, batchid)).uploads.map(({ status }) => status);
    expect(ended.sort()).toEqual(['completed', 'duplicated_sdc_not_updated', 'failed', 'failed']);

    const after = { api: await scrapeApi(), worker: await scrapeWorker() };
    expect(after.worker.since(before.worker, ENDED)).toEqual({
      '{status="completed",code="none"}': 1,
      '{status="duplicated_sdc_not_updated",code="none"}': 1,
      '{status="failed",code="title_blacklisted"}': 1,
    });
    expect(after.api.since(before.api, ENDED)).toEqual({ '{status="failed",code="other"}': 1 });
    expect(after.api.since(before.api, 'curator_websocket_frames_received_total')).toEqual({
      '{type="CREATE_BATCH"}': 1,
      '{type="UPLOAD_SLICE"}': 1,
      '{type="SUBSCRIBE_BATCH"}': 1,
      '{type="FETCH_BATCH_UPLOADS"}': 1,
    });
    const sent = after.api.since(before.api, 'curator_websocket_frames_sent_total');
    expect(sent).toMatchObject({
      '{type="BATCH_CREATED"}': 1,
      '{type="UPLOAD_SLICE_ACK"}': 1,
      '{type="SUBSCRIBED"}': 1,
      '{type="UPLOADS_COMPLETE"}': 1,
      '{type="BATCH_UPLOADS_LIST"}': 1,
    });
    expect(after.api.valueOf('curator_websocket_connections')).toBe(1);
    expect(after.api.valueOf('curator_websocket_subscriptions')).toBe(1);
    const stashed = 'curator_stash_bytes_total';
    const size = stack.upstreams.cdn.photo(good.id).length;
    expect(after.worker.valueOf(stashed) - before.worker.valueOf(stashed)).toBe(size);
  });

  it('counts every request to the wiki, as the wiki does', async () => {
    const { commons } = stack.upstreams;
    const [counted, seen] = await waitUntil('the figures of both sides to be of one moment', async () => {
      const requests = commons.log.length;
      const scrapes = [await scrapeApi(), await scrapeWorker()];
      const sums = scrapes.map((scrape) =>
        scrape.sums('curator_upstream_requests_total', 'action', 'upstream="commons"'),
      );
      const seen: Record<string, number> = {};
      for (const { params } of commons.log) {
        const action = params['action'] ?? 'none';
        seen[action] = (seen[action] ?? 0) + 1;
      }
      const counted: Record<string, number> = {};
      for (const [action, count] of sums.flatMap((sum) => Object.entries(sum)))
        counted[action] = (counted[action] ?? 0) + count;
      const isQuiet = commons.log.length === requests;
      return (
        isQuiet &&
        counted['upload'] === seen['upload'] &&
        counted['purge'] === seen['purge'] && [counted, seen]
      );
    });
    const { upload, query, purge, wbeditentity } = counted;
    expect({ upload, query, purge, wbeditentity }).toEqual({
      upload: seen['upload'],
      query: seen['query'],
      purge: seen['purge'],
      wbeditentity: seen['wbeditentity'],
    });
  });

  it('counts the requests to image sources and to what is asked about them', async () => {
    const { mapillary, wcqs, geocoding, cdn } = stack.upstreams;
    const seen = {
      mapillary: mapillary.log.length,
      wcqs: wcqs.log.length,
      geocoding: geocoding.log.length,
      download: cdn.log.length,
    };
    expect(seen.download).toBeGreaterThan(0);
    await openCollection(client, SAMPLE_SEQUENCES.demo.id);
    const counted = await waitUntil('the figures of both sides to be of one moment', async () => {
      const sums = [await scrapeApi(), await scrapeWorker()].map((scrape) =>
        scrape.sums('curator_upstream_requests_total', 'upstream', 'outcome="ok"'),
      );
      const countOf = (upstream: string): number =>
        sums.reduce((sum, counts) => sum + (counts[upstream] ?? 0), 0);
      return countOf('mapillary') === mapillary.log.length && countOf;
    });
    expect(counted('mapillary')).toBeGreaterThan(seen.mapillary);
    expect(counted('geocoding')).toBe(geocoding.log.length);
    // Its first answer leads elsewhere for a session: that is one query.
    expect(counted('wcqs')).toBe(wcqs.log.length - 1);
    expect(wcqs.log.length + geocoding.log.length).toBeGreaterThan(seen.wcqs + seen.geocoding);
    expect(counted('download')).toBeLessThanOrEqual(seen.download);
    expect(counted('download')).toBeGreaterThanOrEqual(3);
  });

  it('tells the queues alike on both processes', async () => {
    await waitUntil('the figures to be of now', async () => {
      const scrapes = [await scrapeApi(), await scrapeWorker()];
      return scrapes.every(
        (scrape) =>
          scrape.values.get('curator_uploads{state="due"}') === 0 &&
          scrape.values.get('curator_uploads{state="in_progress"}') === 0 &&
          scrape.values.get('curator_people_waiting') === 0,
      );
    });
  });

  it('tells when each chore was last done', async () => {
    const crons = await waitUntil('every chore to be done', async () => {
      const { status, body } = await getHealth(stack.worker, 'crons');
      const { crons } = body as {
        crons: { name: string; last_success_at: string | null; is_stale: boolean }[];
      };
      return status === 200 && crons.every((cron) => cron.last_success_at !== null) && crons;
    });
    expect(crons.map(({ name }) => name)).toEqual(CHORES);
    const told = (await askAdmin('crons'))['crons'] as { name: string; stale: boolean }[];
    expect(told.map(({ name, stale }) => [name, stale])).toEqual(CHORES.map((name) => [name, false]));
    const scraped = await scrapeApi();
    for (const chore of CHORES) {
      expect(scraped.valueOf(`curator_chore_stale{chore="${chore}"}`)).toBe(0);
      const at = scraped.valueOf(`curator_chore_last_success_timestamp_seconds{chore="${chore}"}`);
      expect(at).toBeGreaterThan(Date.now() / 1_000 - 3_600);
    }
  });

  it('is not live while its looks for work hang, and is again afterwards', async () => {
    expect(await getHealth(stack.worker, 'live')).toEqual({ status: 200, body: { status: 'ok' } });
    const batchid = await createBatch(client, [uploads.newItem()]);
    await watchToTheEnd(client, batchid);
    const lock = await createConnection(stack.stores.databaseUrl);
    try {
      stack.upstreams.commons.latencyMs = 500;
      const items = uploads.newItems(8);
      const next = await createBatch(client, items);
      await lock.query('LOCK TABLES upload_requests WRITE, batches WRITE, users WRITE');
      const stalled = await waitUntil('the worker to see that it has stalled', async () => {
        const health = await getHealth(stack.worker, 'live');
        return health.status === 503 && health.body;
      });
      expect(stalled).toEqual({
        status: 'stalled',
        reason: expect.stringMatching(/^(uploads|jobs): a look for work has not ended for \d+ s$/),
      });
      await untilWorkersAre('stalled');
      await lock.query('UNLOCK TABLES');
      stack.upstreams.commons.latencyMs = 0;
      await watchToTheEnd(client, next);
    } finally {
      await lock.end();
    }
    await waitUntil(
      'the worker to be live',
      async () => (await getHealth(stack.worker, 'live')).status === 200,
    );
  }, 90_000);

  it('shows a worker that hangs or dies as stale, and none that ends in order', async () => {
    await untilWorkersAre('live');
    const second = await stack.startWorker();
    await untilWorkersAre('live', 'live');
    second.pause();
    await untilWorkersAre('live', 'stale');
    second.resume();
    await untilWorkersAre('live', 'live');
    await second.kill();
    await untilWorkersAre('live', 'stale');
    const scraped = await scrapeApi();
    expect(scraped.valueOf('curator_workers{state="stale"}')).toBe(1);
    expect(scraped.valueOf('curator_workers{state="live"}')).toBe(1);
    const { body } = await getHealth(stack.worker, 'workers');
    expect((body as { workers: WorkerItem[] }).workers.map(({ state }) => state)).toEqual(['live', 'stale']);

    const third = await stack.startWorker();
    await untilWorkersAre('live', 'stale', 'live');
    await third.stop();
    await untilWorkersAre('live', 'stale');
  }, 90_000);

  it('is ready while its queue is paused, and says so', async () => {
    const browser = new Browser(stack.api.url);
    browser.cookie = await stack.cookieOf('Admin');
    const told = async (status: string): Promise<boolean> =>
      waitUntil(`the worker to be ready, with the queue ${status}`, async () => {
        const ready = await getHealth(stack.worker, 'ready');
        expect([ready.status, ready.body]).toEqual([200, expect.objectContaining({ status: 'ok' })]);
        const { details } = ready.body as { details: Record<string, { status: string }> };
        expect(Object.keys(details).sort()).toEqual(['commons', 'database', 'jobs', 'redis', 'uploads']);
        return details['uploads']?.status === status;
      });
    await told('up');
    await browser.go('/api/admin/queues/uploads/pause', { method: 'POST' });
    await told('degraded');
    await browser.go('/api/admin/queues/uploads/resume', { method: 'POST' });
    await told('up');
  });

  it('is not ready any more once it is to end, and lives until its uploads have', async () => {
    stack.upstreams.commons.latencyMs = 1_000;
    const batchid = await createBatch(client, [uploads.newItem()]);
    await waitUntil('the upload to run', async () => {
      const scraped = await scrapeWorker();
      return scraped.valueOf('curator_worker_uploads_running') === 1;
    });
    const stopped = stack.worker.stop();
    const ready = await waitUntil('the worker to be told', async () => {
      const health = await getHealth(stack.worker, 'ready');
      return health.status === 503 && health.body;
    });
    expect(ready).toMatchObject({ status: 'stopping', database: true, redis: true });
    expect((await getHealth(stack.worker, 'live')).status).toBe(200);
    await untilWorkersAre('stopping', 'stale');
    stack.upstreams.commons.latencyMs = 0;
    await stopped;
    await untilWorkersAre('stale');
    const { uploads: ended } = await listUploads(client, batchid);
    expect(ended.map(({ status }) => status)).toEqual(['completed']);
  }, 60_000);
});
