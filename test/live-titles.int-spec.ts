import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { UploadItemDto } from '#app/protocol';
import { aBatch, anItem, aSlice, LiveApi } from './live/live-api.js';
import type { LiveClient } from './support/live-client.js';
import { titleOf } from './upstreams/commons/titles.js';
import { aPhoto, WikiUserAgent } from './upstreams/commons/testing/wiki-under-test.js';

const PREFIXES = '#<pre>\nDSC_ # Nikon\nIMG # generic\n#</pre>';

describe('titles on the WebSocket', () => {
  let api: LiveApi;

  beforeAll(async () => {
    api = await LiveApi.start();
    const { wiki } = api.running;
    const author = { user: 'Admin', comment: '' };
    wiki.wiki.content.save(titleOf(8, 'Filename-prefix-blacklist'), { ...author, text: PREFIXES });
    wiki.wiki.content.save(titleOf(6, 'Page only.jpg'), { ...author, text: 'x' });
    await (await WikiUserAgent.of(wiki, 'Uploader')).publish(aPhoto(1), 'There already.jpg');
  });

  afterEach(async () => {
    api.running.wiki.faults.clear();
    await api.closeClients();
  });

  afterAll(() => api.stop());

  describe('that are only asked about', () => {
    const check = async (
      client: LiveClient,
      titles: string[],
    ): Promise<{ title: string; ok: boolean; code?: string; message?: string }[]> =>
      (await client.ask({ type: 'CHECK_TITLES', data: { titles } }, 'TITLES_CHECKED')).data.items;

    it('are told in their order, with what is wrong', async () => {
      const client = await api.connect();
      const titles = {
        'Quay 1.jpg': undefined,
        'there_already.jpg': 'fileexists',
        'Page only.jpg': 'page-exists',
        'A BLACKLISTED one.jpg': 'titleblacklist-forbidden',
        'A|b.jpg': 'illegal-filename',
        'No extension': 'filetype-missing',
        'Program.exe': 'filetype-banned',
        'DSC 0001.jpg': 'bad-prefix',
        'quay_1.jpg': 'duplicate-title',
        [`${'L'.repeat(1_000)}.jpg`]: 'filename-toolong',
      };
      const items = await check(client, Object.keys(titles));
      expect(items.map(({ title, code }) => [title, code])).toEqual(Object.entries(titles));
      for (const { ok, code, message } of items) {
        expect([code, ok, message !== undefined]).toEqual([code, code === undefined, code !== undefined]);
      }
    });

    it('are asked for by fifties, as the person', async () => {
      const { wiki } = api.running;
      const client = await api.connect('Patroller');
      const before = wiki.log.length;
      const titles = Array.from({ length: 500 }, (_, n) => `Ünïcöde street number ${n}.jpg`);
      expect((await check(client, titles)).every(({ ok }) => ok)).toBe(true);
      const asked = wiki.log.slice(before).filter(({ action }) => action === 'query');
      expect(asked.filter(({ step }) => step === 'info|imageinfo')).toHaveLength(10);
      expect(asked.every(({ user }) => user === 'Patroller')).toBe(true);
      expect(await check(client, [])).toEqual([]);
    });

    it('are not taken for good when Commons cannot tell', async () => {
      const client = await api.connect();
      api.running.wiki.faults.add({
        match: { action: 'query', step: 'info|imageinfo' },
        times: 0,
        error: { code: 'readonly', info: 'The wiki is read-only.' },
      });
      const { data } = await client.ask({ type: 'CHECK_TITLES', data: { titles: ['A.jpg'] } }, 'ERROR');
      expect(data).toMatch(/^readonly: /);
    });

    it('are at most 500', async () => {
      const titles = Array.from({ length: 501 }, (_, n) => `${n}.jpg`);
      const client = await api.connect();
      const { data } = await client.ask({ type: 'CHECK_TITLES', data: { titles } }, 'ERROR');
      expect(data).toBe('Invalid message format');
    });
  });

  describe('of a slice', () => {
    const send = async (
      client: LiveClient,
      [batchid, sliceid]: [number, number],
      items: UploadItemDto[],
    ): Promise<string[]> =>
      (await client.ask(aSlice(batchid, sliceid, items), 'UPLOAD_SLICE_ACK')).data.map(
        ({ status }) => status,
      );

    const errorsOf = async (client: LiveClient, batchid: number): Promise<(string | undefined)[]> => {
      const list = await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: batchid }, 'BATCH_UPLOADS_LIST');
      return list.data.uploads.map(({ error }) => error?.message.split(':')[0]);
    };

    it('are looked at before anything is queued', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client);
      const titles = ['Street.jpg', 'IMG_1.jpg', 'street.jpg', 'A.exe', 'A[1].jpg'];
      const items = titles.map((title, index) => anItem(String(index), { title }));
      expect(await send(client, [batchid, 0], items)).toEqual([
        'queued',
        'failed',
        'failed',
        'failed',
        'failed',
      ]);
      expect(await errorsOf(client, batchid)).toEqual([
        undefined,
        'bad-prefix',
        'duplicate-title',
        'filetype-banned',
        'illegal-filename',
      ]);
    });

    it('are told apart from those that the batch has, but not from those that failed', async () => {
      const client = await api.connect();
      const batchid = await aBatch(client);
      const first = [anItem('a', { title: 'old_Town 1.jpg' }), anItem('b', { title: 'No extension' })];
      expect(await send(client, [batchid, 0], first)).toEqual(['queued', 'failed']);
      const second = [anItem('c', { title: 'Old Town_1.jpg' }), anItem('d', { title: 'Old town 1.jpg' })];
      expect(await send(client, [batchid, 1], second)).toEqual(['failed', 'queued']);
      expect(await send(client, [batchid, 2], [anItem('e', { title: 'Old_Town_1.jpg' })])).toEqual([
        'failed',
      ]);
      client.send({ type: 'CANCEL_BATCH', data: batchid });
      expect(await send(client, [batchid, 3], [anItem('f', { title: 'Old_Town_1.jpg' })])).toEqual([
        'queued',
      ]);
      expect(await send(client, [await aBatch(client), 0], first)).toEqual(['queued', 'failed']);
    });
  });
});
