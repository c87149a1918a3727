import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BatchRepository,
  LiveUpdates,
  ServiceBreaker,
  UploadRepository,
  UserRepository,
} from '#app/persistence';
import type { ClientMessage } from '#app/protocol';
import { aBatch, aSlice, LiveApi } from './live/live-api.js';
import type { LiveClient } from './support/live-client.js';
import { openTestRedis } from './support/databases.js';
import type { Frame } from './support/check-frame.js';

const UNKNOWN = 999_999_999;

const pause = (data: number): ClientMessage => ({ type: 'PAUSE_BATCH', data });
const resume = (data: number): ClientMessage => ({ type: 'RESUME_BATCH', data });
const watchSchedule = (data: number): ClientMessage => ({ type: 'SUBSCRIBE_SCHEDULE', data });
const watchProgress = (data: number): ClientMessage => ({ type: 'SUBSCRIBE_PROGRESS', data });

describe('schedules and progress on the WebSocket', () => {
  let api: LiveApi;

  beforeAll(async () => {
    api = await LiveApi.start();
  });

  afterEach(() => api.closeClients());

  afterAll(() => api.stop());

  const errorOf = async (client: LiveClient, message: ClientMessage): Promise<string> =>
    (await client.ask(message, 'ERROR')).data;

  const scheduleOf = async (
    client: LiveClient,
    message: ClientMessage,
  ): Promise<Frame<'BATCH_SCHEDULE'>['data']> => (await client.ask(message, 'BATCH_SCHEDULE')).data;

  /** Resolves when everything that the client sent before is answered. */
  const settle = async (client: LiveClient): Promise<void> => {
    await client.ask({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } }, 'PRESETS_LIST');
  };

  describe('pausing', () => {
    it('holds back what is queued, as often as it is asked, and resuming lets it go on', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client, 'a', 'b');
      const paused = { batchid, queued: 2, paused: true, reason: 'Paused by its owner.' };
      expect(await scheduleOf(client, pause(batchid))).toEqual(paused);
      client.sendText(JSON.stringify({ type: 'PAUSE_BATCH', data: String(batchid) }));
      expect((await client.next('BATCH_SCHEDULE')).data).toEqual(paused);
      const uploads = api.running.app.get(UploadRepository);
      const until = new Date(Date.now() + 3_600_000);
      const dueBatches = async () =>
        (await uploads.listDue({ until, limit: 1_000 })).map((due) => due.batchid);
      expect(await dueBatches()).not.toContain(batchid);
      expect((await uploads.listStates(batchid)).map(({ status }) => status)).toEqual(['queued', 'queued']);

      for (const message of [resume(batchid), resume(batchid)]) {
        const schedule = await scheduleOf(client, message);
        expect(schedule).toEqual({
          batchid,
          queued: 2,
          paused: false,
          next_start: expect.any(String),
          estimated_end: expect.any(String),
        });
        expect(Date.parse(schedule.estimated_end ?? '')).toBeGreaterThanOrEqual(
          Date.parse(schedule.next_start ?? ''),
        );
      }
    });

    it('is the owner’s alone', async () => {
      const batchid = await aBatch(await api.connect(), 'a');
      for (const user of ['Patroller', 'Admin']) {
        const stranger = await api.connect(user);
        expect(await errorOf(stranger, pause(batchid))).toBe('Permission denied');
        expect(await errorOf(stranger, resume(batchid))).toBe('Permission denied');
      }
      expect((await api.running.app.get(BatchRepository).find(batchid))?.pausedAt).toBeNull();
    });

    it('needs a batch, and something that could be held back', async () => {
      const client = await api.connect();
      expect(await errorOf(client, pause(UNKNOWN))).toBe(`Batch ${UNKNOWN} not found`);
      expect(await errorOf(client, resume(UNKNOWN))).toBe(`Batch ${UNKNOWN} not found`);
      const batchid = await aBatch(client, 'a');
      client.send({ type: 'CANCEL_BATCH', data: batchid });
      expect(await errorOf(client, pause(batchid))).toBe('Nothing is left to pause');
      expect(await scheduleOf(client, resume(batchid))).toEqual({ batchid, queued: 0, paused: false });
    });

    it('holds back what is added later', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client);
      expect(await scheduleOf(client, pause(batchid))).toMatchObject({ queued: 0, paused: true });
      await client.ask(aSlice(batchid, 0, ['a']), 'UPLOAD_SLICE_ACK');
      expect(await scheduleOf(client, watchSchedule(batchid))).toMatchObject({ queued: 1, paused: true });
    });

    it('leaves the places of what is added to other batches', async () => {
      const client = await api.connect('Limited');
      const held = await aBatch(client);
      await scheduleOf(client, pause(held));
      await client.ask(aSlice(held, 0, ['a']), 'UPLOAD_SLICE_ACK');
      const [upload] = await api.running.app
        .get(UploadRepository)
        .listBatchUploads(await aBatch(client, 'the only place of a window'));
      expect(upload?.plannedAt.getTime()).toBeLessThanOrEqual(Date.now());
    });
  });

  describe('the schedule', () => {
    it('is told at once and when it changes, to everyone who watches, on every process', async () => {
      const other = await LiveApi.startBeside(api);
      try {
        const owner = await api.connect();
        const batchid = await aBatch(owner, 'a');
        const [reader, far] = [await api.connect('Patroller'), await other.connect('Patroller')];
        for (const client of [owner, reader, far]) {
          expect(await scheduleOf(client, watchSchedule(batchid))).toMatchObject({
            queued: 1,
            paused: false,
          });
        }
        await owner.ask(aSlice(batchid, 1, ['b', 'c']), 'UPLOAD_SLICE_ACK');
        for (const client of [owner, reader, far]) {
          await client.next('BATCH_SCHEDULE', { where: ({ data }) => data.queued === 3 });
        }
        owner.send(pause(batchid));
        for (const client of [reader, far]) {
          const told = await client.next('BATCH_SCHEDULE', { where: ({ data }) => data.paused });
          expect(told.data.reason).toBe('Paused by its owner.');
        }
      } finally {
        await other.closeClients();
        await other.stop();
      }
    });

    it('begins where the batches before it end', async () => {
      const client = await api.connect('Patroller');
      api.running.wiki.createUser({
        name: 'Slow',
        editCount: 100,
        limits: { upload: { user: { hits: 2, seconds: 600 } } },
      });
      const slow = await api.connect('Slow');
      const [first, second] = [await aBatch(slow, 'a', 'b'), await aBatch(slow, 'c')];
      const before = await scheduleOf(client, watchSchedule(second));
      expect(Date.parse(before.next_start ?? '')).toBeGreaterThan(Date.now() + 500_000);
      slow.send({ type: 'CANCEL_BATCH', data: first });
      const after = await client.next('BATCH_SCHEDULE', {
        where: ({ data }) => Date.parse(data.next_start ?? '') < Date.now() + 60_000,
      });
      expect(after.data).toMatchObject({ batchid: second, queued: 1 });
    });

    it('tells why a person, or everybody, is held back', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client, 'a');
      await scheduleOf(client, watchSchedule(batchid));
      const { userid } = (
        await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: batchid }, 'BATCH_UPLOADS_LIST')
      ).data.batch;
      const isPaused = ({ data }: Frame<'BATCH_SCHEDULE'>): boolean => data.paused;
      await api.running.app.get(UserRepository).pause(userid, 'blocked: You are blocked');
      await api.running.app.get(LiveUpdates).publishSchedulesChanged(userid);
      expect((await client.next('BATCH_SCHEDULE', { where: isPaused })).data.reason).toBe(
        'Commons refuses your uploads: blocked: You are blocked. They go on after you sign in again.',
      );
      api.forget('Uploader');
      await api.cookieOf('Uploader');
      await client.next('BATCH_SCHEDULE', { where: ({ data }) => !data.paused });

      await api.running.app.get(ServiceBreaker).open('blocked: 192.0.2.1', new Date(Date.now() + 3_000));
      const stopped = await client.next('BATCH_SCHEDULE', { where: isPaused });
      expect(stopped.data.reason).toBe(
        'Commons refuses uploads from this server at the moment. They go on by themselves.',
      );
      await client.next('BATCH_SCHEDULE', { where: ({ data }) => !data.paused });
    });

    it('is caught up with what was missed while Redis was away', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client, 'a');
      await scheduleOf(client, watchSchedule(batchid));
      await api.running.app.get(UploadRepository).cancelBatch(batchid, new Date());
      const redis = openTestRedis();
      await redis.shared.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      expect(
        (await client.next('BATCH_SCHEDULE', { where: ({ data }) => data.queued === 0 })).data.paused,
      ).toBe(false);
      await redis.close();
    });

    it('is of one batch a socket, and of none after turning away', async () => {
      const [client, witness] = [await api.connect(), await api.connect()];
      const [first, second] = [await aBatch(client, 'a'), await aBatch(client, 'a')];
      await scheduleOf(client, watchSchedule(first));
      await scheduleOf(client, watchSchedule(second));
      expect(await errorOf(client, watchSchedule(UNKNOWN))).toBe(`Batch ${UNKNOWN} not found`);
      await scheduleOf(client, watchSchedule(second));
      client.send({ type: 'UNSUBSCRIBE_BATCH' });
      await settle(client);
      client.frames.length = 0;
      await scheduleOf(witness, watchSchedule(second));
      for (const data of [first, second]) witness.send({ type: 'CANCEL_BATCH', data });
      await witness.next('BATCH_SCHEDULE', { where: ({ data }) => data.queued === 0 });
      await settle(client);
      expect(client.framesOf('BATCH_SCHEDULE')).toEqual([]);
    });
  });

  describe('progress', () => {
    const publish = (batchid: number, received: number): Promise<void> =>
      api.running.app.get(LiveUpdates).publishProgress(batchid, [{ id: 1, received, sent: 0, size: 1_000 }]);

    it('reaches everyone who watches the batch, and nobody else', async () => {
      const [owner, reader, bystander] = [
        await api.connect(),
        await api.connect('Patroller'),
        await api.connect(),
      ];
      const [batchid, unrelated] = [await aBatch(owner, 'a'), await aBatch(owner, 'a')];
      for (const client of [owner, reader]) client.send(watchProgress(batchid));
      bystander.send(watchProgress(unrelated));
      await Promise.all([owner, reader, bystander].map(settle));
      for (let received = 100; received <= 1_000; received += 100) await publish(batchid, received);
      for (const client of [owner, reader]) {
        const { data } = await client.next('UPLOAD_PROGRESS', {
          where: (frame) => frame.data[0]?.received === 1_000,
        });
        expect(data).toEqual([{ id: 1, received: 1_000, sent: 0, size: 1_000 }]);
        expect(client.framesOf('UPLOAD_PROGRESS').length).toBeLessThan(10);
      }
      await settle(bystander);
      expect(bystander.framesOf('UPLOAD_PROGRESS')).toEqual([]);
      reader.send({ type: 'UNSUBSCRIBE_BATCH' });
      await settle(reader);
      reader.frames.length = 0;
      await publish(batchid, 1);
      await owner.next('UPLOAD_PROGRESS', { where: ({ data }) => data[0]?.received === 1 });
      await settle(reader);
      expect(reader.framesOf('UPLOAD_PROGRESS')).toEqual([]);
    });

    it('needs a batch', async () => {
      expect(await errorOf(await api.connect(), watchProgress(UNKNOWN))).toBe(`Batch ${UNKNOWN} not found`);
    });
  });

  it('is refused where it is malformed', async () => {
    const client = await api.connect();
    for (const type of ['PAUSE_BATCH', 'RESUME_BATCH', 'SUBSCRIBE_SCHEDULE', 'SUBSCRIBE_PROGRESS']) {
      for (const data of [undefined, null, 0, -1, 1.5, 'x', '', {}, [1]]) {
        client.sendText(JSON.stringify({ type, data }));
        expect((await client.next('ERROR')).data).toBe('Invalid message format');
      }
    }
  });

  it('is never told to clients that do not ask', async () => {
    const [older, witness] = [await api.connect(), await api.connect()];
    const batchid = await aBatch(older, 'a');
    await older.ask({ type: 'FETCH_BATCHES', data: { page: 1, limit: 100 } }, 'BATCHES_LIST');
    await older.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
    await scheduleOf(witness, watchSchedule(batchid));
    witness.send(watchProgress(batchid));
    await scheduleOf(witness, pause(batchid));
    await scheduleOf(witness, resume(batchid));
    await api.running.app.get(LiveUpdates).publishProgress(batchid, [{ id: 1, received: 1, sent: 1 }]);
    await witness.next('UPLOAD_PROGRESS');
    older.send({ type: 'CANCEL_BATCH', data: batchid });
    await older.next('UPLOADS_COMPLETE');
    await witness.next('BATCH_SCHEDULE', { where: ({ data }) => data.queued === 0 });
    const newer = older.frames.filter(({ type }) => type === 'BATCH_SCHEDULE' || type === 'UPLOAD_PROGRESS');
    expect(newer).toEqual([]);
  });
});
