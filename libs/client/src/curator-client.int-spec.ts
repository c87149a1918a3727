import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { CuratorClient, CuratorError, type ConnectionState, type CuratorClientOptions } from './index.js';
import { Puppet } from './testing/puppet.js';

const nonce = '2026-01-01T00:00:00.000001Z';

const presets = { type: 'PRESETS_LIST', nonce, data: { handler: 'mapillary', presets: [] } };
const update = (status: string): object => ({
  type: 'UPLOADS_UPDATE',
  nonce,
  data: [{ id: 1, batchid: 7, status, key: 'k', handler: 'mapillary' }],
});

describe('the client', () => {
  let server: Puppet;
  const clients: CuratorClient[] = [];

  const aClient = (options: Partial<CuratorClientOptions> = {}): CuratorClient => {
    const backoff = { baseMs: 5, maxMs: 50 };
    const client = new CuratorClient({ url: server.url, WebSocket, backoff, timeoutMs: 5_000, ...options });
    clients.push(client);
    return client;
  };
  /** Resolves when the client is in this state. */
  const reaching = (wanted: ConnectionState): [Promise<void>, Partial<CuratorClientOptions>] => {
    let reached: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => (reached = resolve));
    return [promise, { onState: (state) => state === wanted && reached() }];
  };

  beforeEach(async () => {
    server = new Puppet();
    await server.start();
    server.answer = ({ type }) => (type === 'FETCH_PRESETS' ? [presets] : []);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.stop();
  });

  it('sends its token, and nothing to a server that it has nothing to ask', async () => {
    const client = aClient({ token: 'cur_secret' });
    await client.connect();
    expect(server.upgrades.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/ws', 'Bearer cur_secret'],
    ]);
    expect(server.got).toEqual([]);
  });

  it('survives every frame that is not of the protocol', async () => {
    const problems: CuratorError[] = [];
    const client = aClient({ onProblem: (error) => problems.push(error) });
    await client.connect();
    const updates = client.watchBatch(7);
    const first = updates.next();
    server.say(
      '',
      '{',
      'null',
      '[]',
      '{}',
      { type: 'UPLOADS_UPDATE', data: [null] },
      { type: 'NEW', data: 1 },
    );
    server.say({ type: 'BATCHES_LIST', partial: false, nonce, data: {} }, update('queued'));
    expect(await first).toMatchObject({ value: [{ status: 'queued' }] });
    expect(client.state).toBe('open');
    expect(problems.map(({ code }) => code)).toEqual(Array.from({ length: 7 }, () => 'MALFORMED'));
  });

  it('tells the ERROR of a request to the one who made it', async () => {
    const client = aClient();
    server.answer = ({ type }) => {
      if (type === 'CREATE_BATCH') return [{ type: 'ERROR', nonce, data: 'Not now.' }];
      return [{ type: 'REDLINKS_RESPONSE', nonce, data: { items: [] } }];
    };
    const [batch, redlinks] = await Promise.allSettled([
      client.request({ type: 'CREATE_BATCH' }),
      client.request({ type: 'FETCH_REDLINKS' }),
    ]);
    expect(batch).toMatchObject({ reason: { code: 'REFUSED', message: 'Not now.' } });
    expect(redlinks).toMatchObject({ value: { data: { items: [] } } });
  });

  it('tells an ERROR that follows the answer', async () => {
    const client = aClient();
    server.answer = ({ type }) =>
      type === 'CREATE_CATEGORY'
        ? [
            { type: 'CATEGORY_CREATED_RESPONSE', nonce, data: { title: 'Category:A' } },
            { type: 'ERROR', nonce, data: 'Not linked.' },
          ]
        : [presets];
    const asked = client.request({ type: 'CREATE_CATEGORY', data: { title: 'A', text: '' } });
    await expect(asked).rejects.toThrow('Not linked.');
  });

  it('takes no late answer for that of another request', async () => {
    const late: WebSocket[] = [];
    server.answer = (_, socket) => {
      late.push(socket);
      if (late.length === 1) return [];
      for (const before of late)
        before.send(JSON.stringify({ type: 'BATCH_CREATED', nonce, data: late.length }));
      return [];
    };
    const client = aClient();
    const request = client.request({ type: 'CREATE_BATCH' }, { timeoutMs: 50 });
    await expect(request).rejects.toMatchObject({ code: 'TIMEOUT' });
    const { data } = await client.request({ type: 'CREATE_BATCH' });
    expect([data, late.length, late[0] === late[1]]).toEqual([2, 2, false]);
  });

  it('repeats on a new connection what does no harm twice, and tells of the rest', async () => {
    const client = aClient();
    await client.connect();
    let lost = false;
    server.answer = ({ type }, socket) => {
      if (type === 'FETCH_REDLINKS' && lost)
        return [{ type: 'REDLINKS_RESPONSE', nonce, data: { items: [] } }];
      if (type === 'CREATE_BATCH' || type === 'FETCH_REDLINKS') {
        lost ||= type === 'FETCH_REDLINKS';
        socket.terminate();
      }
      return [];
    };
    await expect(client.request({ type: 'CREATE_BATCH' })).rejects.toMatchObject({ code: 'DISCONNECTED' });
    expect(await client.request({ type: 'FETCH_REDLINKS' })).toMatchObject({ data: { items: [] } });
    expect(server.typesGot()).toEqual(['CREATE_BATCH', 'FETCH_REDLINKS', 'FETCH_REDLINKS']);
  });

  it('lets only so many requests wait, and each only so long', async () => {
    server.refuses = true;
    const client = aClient({ maxWaiting: 3, timeoutMs: 100 });
    const asked = Array.from({ length: 5 }, () => client.request({ type: 'FETCH_REDLINKS' }));
    const codes = (await Promise.allSettled(asked)).map(
      (result) => (result as { reason?: CuratorError }).reason?.code,
    );
    expect(codes).toEqual(['TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TOO_MANY_WAITING', 'TOO_MANY_WAITING']);
    expect(client.send({ type: 'CREATE_BATCH' })).toBe(false);
    expect(server.got).toEqual([]);
  });

  it('asks for what was watched on each new connection, and tells each change once', async () => {
    const client = aClient();
    server.answer = ({ type }) => {
      if (type === 'FETCH_PRESETS') return [presets];
      return type === 'SUBSCRIBE_BATCH' ? [{ type: 'SUBSCRIBED', nonce, data: 7 }, update('queued')] : [];
    };
    const updates = client.watchBatch(7);
    expect(await updates.next()).toMatchObject({ value: [{ status: 'queued' }] });
    server.answer = ({ type }) => {
      if (type === 'FETCH_PRESETS') return [presets];
      return [
        { type: 'SUBSCRIBED', nonce, data: 7 },
        update('completed'),
        { type: 'UPLOADS_COMPLETE', nonce, data: 7 },
      ];
    };
    server.hangUp();
    expect(await updates.next()).toMatchObject({ value: [{ status: 'completed' }] });
    expect(await updates.next()).toEqual({ done: true, value: undefined });
  });

  it('stops at the end of the session and tells why', async () => {
    const client = aClient();
    await client.connect();
    const updates = client.watchBatch(7);
    const reading = updates.next();
    server.hangUp(1008, 'The session has ended');
    await expect(reading).rejects.toMatchObject({
      code: 'SESSION_ENDED',
      message: 'The session has ended',
      details: { close_code: 1008 },
    });
    expect(await client.ended).toMatchObject({ code: 'SESSION_ENDED' });
    await expect(client.request({ type: 'FETCH_REDLINKS' })).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    await expect(client.watchSchedule(7).next()).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    expect(server.upgrades).toHaveLength(1);
  });

  it('stops when it is not signed in, and goes on trying while nobody knows', async () => {
    server.refuses = true;
    server.whoAmI = 503;
    const client = aClient();
    const connecting = client.connect();
    while (server.upgrades.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    server.whoAmI = 401;
    await expect(connecting).rejects.toMatchObject({ code: 'SESSION_ENDED' });
  });

  it('notices a connection that is silent for good', async () => {
    const [waiting, options] = reaching('waiting');
    const client = aClient({ ...options, heartbeatMs: 20, heartbeatTimeoutMs: 20 });
    server.answer = () => [];
    await client.connect();
    await waiting;
    expect(server.typesGot()).toEqual(['FETCH_PRESETS']);
    server.answer = () => [presets];
    await client.connect();
    while (server.got.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(client.state).toBe('open');
  });

  it('gives a request up with its signal and keeps its answer from others', async () => {
    const client = aClient();
    await client.connect();
    const controller = new AbortController();
    let answerFirst: () => void = () => undefined;
    server.answer = (_, socket) => {
      if (server.got.length > 1) return [{ type: 'BATCH_CREATED', nonce, data: 2 }];
      answerFirst = () => socket.send(JSON.stringify({ type: 'BATCH_CREATED', nonce, data: 1 }));
      controller.abort();
      return [];
    };
    const first = client.request({ type: 'CREATE_BATCH' }, { signal: controller.signal });
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    const second = client.request({ type: 'CREATE_BATCH' });
    answerFirst();
    expect((await second).data).toBe(2);
  });

  it('watches one of each kind, and leaves the others when one is left', async () => {
    const client = aClient();
    await client.connect();
    const [before, schedule] = [client.watchBatch(7), client.watchSchedule(7)];
    const now = client.watchBatch(8);
    await expect(before.next()).rejects.toMatchObject({ code: 'REPLACED' });
    await client.request({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } });
    server.got.length = 0;
    await now.return?.();
    await client.request({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } });
    const types = server.typesGot().filter((type) => type !== 'FETCH_PRESETS');
    expect(types).toEqual(['UNSUBSCRIBE_BATCH', 'SUBSCRIBE_SCHEDULE']);
    await schedule.return?.();
  });

  it('opens a collection that comes in parts, with what could not be found out', async () => {
    const client = aClient();
    const image = (id: string): object => ({ id });
    server.answer = ({ type }) =>
      type === 'FETCH_IMAGES'
        ? [
            { type: 'TRY_BATCH_RETRIEVAL', nonce, data: 'Large.' },
            { type: 'COLLECTION_IMAGE_IDS', nonce, data: ['b', 'a'] },
            { type: 'PARTIAL_COLLECTION_IMAGES', nonce, data: { images: [image('a')], collection: 's' } },
            { type: 'PARTIAL_COLLECTION_IMAGES', nonce, data: { images: [image('b')], collection: 's' } },
            { type: 'ERROR', nonce, data: 'Could not check.' },
          ]
        : [presets];
    const progress: number[] = [];
    const onProgress = ({ received }: { received: number }): number => progress.push(received);
    const opened = await client.openCollection({ handler: 'mapillary', input: ' s ', onProgress });
    expect(opened).toEqual({ input: 's', images: [image('b'), image('a')], warnings: ['Could not check.'] });
    expect(progress).toEqual([0, 1, 2]);
  });

  it('ends with its signal, and refuses what is too large before it is sent', async () => {
    const controller = new AbortController();
    const client = aClient({ signal: controller.signal });
    await client.connect();
    const large = { title: 'A', text: 'x'.repeat(17 * 1024 * 1024) };
    await expect(client.request({ type: 'CREATE_CATEGORY', data: large })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    controller.abort();
    expect(await client.ended).toBeNull();
    expect(client.state).toBe('ended');
    await expect(client.connect()).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
