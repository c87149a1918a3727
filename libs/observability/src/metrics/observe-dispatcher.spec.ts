import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestObserver } from '#app/protocol';
import { Agent, request, type Dispatcher } from 'undici';
import { observeDispatcher, originsOf } from './observe-dispatcher.js';

describe('observeDispatcher', () => {
  let server: Server;
  let agent: Agent;
  let observed: Dispatcher;
  let origin: string;
  const told: string[] = [];

  const observer: RequestObserver = {
    begin:
      ({ upstream, method, action }) =>
      (outcome) =>
        void told.push(`${upstream} ${method} ${action} ${outcome}`),
  };

  beforeAll(async () => {
    server = createServer((incoming, answer) => {
      if (incoming.url === '/hang') return;
      if (incoming.url === '/cut') return void incoming.socket.destroy();
      answer.writeHead(Number(incoming.url?.slice(1))).end('body');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    agent = new Agent();
    observed = observeDispatcher(
      agent,
      originsOf([
        ['mapillary', `${origin}/graph`],
        ['flickr', null],
      ]),
      observer,
    );
  });

  afterAll(async () => {
    await agent.destroy();
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => void (told.length = 0));

  const get = async (path: string, signal?: AbortSignal): Promise<string> => {
    const { body } = await request(`${origin}${path}`, { dispatcher: observed, ...(signal && { signal }) });
    return body.text();
  };

  it.each([
    ['/200', 'mapillary GET get ok'],
    ['/404', 'mapillary GET get http-404'],
    ['/503', 'mapillary GET get http-503'],
  ])('tells once of an answer to %s', async (path, line) => {
    expect(await get(path)).toBe('body');
    expect(told).toEqual([line]);
  });

  it('tells of answers that do not come, and why', async () => {
    await expect(get('/cut')).rejects.toThrow();
    await expect(get('/hang', AbortSignal.timeout(30))).rejects.toThrow();
    const caller = new AbortController();
    const asked = get('/hang', caller.signal);
    caller.abort();
    await expect(asked).rejects.toThrow();
    expect(told).toEqual([
      'mapillary GET get lost',
      'mapillary GET get timeout',
      'mapillary GET get aborted',
    ]);
  });

  it('tells nothing of other addresses', async () => {
    const other = origin.replace('127.0.0.1', 'localhost');
    await request(`${other}/200`, { dispatcher: observed }).then(({ body }) => body.text());
    expect(told).toEqual([]);
  });
});
