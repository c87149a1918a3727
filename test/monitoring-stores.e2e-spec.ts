import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppProcess } from './support/app-process.js';
import { OwnServices, type OwnServer } from './support/own-services.js';
import { Scraped } from './support/scraped.js';
import { Stack } from './support/stack.js';
import { waitUntil } from './support/wait-until.js';

const METRICS_TOKEN = 'what-the-scraper-of-this-spec-sends-along';
const DUE = 'curator_uploads{state="due"}';

describe('monitoring while a store is away', () => {
  let services: OwnServices;
  let stack: Stack;

  beforeAll(async () => {
    services = await OwnServices.start();
    const { databaseUrl, redisUrl } = services;
    stack = await Stack.start(
      { environment: { METRICS_TOKEN, STALL_SECONDS: '1', HEARTBEAT_SECONDS: '0.5' } },
      async () => ({
        databaseUrl,
        redisUrl,
        release: () => services.stop(),
      }),
    );
  }, 90_000);

  afterAll(async () => {
    await stack.stop();
  });

  const askHealth = async (of: AppProcess, path: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${of.url}/health/${path}`);
    return { status: answer.status, text: await answer.text() };
  };

  const untilReady = (of: AppProcess, status: 200 | 503): Promise<string> =>
    waitUntil(`the ${of.name} to answer ${status}`, async () => {
      const ready = await askHealth(of, 'ready');
      return ready.status === status && ready.text;
    });

  const scrapeBoth = async (): Promise<Scraped[]> => [
    await Scraped.from(stack.api.url, METRICS_TOKEN),
    await Scraped.from(stack.worker.url),
  ];

  const stores: readonly { server: OwnServer; away: string; there: string }[] = [
    { server: 'redis-server-0', away: 'redis', there: 'database' },
    { server: 'mariadbd', away: 'database', there: 'redis' },
  ];

  it.each(stores)(
    'names what is away without $server, tells the rest, and lives',
    async ({ server, away, there }) => {
      for (const app of [stack.api, stack.worker]) await untilReady(app, 200);
      await services.kill(server);
      const told = await untilReady(stack.api, 503);
      expect(told).toContain(`"${away}":false`);
      expect(told).toContain(`"${there}":true`);
      expect(told).not.toMatch(/ECONN|ENOENT|sock|localhost/);
      expect(JSON.parse(await untilReady(stack.worker, 503))).toMatchObject({
        status: 'unavailable',
        [away]: false,
        [there]: true,
        details: { [away]: { status: 'down' }, [there]: { status: 'up' } },
      });
      for (const scraped of await scrapeBoth()) {
        expect(scraped.values.get(`curator_${away}_up`)).toBe(0);
        expect(scraped.values.get(`curator_${there}_up`)).toBe(1);
      }
      if (away === 'redis') {
        for (const scraped of await scrapeBoth()) expect(scraped.values.get(DUE)).toBe(0);
      } else {
        await waitUntil('no process to tell old figures for new ones', async () =>
          (await scrapeBoth()).every(
            (scraped) =>
              !scraped.values.has(DUE) &&
              scraped.valueOf('curator_scrape_problems_total{group="queues"}') > 0,
          ),
        );
      }
      expect((await askHealth(stack.worker, 'live')).status).toBe(200);
      await services.restart(server);
      for (const app of [stack.api, stack.worker]) await untilReady(app, 200);
      await waitUntil('all figures to be there again', async () =>
        (await scrapeBoth()).every((scraped) => scraped.values.has(DUE)),
      );
    },
    90_000,
  );
});
