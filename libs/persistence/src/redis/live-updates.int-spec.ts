import type { LiveUpdate, ProgressUpdate, UploadState } from '#app/protocol';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nodesOf, openTestRedis } from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { LiveUpdates, type BatchChange } from './live-updates.js';
import type { RedisConnections } from './redis-connections.js';

const aState = (batchid: number, id: number): UploadState => ({
  id,
  batchid,
  status: 'queued',
  key: String(id),
  handler: 'mapillary',
  version: 1,
});

describe('LiveUpdates', () => {
  let redis: RedisConnections;
  let publisher: LiveUpdates;
  let subscriber: LiveUpdates;
  const received: LiveUpdate[] = [];
  const changes: BatchChange[] = [];
  const progress: ProgressUpdate[] = [];
  let reconnects = 0;

  beforeAll(async () => {
    redis = openTestRedis();
    const make = (): LiveUpdates => new LiveUpdates(redis.shared, () => redis.openSubscriber());
    [publisher, subscriber] = [make(), make()];
    await subscriber.subscribe({
      onBatch: (update) => received.push(update),
      onBatches: (change) => changes.push(change),
      onProgress: (update) => progress.push(update),
      onReconnect: () => (reconnects += 1),
    });
  });

  afterAll(() => redis.close());

  const publish = (batchid: number, count = 1): Promise<void> =>
    publisher.publish({
      batchid,
      userid: 'u',
      uploads: Array.from({ length: count }, (_, id) => aState(batchid, id)),
    });

  const changesOf = (batchid: number): number =>
    changes.filter((change) => change.batchid === batchid).length;
  const statesOf = (batchid: number): number =>
    received.filter((update) => update.batchid === batchid).flatMap(({ uploads }) => uploads).length;

  it('bring the updates of watched batches, and of all batches that they changed', async () => {
    await subscriber.watchBatch(1);
    await publish(1);
    await publish(2);
    await waitUntil('both changes', () => changesOf(1) + changesOf(2) === 2);
    expect(received).toEqual([{ batchid: 1, userid: 'u', uploads: [aState(1, 0)] }]);
    await subscriber.unwatchBatch(1);
    await publish(1);
    await waitUntil('the change', () => changesOf(1) === 2);
    expect(statesOf(1)).toBe(1);
  });

  it('bring a large update in parts', async () => {
    await subscriber.watchBatch(3);
    await publish(3, 1_201);
    await waitUntil('all parts', () => statesOf(3) === 1_201);
    await waitUntil('the change', () => changesOf(3) === 1);
  });

  it('bring the progress of the batches whose files are watched, and of nothing else', async () => {
    const upload = { id: 1, received: 10, sent: 0, size: 20 };
    await subscriber.watchProgress(5);
    await subscriber.watchBatch(6);
    await publisher.publishProgress(6, [upload]);
    await publisher.publishProgress(5, []);
    await publisher.publishProgress(5, [upload]);
    await waitUntil('the progress', () => progress.length > 0);
    expect(progress).toEqual([{ batchid: 5, uploads: [upload] }]);
    await subscriber.unwatchProgress(5);
    await publisher.publishProgress(5, [upload]);
    await publish(6);
    await waitUntil('what was published after it', () => statesOf(6) === 1);
    expect(progress).toHaveLength(1);
    expect(changesOf(5)).toBe(0);
  });

  it('tell a reconnection only when everything is received again', async () => {
    await subscriber.watchBatch(4);
    expect(reconnects).toBe(0);
    for (const node of nodesOf(redis)) await node.client('KILL', 'TYPE', 'PUBSUB');
    await waitUntil('the reconnection', () => reconnects === 1);
    await publish(4);
    await waitUntil('the update', () => statesOf(4) === 1);
  });
});
