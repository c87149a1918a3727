import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { Connection } from './connection.js';
import { serveConnection } from './serve-connection.js';

const person = { userid: '1', username: 'A', isAdmin: false, isExempt: false, sessionHash: '' };

describe('serveConnection', () => {
  let server: WebSocketServer;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['many', 40, 1],
    ['large', 4, 6 * 1024 * 1024],
  ])('reads no further while %s frames wait, and answers all of them then', async (_, count, bytes) => {
    const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
    const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const near = await accepted;
    let answerFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (answerFirst = resolve));
    serveConnection(near, new Connection(near, person), { route: () => first });
    if (far.readyState !== WebSocket.OPEN) await once(far, 'open');
    let answers = 0;
    far.on('message', () => (answers += 1));

    far.send('{"type":"FETCH_REDLINKS"}');
    for (let sent = 0; sent < count; sent += 1) far.send('x'.repeat(bytes));
    await waitUntil('the pause', () => near.isPaused);
    expect(answers).toBe(0);
    answerFirst();
    await waitUntil('every answer', () => answers === count);
    expect(near.isPaused).toBe(false);
    far.terminate();
  });
});
