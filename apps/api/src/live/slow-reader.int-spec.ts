import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { UploadState, UploadStatus } from '#app/protocol';
import { WebSocket, WebSocketServer } from 'ws';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { Connection } from './connection.js';
import { OverloadWatch } from './limits/overload-watch.js';
import { serveConnection } from './serve-connection.js';
import { WatchedBatch } from './watched-batch.js';

const person = { userid: '1', username: 'A', isAdmin: false, isExempt: false, sessionHash: '' };
const SLOW_BYTES = 64 * 1024;
const UPLOADS = 500;

const state = (id: number, version: number, status: UploadStatus): UploadState => ({
  id,
  batchid: 7,
  status,
  key: `k${id}`.padEnd(200, '.'),
  handler: 'mapillary',
  version,
});

describe('a client that does not read', () => {
  let server: WebSocketServer;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = async (): Promise<{ near: WebSocket; far: WebSocket; connection: Connection }> => {
    const accepted = once(server, 'connection') as Promise<[WebSocket]>;
    const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    far.on('error', () => undefined);
    await once(far, 'open');
    const [near] = await accepted;
    return { near, far, connection: new Connection(near, person, { slowBytes: SLOW_BYTES }) };
  };

  /** The newest status of each upload, as a client has it. */
  const follow = (far: WebSocket): { statuses: Map<number, string>; isComplete: () => boolean } => {
    const statuses = new Map<number, string>();
    let complete = false;
    far.on('message', (text: Buffer) => {
      const frame = JSON.parse(text.toString()) as { type: string; data: { id: number; status: string }[] };
      if (frame.type === 'UPLOADS_COMPLETE') complete = true;
      else for (const { id, status } of frame.data) statuses.set(id, status);
    });
    return { statuses, isComplete: () => complete };
  };

  it('holds no more memory the more happens, holds up nobody, and is told the newest states once it reads', async () => {
    const [slow, quick] = [await open(), await open()];
    const [ofSlow, ofQuick] = [follow(slow.far), follow(quick.far)];
    const batch = new WatchedBatch(7);
    const all = (version: number, status: UploadStatus): UploadState[] =>
      Array.from({ length: UPLOADS }, (_, id) => state(id + 1, version, status));
    batch.apply(all(1, 'queued'));
    batch.join(slow.connection);
    batch.join(quick.connection);
    slow.far.pause();

    let version = 1;
    let most = 0;
    const round = async (): Promise<void> => {
      version += 1;
      batch.apply(all(version, version % 2 === 0 ? 'in_progress' : 'queued'));
      most = Math.max(most, slow.connection.waitingBytes);
      const told = ofQuick.statuses.get(UPLOADS);
      await waitUntil('the other to be told', () => ofQuick.statuses.get(UPLOADS) !== told);
    };
    await round();
    // What the network itself holds is full after some frames of 140 KB.
    while (!slow.connection.isBehind && version < 500) await round();
    expect(slow.connection.isBehind).toBe(true);
    const held = slow.connection.waitingBytes;
    for (let more = 0; more < 40; more += 1) await round();
    expect(slow.connection.waitingBytes).toBe(held);
    expect(most).toBeLessThan(SLOW_BYTES + 400_000);

    batch.apply(all(version + 1, 'completed'));
    await waitUntil('the end to be told', () => ofQuick.isComplete());
    slow.far.resume();
    await waitUntil('the end to be told here too', () => ofSlow.isComplete());
    expect(new Set(ofSlow.statuses.values())).toEqual(new Set(['completed']));
    expect(ofSlow.statuses.size).toBe(UPLOADS);
    batch.close();
  });

  it('lets all go on who wait for it, once it reads or is gone', async () => {
    for (const how of ['resume', 'terminate'] as const) {
      const { far, connection } = await open();
      far.pause();
      while (!connection.isBehind) {
        connection.sendFrame('x'.repeat(1_000_000));
        await new Promise(setImmediate);
      }
      const waiting = [connection.ready(), connection.ready(), connection.ready()];
      far[how]();
      await Promise.all(waiting);
      expect(connection.isBehind && !connection.closed.aborted).toBe(false);
    }
  });

  it('is answered nothing more, and ended after a while', async () => {
    const { near, far, connection } = await open();
    let answers = 0;
    const route = (): Promise<void> => {
      answers += 1;
      connection.sendFrame('x'.repeat(1_000_000));
      return Promise.resolve();
    };
    const inbox = serveConnection(near, connection, { route });
    far.pause();
    for (let sent = 0; sent < 100; sent += 1) far.send('{"type":"FETCH_REDLINKS"}');
    await waitUntil('it to be behind', () => connection.behindSince !== null);
    expect(connection.waitingBytes).toBeLessThan(3_000_000);
    expect(answers).toBeLessThan(50);
    const watch = new OverloadWatch({ slowMs: 1_000, memoryBytes: 1e9 });
    const holding = {
      userid: '1',
      outgoing: connection.waitingBytes,
      shared: [],
      incoming: inbox.waitingBytes,
      behindSince: connection.behindSince,
      unfinishedSince: () => null,
      close: connection.close.bind(connection),
    };
    const behindSince = connection.behindSince ?? 0;
    watch.look([holding], behindSince + 999);
    expect(connection.closed.aborted).toBe(false);
    watch.look([holding], behindSince + 1_000);
    await waitUntil('it to be ended', () => connection.closed.aborted);
  });
});
