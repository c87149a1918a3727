import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection } from './connection.js';
import { keepAlive } from './keep-alive.js';

const person = { userid: '1', username: 'A', isAdmin: false, isExempt: false, sessionHash: '' };

describe('a connection', () => {
  let server: WebSocketServer;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
  });

  afterEach(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Both ends of a new connection. */
  const open = async (options: { autoPong?: boolean } = {}): Promise<{ near: WebSocket; far: WebSocket }> => {
    const near = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
    const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
    far.on('error', () => undefined);
    await new Promise((resolve) => far.once('open', resolve));
    return { near: await near, far };
  };

  it('is dropped when its client does not read what it is sent', async () => {
    const { near, far } = await open();
    const connection = new Connection(near, person);
    far.pause();
    const frame = 'x'.repeat(1024 * 1024);
    let frames = 0;
    while (!connection.closed.aborted && frames < 1_000) {
      connection.sendFrame(frame);
      frames += 1;
      await new Promise(setImmediate);
    }
    expect(connection.closed.aborted).toBe(true);
    expect(frames).toBeGreaterThan(16);
    far.terminate();
  });

  it('tells which frames that others are sent as well are under way', async () => {
    const { near, far } = await open();
    const connection = new Connection(near, person);
    far.pause();
    const state = Buffer.alloc(4 * 1024 * 1024, 'x');
    connection.sendFrame('small');
    for (const _ of [1, 2, 3]) connection.sendFrame(state);
    await new Promise(setImmediate);
    expect(connection.sharedFrames.length).toBeGreaterThan(0);
    expect(new Set(connection.sharedFrames)).toEqual(new Set([state]));
    let received = 0;
    const all = new Promise<void>((resolve) => {
      far.on('message', () => {
        received += 1;
        if (received === 4) resolve();
      });
    });
    far.resume();
    await all;
    while (connection.waitingBytes > 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(connection.sharedFrames).toEqual([]);
    far.terminate();
  });

  it('is dropped when its client does not answer pings', async () => {
    const dead = await open({ autoPong: false });
    const stop = keepAlive(server.clients, 20);
    await new Promise((resolve) => dead.near.once('close', resolve));
    stop();
  });

  it('is kept when its client answers pings', async () => {
    const alive = await open();
    const stop = keepAlive(server.clients, 300);
    let pings = 0;
    await new Promise<void>((resolve) => {
      alive.far.on('ping', () => {
        pings += 1;
        if (pings === 3) resolve();
      });
    });
    stop();
    expect(alive.near.readyState).toBe(WebSocket.OPEN);
  });
});
