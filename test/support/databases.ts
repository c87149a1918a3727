import { openDatabase, RedisConnections, type Database } from '#app/persistence';
import { Cluster, type Redis } from 'ioredis';
import { createDatabase } from './create-database.js';

export interface OpenTestDatabase {
  database: Database;
  /** As DATABASE_URL wants it. */
  url: string;
  /** Closes and removes it. */
  drop(): Promise<void>;
}

/** A database of its own with the schema in it. */
export async function openTestDatabase(poolSize?: number): Promise<OpenTestDatabase> {
  const created = await createDatabase();
  const database = await openDatabase(created.url, poolSize);
  return {
    database,
    url: created.url,
    drop: async () => {
      await database.close();
      await created.drop();
    },
  };
}

/** Those that hold the keys: of a cluster all its masters. */
export const nodesOf = ({ shared }: RedisConnections): Redis[] =>
  shared instanceof Cluster ? shared.nodes('master') : [shared];

/** What is left when Redis has lost everything. */
export async function emptyRedis(redis: RedisConnections): Promise<void> {
  await redis.ping();
  for (const node of nodesOf(redis)) await node.flushall();
}

/** The Redis of this jest worker, which is empty at the beginning of each spec file. To be closed. */
export function openTestRedis(): RedisConnections {
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) throw new Error('TEST_REDIS_URL is not set: run the specs with npm test');
  return new RedisConnections(url);
}
