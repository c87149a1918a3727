import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LiveApi } from './live/live-api.js';
import { waitUntil } from './support/wait-until.js';
import { idOf, SAMPLE_SEQUENCES, startUpstreams } from './upstreams/index.js';

/** Longer than it takes to ask a few things, shorter than the test may take. */
const DRAIN_SECONDS = '3';

describe('an API that is told to end', () => {
  let api: LiveApi;
  const start = async (drainSeconds: string): Promise<void> => {
    api = await LiveApi.start({ SHUTDOWN_DRAIN_SECONDS: drainSeconds, SHUTDOWN_GRACE_SECONDS: '10' });
  };
  const get = (path: string): Promise<Response> =>
    fetch(`${api.running.origin}${path}`, { redirect: 'manual' });

  describe('while load balancers find out', () => {
    beforeEach(() => start(DRAIN_SECONDS));
    afterEach(() => api.stop());

    it('says that it is not ready, serves on, ends kept connections, and only then accepts nothing', async () => {
      const before = await get('/health/ready');
      expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive']);
      const client = await api.connect();

      const closed = api.running.app.close();
      await waitUntil('the end of readiness', async () => (await get('/health/ready')).status === 503);
      const during = await get('/health/live');
      expect([during.status, during.headers.get('connection')]).toEqual([200, 'close']);
      expect(
        (await client.ask({ type: 'FETCH_BATCHES', data: { page: 1, limit: 10 } }, 'BATCHES_LIST')).type,
      ).toBe('BATCHES_LIST');
      const late = await api.connect();

      expect([client.isOpen, late.isOpen]).toEqual([true, true]);
      await closed;
      expect([client.closeCode, late.closeCode]).toEqual([1001, 1001]);
      await expect(get('/health/live')).rejects.toThrow();
    });
  });

  describe('while the images of a collection arrive', () => {
    it('sends all of them before it ends', async () => {
      const upstreams = await startUpstreams();
      api = await LiveApi.start({ ...upstreams.environment, SHUTDOWN_GRACE_SECONDS: '10' });
      try {
        const client = await api.connect();
        upstreams.mapillary.latencyMs = 1_000;
        const before = upstreams.mapillary.log.length;
        const data = idOf(SAMPLE_SEQUENCES.demo, 0);
        client.send({ type: 'FETCH_IMAGES', data, handler: 'mapillary' });
        await waitUntil('the question to the source', () => upstreams.mapillary.log.length > before);
        await api.running.app.close();
        expect(client.framesOf('COLLECTION_IMAGES')).toHaveLength(1);
        expect(client.closeCode).toBe(1001);
      } finally {
        await api.stop();
        await upstreams.stop();
      }
    });
  });

  describe('while it is asked something', () => {
    beforeEach(() => start('0'));
    afterEach(() => api.stop());

    it('answers requests and messages before it ends', async () => {
      const { wiki, app } = api.running;
      const client = await api.connect();
      await client.ask({ type: 'CHECK_TITLES', data: { titles: ['Warm.jpg'] } }, 'TITLES_CHECKED');
      wiki.latencyMs = 1_500;
      const before = wiki.log.length;
      client.send({ type: 'CHECK_TITLES', data: { titles: ['Quay 1.jpg'] } });
      const request = get('/auth/login');
      await waitUntil('the question to the wiki', () => wiki.log.length > before || client.frames.length > 1);
      const closed = app.close();
      expect((await client.next('TITLES_CHECKED')).data.items).toEqual([{ title: 'Quay 1.jpg', ok: true }]);
      expect((await request).status).toBe(302);
      await closed;
      expect(client.closeCode).toBe(1001);
    });

    it('answers also what clients have sent without waiting for the answer before', async () => {
      const { wiki, app } = api.running;
      const client = await api.connect();
      wiki.latencyMs = 1_000;
      const before = wiki.log.length;
      client.send({ type: 'CHECK_TITLES', data: { titles: ['Quay 2.jpg'] } });
      for (let page = 1; page <= 5; page += 1)
        client.send({ type: 'FETCH_BATCHES', data: { page, limit: 1 } });
      await waitUntil('the question to the wiki', () => wiki.log.length > before);
      await app.close();
      expect(client.framesOf('BATCHES_LIST')).toHaveLength(5);
      expect(client.closeCode).toBe(1001);
    });
  });
});
