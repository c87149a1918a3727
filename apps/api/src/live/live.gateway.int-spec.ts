import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisConnections } from '#app/persistence';
import { LiveApi } from '../../../../test/live/live-api.js';
import { openTestRedis } from '../../../../test/support/databases.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { LiveGateway } from './live.gateway.js';

describe('a session that ended without a word', () => {
  let api: LiveApi;
  let redis: RedisConnections;

  beforeAll(async () => {
    api = await LiveApi.start();
    redis = openTestRedis();
  });

  afterEach(() => api.closeClients());

  afterAll(async () => {
    await redis.close();
    await api.stop();
  });

  const loseSessions = async (): Promise<void> => {
    for (const key of await redis.shared.keys('curator:session:*')) await redis.shared.del(key);
    api.forget('Uploader');
  };

  it('loses its sockets at the next check, and no other session does', async () => {
    const client = await api.connect('Uploader');
    await loseSessions();
    const other = await api.connect('Uploader');
    api.running.app.get(LiveGateway, { strict: false }).checkSessions();
    await expect(client.next('ERROR')).rejects.toThrow('The socket closed: 1008');
    expect(other.isOpen).toBe(true);
  });

  it('loses its sockets when announcements are heard again', async () => {
    const clients = [await api.connect('Uploader'), await api.connect('Uploader')];
    await loseSessions();
    await redis.shared.client('KILL', 'TYPE', 'PUBSUB');
    await waitUntil('both sockets to close', () => clients.every((client) => !client.isOpen));
  });
});
