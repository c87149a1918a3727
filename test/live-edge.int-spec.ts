import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { aBatch, aSlice, LiveApi } from './live/live-api.js';
import { LiveClient } from './support/live-client.js';
import { signIn } from './support/sign-in.js';

describe('the WebSocket', () => {
  let api: LiveApi;

  beforeAll(async () => {
    api = await LiveApi.start();
  });

  afterEach(() => api.closeClients());

  afterAll(() => api.stop());

  it('refuses the upgrade without a session, from elsewhere and at other paths', async () => {
    const cookie = await api.cookieOf('Uploader');
    expect(await api.statusOf({})).toBe(401);
    expect(await api.statusOf({ cookie: 'curator_session=s%3Ainvented.x' })).toBe(401);
    expect(await api.statusOf({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await api.statusOf({ cookie, origin: 'null' })).toBe(403);
    expect(await api.statusOf({ cookie }, '/other')).toBe(404);
  });

  it('accepts its own origin, allowed ones and none', async () => {
    for (const headers of [{}, { origin: 'http://localhost:8000' }, { origin: 'https://friend.example' }]) {
      expect((await api.connect('Uploader', headers)).isOpen).toBe(true);
    }
  });

  it('answers every frame and stays open', async () => {
    const client = await api.connect();
    for (const text of ['', 'x', '[]', '{"type":"FETCH_IMAGES"}', '\u0000']) {
      client.sendText(text);
      expect((await client.next('ERROR')).data).toBe('Invalid message format');
    }
    client.sendText('{"type":"NOPE"}');
    expect((await client.next('ERROR')).data).toBe('Unknown action');
    const unavailable = await client.ask({ type: 'FETCH_REDLINKS' }, 'ERROR');
    expect(unavailable.data).toBe('Redlinks are not available on this server.');
    expect(await aBatch(client)).toBeGreaterThan(0);
  });

  it('ends a socket whose frame is larger than 16 MiB, and no other', async () => {
    const [greedy, other] = [await api.connect(), await api.connect()];
    greedy.sendText('x'.repeat(16 * 1024 * 1024 + 1));
    await expect(greedy.next('ERROR')).rejects.toThrow('The socket closed: 1009');
    expect(await aBatch(other)).toBeGreaterThan(0);
  });

  it('closes the sockets of a session that ends', async () => {
    const [browser, other] = [await signIn(api.running.origin, 'Uploader'), await api.connect()];
    const client = await LiveClient.connect(api.running.origin, { cookie: browser.cookie });
    await browser.go('/auth/logout');
    await expect(client.next('ERROR')).rejects.toThrow('The socket closed: 1008');
    expect(await api.statusOf({ cookie: browser.cookie })).toBe(401);
    expect(await aBatch(other)).toBeGreaterThan(0);
  });

  it('answers one client in the order of its frames', async () => {
    const client = await api.connect();
    const batchid = await aBatch(client);
    for (let sliceid = 0; sliceid < 40; sliceid += 1) client.send(aSlice(batchid, sliceid, [`o${sliceid}`]));
    client.send({ type: 'FETCH_BATCH_UPLOADS', data: batchid });
    const { data } = await client.next('BATCH_UPLOADS_LIST');
    expect(data.uploads).toHaveLength(40);
    const acknowledged = client.frames.flatMap((frame) => ('sliceid' in frame ? [frame.sliceid] : []));
    expect(acknowledged).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });
});
