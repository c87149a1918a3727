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

  it('answers nothing more once it closes the connection, whatever came before', async () => {
    const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
    const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const near = await accepted;
    if (far.readyState !== WebSocket.OPEN) await once(far, 'open');
    const connection = new Connection(near, person);
    let routed = 0;
    let arrived = 0;
    let answerFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (answerFirst = resolve));
    const route = (): Promise<void> => {
      routed += 1;
      return first;
    };
    serveConnection(near, connection, { route });
    near.on('message', () => (arrived += 1));
    for (let sent = 0; sent < 3; sent += 1) far.send('{"type":"FETCH_REDLINKS"}');
    await waitUntil('all messages', () => arrived === 3);
    far.pause();
    connection.close(1008, 'The session has ended');
    answerFirst();
    await connection.whenAnswered();
    expect(near.readyState).toBe(WebSocket.CLOSING);
    expect(routed).toBe(1);
    far.terminate();
  });
});
