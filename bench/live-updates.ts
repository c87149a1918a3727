import {
  type Database,
  openDatabase,
  LiveUpdates,
  RedisConnections,
  UploadRepository,
} from '#app/persistence';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { WebSocket } from 'ws';
import type { LiveClient } from '../test/support/live-client.js';
import { Stack } from '../test/support/stack.js';
import { waitUntil } from '../test/support/wait-until.js';
import type { BenchCase, Figure } from './figure.js';
import { MANY_CLIENTS } from './many-clients.js';
import { quantile } from './figure.js';

const SUBSCRIBERS = 1000;
const SUBSCRIBING_AT_ONCE = 25;
const CHANGES = 50;
/** Longer than frames of one batch are held together: each change is a first one. */
const PAUSE_MS = 150;
const IDLE_MS = 5000;
const LEASE_MS = 600_000;

/** One api, one batch with a thousand subscribers: how soon a change of status reaches them, and what they cost while nothing happens. */
export const liveUpdates: BenchCase = {
  name: 'live-updates',
  async run() {
    const stack = await Stack.start({ workers: 0, environment: MANY_CLIENTS });
    const database = await openDatabase(stack.stores.databaseUrl, 2);
    const redis = new RedisConnections(stack.stores.redisUrl);
    const sockets: WebSocket[] = [];
    try {
      const batchid = await createBatch(await stack.connect());
      const latencies: number[] = [];
      let changedAt = 0;
      let seen = 0;
      const line = pLimit(SUBSCRIBING_AT_ONCE);
      const subscribing = Array.from({ length: SUBSCRIBERS }, () => line(() => subscribe(stack, batchid)));
      for (const socket of await Promise.all(subscribing)) {
        socket.on('message', () => {
          latencies.push(performance.now() - changedAt);
          seen += 1;
        });
        sockets.push(socket);
      }
      const idle = await countStatements(database);
      const live = new LiveUpdates(redis.shared, () => redis.open());
      const uploads = new UploadRepository(database);
      for (const { id } of await uploads.listStates(batchid)) {
        seen = 0;
        changedAt = performance.now();
        const upload = await uploads.claim(id, `bench-${id}`, new Date(), new Date(Date.now() + LEASE_MS));
        if (upload === null) throw new Error(`Upload ${id} could not be claimed`);
        const { userid, status, key, handler, version } = upload;
        await live.publish({ batchid, userid, uploads: [{ id, batchid, status, key, handler, version }] });
        await waitUntil('all subscribers to see the change', () => seen >= SUBSCRIBERS);
        await delay(PAUSE_MS);
      }
      return figures(latencies, idle);
    } finally {
      for (const socket of sockets) socket.terminate();
      await redis.close();
      await database.dataSource.destroy();
      await stack.stop();
    }
  },
};

function figures(latencies: readonly number[], idleStatements: number): Figure[] {
  const unit = 'ms';
  const of = `with ${SUBSCRIBERS} subscribers`;
  return [
    { name: `change to frame, ${of}, p50`, measured: quantile(latencies, 0.5), unit, reference: null },
    {
      name: `change to frame, ${of}, p99`,
      measured: quantile(latencies, 0.99),
      unit,
      reference: { atMost: 100 },
    },
    {
      name: `SQL statements in ${IDLE_MS / 1000} s, ${of} and no change`,
      measured: idleStatements,
      unit: '',
      reference: { atMost: 0 },
    },
  ];
}

async function createBatch(client: LiveClient): Promise<number> {
  const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
  const items = Array.from({ length: CHANGES }, (_, index) => ({
    id: String(index + 1),
    input: 'bench',
    title: `Bench ${batchid} ${index}.jpg`,
    wikitext: 'bench',
  }));
  await client.ask(
    { type: 'UPLOAD_SLICE', data: { batchid, sliceid: 0, handler: 'mapillary', items } },
    'UPLOAD_SLICE_ACK',
  );
  return batchid;
}

/** A socket that has had the batch's first state. It reads nothing: what is measured is the server, not the check of frames. */
async function subscribe(stack: Stack, batchid: number): Promise<WebSocket> {
  const headers = { cookie: await stack.cookieOf() };
  const socket = new WebSocket(`${stack.api.url.replace(/^http/, 'ws')}/ws`, { headers });
  await once(socket, 'open');
  const isFull = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      if (data.toString().includes('"UPLOADS_UPDATE"')) resolve();
    });
  });
  socket.send(JSON.stringify({ type: 'SUBSCRIBE_BATCH', data: batchid }));
  await isFull;
  socket.removeAllListeners('message');
  return socket;
}

/** Statements that the server gets in five seconds, less the one that asks. */
async function countStatements(database: Database): Promise<number> {
  const questions = async (): Promise<number> => {
    const [row] = await database.rows<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Questions'");
    return Number(row?.Value);
  };
  const before = await questions();
  await delay(IDLE_MS);
  return (await questions()) - before - 1;
}
