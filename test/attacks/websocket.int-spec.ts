import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { aBatch, LiveApi } from '../live/live-api.js';
import { waitUntil } from '../support/wait-until.js';
import { LiveClient, UpgradeRefused } from '../support/live-client.js';

/** A page of another site, or something that looks like ours. */
const FOREIGN = [
  'https://evil.example',
  'null',
  '',
  'http://localhost',
  'https://localhost:8000',
  'http://localhost:8001',
  'http://localhost:8000/',
  'http://localhost:8000.evil.example',
  'http://evil.localhost:8000',
  'http://localhost:8000@evil.example',
  'http://user@localhost:8000',
  'HTTP://LOCALHOST:8000',
  'http://localhost.:8000',
  'http://127.0.0.1:8000',
  'https://sub.friend.example',
  'https://friend.example.evil.example',
  'http://friend.example',
  'https://friend.example:8443',
  'file://',
  'chrome-extension://abcdefgh',
  'http://localhost:8000, https://evil.example',
];

describe('attacks on the WebSocket', () => {
  let api: LiveApi;

  const port = (): number => Number(new URL(api.running.origin).port);

  /** What a client that is none sends. */
  const raw = async (more: string[] = []): Promise<Socket> => {
    const socket = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    const lines = [
      'GET /ws HTTP/1.1',
      'Host: localhost:8000',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ...more,
    ];
    socket.on('error', () => undefined);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return socket;
  };

  const firstLine = async (socket: Socket): Promise<string> => {
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString('latin1').split('\r\n')[0] ?? '';
  };

  const anyone = async (
    options: { userAgent?: string; perMessageDeflate?: boolean } = {},
  ): Promise<WebSocket> => {
    const socket = new WebSocket(`${api.running.origin.replace('http', 'ws')}/ws`, {
      headers: { cookie: await api.cookieOf('Uploader') },
      ...options,
    });
    socket.on('error', () => undefined);
    await once(socket, 'open');
    return socket;
  };

  const closeOf = async (socket: WebSocket): Promise<string> => {
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    return `${code} ${reason.toString()}`;
  };

  const openSockets = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const server = api.running.app.getHttpServer();
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });

  /** A masked frame with this header, as a client sends it. */
  const header = (first: number, length: number): Buffer => {
    const bytes = Buffer.alloc(14);
    bytes[0] = first;
    bytes[1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
    return bytes;
  };

  describe('of many kinds', () => {
    beforeAll(async () => {
      api = await LiveApi.start({
        WS_MAX_FRAME_BYTES: '65536',
        WS_CONNECTION_SUBSCRIPTIONS: '2',
        WS_USER_SUBSCRIPTIONS: '3',
      });
    });

    afterEach(() => api.closeClients());

    afterAll(() => api.stop());

    it('cross-site hijacking: a page of another site gets no socket, whatever its origin looks like', async () => {
      const cookie = await api.cookieOf('Uploader');
      for (const origin of FOREIGN)
        expect([origin, await api.statusOf({ cookie, origin })]).toEqual([origin, 403]);
      const twice = await raw([
        `Cookie: ${cookie}`,
        'Origin: http://localhost:8000',
        'Origin: https://evil.example',
      ]);
      expect(await firstLine(twice)).toBe('HTTP/1.1 403 Forbidden');
      twice.destroy();
      expect(await api.statusOf({ cookie, origin: 'http://localhost:8000' })).toBe(101);
      expect(await api.statusOf({ cookie })).toBe(101);
    });

    it('half-open sockets: whoever is refused and does not go is cut off', async () => {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => raw()));
      expect(await Promise.all(sockets.map(firstLine))).toEqual(
        sockets.map(() => 'HTTP/1.1 401 Unauthorized'),
      );
      await waitUntil('all of them to be closed here', async () => (await openSockets()) === 0);
      for (const socket of sockets) socket.destroy();
    });

    it('compression bombs: nobody gets compression, and a compressed frame ends its connection', async () => {
      const socket = await anyone({ perMessageDeflate: true });
      expect(socket.extensions).toBe('');
      socket.terminate();
      const cookie = await api.cookieOf('Uploader');
      const client = await raw([`Cookie: ${cookie}`, 'Sec-WebSocket-Extensions: permessage-deflate']);
      expect(await firstLine(client)).toBe('HTTP/1.1 101 Switching Protocols');
      const answer = once(client, 'data') as Promise<[Buffer]>;
      client.write(Buffer.concat([Buffer.from([0xc1, 0x85, 0, 0, 0, 0]), Buffer.from('bomb!')]));
      const [close] = await answer;
      expect([close[0], close.readUInt16BE(2)]).toEqual([0x88, 1002]);
      client.destroy();
    });

    it('large messages: also in fragments they end with 1009, and so do thousands of fragments of nothing', async () => {
      const large = await anyone();
      const ended = closeOf(large);
      for (let part = 0; part < 9; part += 1) large.send('x'.repeat(8_192), { fin: part === 8 });
      expect(await ended).toMatch(/^1009/);
      const tiny = await anyone();
      const end = closeOf(tiny);
      for (let part = 0; part < 2_000; part += 1) tiny.send('', { fin: false });
      expect(await end).toMatch(/^1008/);
      expect(await aBatch(await api.connect())).toBeGreaterThan(0);
    });

    it('more subscriptions than one may have, on a connection and over those of a person', async () => {
      const [one, two] = [await api.connect(), await api.connect()];
      const batch = await aBatch(one, 'a');
      await one.ask({ type: 'SUBSCRIBE_BATCH', data: batch }, 'SUBSCRIBED');
      await one.ask({ type: 'SUBSCRIBE_SCHEDULE', data: batch }, 'BATCH_SCHEDULE');
      const list = { type: 'FETCH_BATCHES', data: { page: 1, limit: 10 } } as const;
      expect((await one.ask(list, 'ERROR')).data).toMatch(/^You are watching as much/);
      // Another batch in place of the first is no more than before.
      await one.ask({ type: 'SUBSCRIBE_BATCH', data: await aBatch(one, 'b') }, 'SUBSCRIBED');
      await two.ask(list, 'BATCHES_LIST');
      expect((await two.ask({ type: 'SUBSCRIBE_BATCH', data: batch }, 'ERROR')).data).toMatch(
        /^You are watching/,
      );
      one.send({ type: 'UNSUBSCRIBE_BATCH' });
      await one.ask(list, 'BATCHES_LIST');
      await two.ask({ type: 'SUBSCRIBE_BATCH', data: batch }, 'SUBSCRIBED');
    });
  });

  describe('where limits are narrow', () => {
    afterEach(async () => {
      await api.closeClients();
      await api.stop();
    });

    it('a message without end: its connection is ended, and others go on', async () => {
      api = await LiveApi.start({ WS_SLOW_SECONDS: '0.2' });
      const client = await raw([`Cookie: ${await api.cookieOf('Uploader')}`]);
      await firstLine(client);
      client.resume();
      const ended = once(client, 'end');
      client.write(Buffer.concat([header(0x81, 10_000_000), Buffer.alloc(100_000)]));
      const other = await api.connect();
      await ended;
      client.destroy();
      expect(await aBatch(other)).toBeGreaterThan(0);
    });

    it('many unfinished messages: those that hold most are ended before memory is short', async () => {
      api = await LiveApi.start({ WS_MEMORY_BYTES: '1048576' });
      const cookie = await api.cookieOf('Uploader');
      const clients = await Promise.all(Array.from({ length: 4 }, () => raw([`Cookie: ${cookie}`])));
      let ended = 0;
      for (const client of clients) {
        await firstLine(client);
        client.resume();
        client.once('end', () => (ended += 1));
        client.write(Buffer.concat([header(0x81, 10_000_000), Buffer.alloc(400_000)]));
      }
      await waitUntil('the largest to be ended', () => ended >= 2);
      expect(ended).toBe(2);
      for (const client of clients) client.destroy();
    });

    it('a person with too many connections, and only that person', async () => {
      api = await LiveApi.start({ WS_USER_CONNECTIONS: '2' });
      const cookie = await api.cookieOf('Uploader');
      expect([await api.statusOf({ cookie }), await api.statusOf({ cookie })]).toEqual([101, 101]);
      expect(await api.statusOf({ cookie })).toBe(429);
      expect(await api.statusOf({ cookie: await api.cookieOf('Patroller') })).toBe(101);
      await api.closeClients();
      await waitUntil('a place', async () => (await api.statusOf({ cookie })) === 101);
    });

    it('a flood of upgrades from one address: refused before sessions are looked up, while HTTP is answered', async () => {
      api = await LiveApi.start({ WS_ADDRESS_UPGRADES_BURST: '30', WS_ADDRESS_UPGRADES_PER_SECOND: '0.01' });
      const statuses = await Promise.all(
        Array.from({ length: 200 }, () => api.statusOf({ cookie: 'curator_session=s%3Ainvented.x' })),
      );
      expect(statuses.filter((status) => status === 401)).toHaveLength(30);
      expect(statuses.filter((status) => status === 429)).toHaveLength(170);
      expect((await fetch(`${api.running.origin}/health/live`)).status).toBe(200);
      const [refusal] = (await once(await raw(), 'data')) as [Buffer];
      expect(refusal.toString()).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
      expect(refusal.toString()).toMatch(/\r\nRetry-After: 5\r\n/);
      await expect(LiveClient.connect(api.running.origin)).rejects.toBeInstanceOf(UpgradeRefused);
    });

    it('a flood of messages is taken slowly, refused for a person on all processes, and ends the connection', async () => {
      const limits = { WS_USER_MESSAGES_PER_SECOND: '0.01', WS_USER_MESSAGES_BURST: '20' };
      api = await LiveApi.start(limits);
      const beside = await LiveApi.startBeside(api, limits);
      const [here, there] = [await api.connect(), await beside.connect()];
      for (let sent = 0; sent < 10; sent += 1) await here.ask({ type: 'FETCH_REDLINKS' }, 'ERROR');
      for (let sent = 0; sent < 10; sent += 1) await there.ask({ type: 'FETCH_REDLINKS' }, 'ERROR');
      for (const client of [here, there]) {
        const { data } = await client.ask({ type: 'FETCH_REDLINKS' }, 'ERROR');
        expect(data).toMatch(/^You are sending too many messages\. Please wait \d+ s/);
      }
      const other = await api.connect('Patroller');
      expect((await other.ask({ type: 'FETCH_REDLINKS' }, 'ERROR')).data).toMatch(/not available/);
      for (let sent = 0; sent < 101; sent += 1) there.sendText('garbage is counted as well');
      await waitUntil('the flood to be ended', () => !there.isOpen);
      await expect(there.next('BATCH_CREATED')).rejects.toThrow();
      expect(here.isOpen).toBe(true);
      await beside.closeClients();
      await beside.stop();
    });
  });
});
