import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LiveUpdates, UploadRepository, UserRepository } from '#app/persistence';
import { aBatch, anItem, aSlice, LiveApi } from './live/live-api.js';
import { openTestRedis } from './support/databases.js';

describe('batches on the WebSocket', () => {
  let api: LiveApi;

  beforeAll(async () => {
    api = await LiveApi.start();
  });

  afterEach(() => api.closeClients());

  afterAll(() => api.stop());

  describe('slices', () => {
    it('acknowledge every image once, also when they are sent again', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client);
      const first = await client.ask(aSlice(batchid, 3, ['a', 'b']), 'UPLOAD_SLICE_ACK');
      expect(first).toMatchObject({
        sliceid: 3,
        data: [
          { id: 'a', status: 'queued' },
          { id: 'b', status: 'queued' },
        ],
      });
      const again = await (await api.connect()).ask(aSlice(batchid, 3, ['a', 'b']), 'UPLOAD_SLICE_ACK');
      expect([again.sliceid, again.data]).toEqual([first.sliceid, first.data]);
      client.sendText(JSON.stringify({ type: 'FETCH_BATCH_UPLOADS', data: String(batchid) }));
      const { data } = await client.next('BATCH_UPLOADS_LIST');
      expect(data.uploads.map(({ key }) => key)).toEqual(['a', 'b']);
      expect(data.batch.stats).toMatchObject({ total: 2, queued: 2 });
    });

    it('are refused whole', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client, 'a');
      const errors = [
        await client.ask(aSlice(batchid, 0, ['b']), 'ERROR'),
        await client.ask(aSlice(batchid, 1, ['b', 'a']), 'ERROR'),
        await client.ask(aSlice(batchid, 1, ['b', 'b']), 'ERROR'),
        await client.ask(aSlice(999_999_999, 0, ['a']), 'ERROR'),
        await (await api.connect('Patroller')).ask(aSlice(batchid, 1, ['b']), 'ERROR'),
      ];
      expect(errors.map(({ data }) => data)).toEqual([
        'Slice 0 was already sent with other items',
        'The batch already has an upload of one of these images',
        'An image is twice in this slice',
        'Batch 999999999 not found',
        'Permission denied',
      ]);
      expect(await api.running.app.get(UploadRepository).listStates(batchid)).toHaveLength(1);
    });

    it('are refused at once for a source that is not offered', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client);
      const slice = aSlice(batchid, 0, ['1']);
      const refused = await client.ask({ ...slice, data: { ...slice.data, handler: 'flickr' } }, 'ERROR');
      expect(refused.data).toBe('This server does not offer flickr.');
      const { data } = await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: batchid }, 'BATCH_UPLOADS_LIST');
      expect(data.uploads).toEqual([]);
      await client.ask(slice, 'UPLOAD_SLICE_ACK');
    });

    it('take what can be taken and fail what cannot', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client);
      const items = [
        anItem('a', { title: 'A[b].jpg' }),
        anItem('b', { labels: { language: 'en', value: 'B' } }),
      ];
      const { data } = await client.ask(aSlice(batchid, 0, items), 'UPLOAD_SLICE_ACK');
      expect(data).toEqual([
        { id: 'a', status: 'failed' },
        { id: 'b', status: 'queued' },
      ]);
      const list = await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: batchid }, 'BATCH_UPLOADS_LIST');
      expect(list.data.uploads).toMatchObject([
        { error: { type: 'error', message: 'illegal-filename: The filename may not contain “[”.' } },
        { labels: { language: 'en', value: 'B' }, image_id: 'b' },
      ]);
    });

    it('of 500 images are taken', async () => {
      const client = await api.connect();
      const ids = Array.from({ length: 500 }, (_, n) => `i${n}`);
      const { data } = await client.ask(aSlice(await aBatch(client), 0, ids), 'UPLOAD_SLICE_ACK');
      expect(data.map(({ id }) => id)).toEqual(ids);
    });

    it('need an authorization', async () => {
      const client = await api.connect('Patroller');
      const batchid = await aBatch(client);
      const { userid } = (
        await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: batchid }, 'BATCH_UPLOADS_LIST')
      ).data.batch;
      const users = api.running.app.get(UserRepository);
      await users.revokeToken(userid, (await users.find(userid))?.accessToken ?? '');
      const { data } = await client.ask(aSlice(batchid, 0, ['a']), 'ERROR');
      expect(data).toBe('Your authorization has ended. Please sign in again.');
      api.forget('Patroller');
    });

    it('come with their batch in the older way', async () => {
      const client = await api.connect();
      client.send({ type: 'UPLOAD', data: { handler: 'mapillary', items: [anItem('a')] } });
      const { data } = await client.next('UPLOAD_CREATED');
      expect(data).toMatchObject([{ status: 'queued', image_id: 'a', input: 'sequence' }]);
    });

    it('leave no batch behind when they are refused in the older way', async () => {
      const client = await api.connect();
      const total = async (): Promise<number> => {
        client.send({ type: 'FETCH_BATCHES', data: { page: 1, limit: 1 } });
        const { data } = await client.next('BATCHES_LIST', { where: ({ partial }) => partial !== true });
        return data.total;
      };
      const before = await total();
      const twice = [anItem('a'), anItem('a')];
      const { data } = await client.ask(
        { type: 'UPLOAD', data: { handler: 'mapillary', items: twice } },
        'ERROR',
      );
      expect(data).toBe('An image is twice in this slice');
      expect(await total()).toBe(before);
    });
  });

  describe('live updates', () => {
    it('start with the whole state and follow what is published', async () => {
      const client = await api.connect('Patroller');
      const batchid = await aBatch(await api.connect(), 'a', 'b');
      client.sendText(JSON.stringify({ type: 'SUBSCRIBE_BATCH', data: String(batchid) }));
      expect((await client.next('SUBSCRIBED')).data).toBe(batchid);
      const { data: states } = await client.next('UPLOADS_UPDATE');
      expect(states.map(({ key, status }) => [key, status])).toEqual([
        ['a', 'queued'],
        ['b', 'queued'],
      ]);
      const [a] = await api.running.app.get(UploadRepository).listStates(batchid);
      if (a === undefined) throw new Error('No upload');
      await api.running.app.get(LiveUpdates).publish({
        batchid,
        userid: 'anyone',
        uploads: [{ ...a, status: 'in_progress', version: a.version + 1 }],
      });
      expect((await client.next('UPLOADS_UPDATE')).data).toMatchObject([{ key: 'a', status: 'in_progress' }]);
    });

    it('show uploads that are added, and complete when everything is cancelled', async () => {
      const [owner, reader] = [await api.connect(), await api.connect('Patroller')];
      const batchid = await aBatch(owner);
      await reader.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
      expect((await reader.next('UPLOADS_UPDATE')).data).toEqual([]);
      await owner.ask(aSlice(batchid, 0, ['a']), 'UPLOAD_SLICE_ACK');
      expect((await reader.next('UPLOADS_UPDATE')).data).toMatchObject([{ key: 'a', status: 'queued' }]);
      expect((await reader.ask({ type: 'CANCEL_BATCH', data: batchid }, 'ERROR')).data).toBe(
        'Permission denied',
      );
      (await api.connect('Admin')).send({ type: 'CANCEL_BATCH', data: batchid });
      expect((await reader.next('UPLOADS_UPDATE')).data).toMatchObject([{ key: 'a', status: 'cancelled' }]);
      expect((await reader.next('UPLOADS_COMPLETE')).data).toBe(batchid);
      expect((await owner.ask({ type: 'CANCEL_BATCH', data: batchid }, 'ERROR')).data).toBe(
        'No queued items to cancel',
      );
      expect((await owner.ask({ type: 'CANCEL_BATCH', data: 999_999_999 }, 'ERROR')).data).toBe(
        'Batch 999999999 not found',
      );
    });

    it('catch up with what was missed while Redis was away', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client, 'a');
      await client.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
      await client.next('UPLOADS_UPDATE');
      await api.running.app.get(UploadRepository).cancelBatch(batchid, new Date());
      const redis = openTestRedis();
      await redis.shared.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      expect((await client.next('UPLOADS_UPDATE')).data).toMatchObject([{ key: 'a', status: 'cancelled' }]);
      expect((await client.next('UPLOADS_COMPLETE')).data).toBe(batchid);
      await redis.close();
    });

    it('are of one batch a socket', async () => {
      const client = await api.connect();
      const [first, second] = [await aBatch(client, 'a'), await aBatch(client, 'a')];
      await client.ask({ type: 'SUBSCRIBE_BATCH', data: first }, 'SUBSCRIBED');
      await client.ask({ type: 'SUBSCRIBE_BATCH', data: second }, 'SUBSCRIBED');
      await client.next('UPLOADS_UPDATE', { where: ({ data }) => data[0]?.batchid === second });
      client.frames.length = 0;
      client.send({ type: 'CANCEL_BATCH', data: first });
      client.send({ type: 'CANCEL_BATCH', data: second });
      await client.next('UPLOADS_COMPLETE', { where: ({ data }) => data === second });
      expect(JSON.stringify(client.frames)).not.toContain(`"batchid":${first},`);
      client.send({ type: 'UNSUBSCRIBE_BATCH' });
      client.send({ type: 'UNSUBSCRIBE_BATCH' });
      expect((await client.ask({ type: 'SUBSCRIBE_BATCH', data: 999_999_999 }, 'ERROR')).data).toBe(
        'Batch 999999999 not found',
      );
    });
  });

  describe('retry', () => {
    it('copies what failed into a new batch of the owner', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client, 'a');
      expect((await client.ask({ type: 'RETRY_UPLOADS', data: batchid }, 'ERROR')).data).toBe(
        'No failed uploads to retry',
      );
      const items = [anItem('b', { title: 'No extension' })];
      await client.ask(aSlice(batchid, 1, items), 'UPLOAD_SLICE_ACK');
      const stranger = await api.connect('Patroller');
      expect((await stranger.ask({ type: 'RETRY_UPLOADS', data: batchid }, 'ERROR')).data).toBe(
        'Permission denied',
      );
      const { data: copy } = await client.ask(
        { type: 'RETRY_UPLOADS', data: batchid },
        'RETRY_UPLOADS_RESPONSE',
      );
      const { data } = await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: copy }, 'BATCH_UPLOADS_LIST');
      expect(data.uploads).toMatchObject([{ key: 'b', status: 'queued', batchid: copy }]);
      const original = await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: batchid }, 'BATCH_UPLOADS_LIST');
      expect(original.data.batch.stats).toMatchObject({ failed: 1, queued: 1 });
      expect(original.data.batch.edit_group_id).not.toBe(data.batch.edit_group_id);
    });
  });

  describe('batch lists', () => {
    it('tell what changes, for the filters that were asked for', async () => {
      const [owner, all, others] = [
        await api.connect(),
        await api.connect('Patroller'),
        await api.connect('Patroller'),
      ];
      const known = await aBatch(owner, 'a');
      const list = await all.ask(
        { type: 'FETCH_BATCHES', data: { page: 1, limit: 100, filter: '' } },
        'BATCHES_LIST',
      );
      expect(list.partial).toBe(false);
      expect(list.data.items[0]?.id).toBe(known);
      const nobody = await others.ask(
        { type: 'FETCH_BATCHES', data: { page: 1, limit: 100, filter: 'patrol' } },
        'BATCHES_LIST',
      );
      expect(nobody.data.items.map(({ username }) => username)).not.toContain('Uploader');
      const created = await aBatch(owner, 'a');
      const change = await all.next('BATCHES_LIST', {
        where: ({ data }) => data.items[0]?.id === created && data.items[0].stats.total === 1,
      });
      expect(change.partial).toBe(true);
      expect(change.data.items.map(({ id }) => id)).toEqual([created]);
      expect(change.data.total).toBe(list.data.total + 1);
      const mine = await aBatch(all);
      const told = await others.next('BATCHES_LIST');
      expect(told.data.items.map(({ id }) => id)).toEqual([mine]);
    });

    it('stop when another page, or nothing, is asked for', async () => {
      const [owner, client, witness] = [await api.connect(), await api.connect(), await api.connect()];
      const [first] = [await aBatch(owner), await aBatch(owner)];
      await client.ask({ type: 'FETCH_BATCHES', data: { page: 1, limit: 100 } }, 'BATCHES_LIST');
      const second = await client.ask({ type: 'FETCH_BATCHES', data: { page: 2, limit: 1 } }, 'BATCHES_LIST');
      expect(second.data.items.map(({ id }) => id)).toEqual([first]);
      await witness.ask({ type: 'SUBSCRIBE_BATCHES_LIST', data: {} }, 'BATCHES_LIST');
      await aBatch(owner);
      await witness.next('BATCHES_LIST', { where: ({ partial }) => partial });
      expect(client.frames.at(-1)).toBe(second);
    });
  });
});
