import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BatchRepository, type BatchSummary } from '#app/persistence';
import { WebSocket, WebSocketServer } from 'ws';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { BatchListWatchers } from './batch-list-watchers.js';
import { Connection } from './connection.js';

const person = { userid: '1', username: 'A', isAdmin: false, isExempt: false, sessionHash: '' };

/** Keeps back what it has read. */
class HeldBatches extends BatchRepository {
  held: Promise<void> = Promise.resolve();
  reads = 0;

  override async listSummaries(
    ...asked: Parameters<BatchRepository['listSummaries']>
  ): Promise<BatchSummary[]> {
    const found = await super.listSummaries(...asked);
    this.reads += 1;
    await this.held;
    return found;
  }
}

describe('the list of batches', () => {
  let opened: OpenTestDatabase;
  let server: WebSocketServer;

  beforeAll(async () => {
    opened = await openTestDatabase();
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
  });

  afterAll(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
    await opened.drop();
  });

  it('is told whole after changes may have been missed, also when that comes up while others are told', async () => {
    const batches = new HeldBatches(opened.database);
    const { userid } = await aUser(opened.database);
    const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
    const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const frames: string[] = [];
    far.on('message', (data: Buffer) => frames.push(data.toString('utf8')));
    const connection = new Connection(await accepted, person);
    const watchers = new BatchListWatchers(batches);
    await watchers.show(connection, { page: 1, limit: 10 });

    let goOn = (): void => undefined;
    batches.held = new Promise((resolve) => (goOn = resolve));
    watchers.noteChange({ batchid: (await batches.create(userid)).id, userid });
    await waitUntil('the round', () => batches.reads === 1);
    const missed = await batches.create(userid);
    watchers.reload();
    goOn();
    await waitUntil('the missed batch', () => frames.some((frame) => frame.includes(`"id":${missed.id},`)));
    expect(frames).toHaveLength(3);
    watchers.leave(connection);
    far.terminate();
  });
});
