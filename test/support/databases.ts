import { openDatabase, RedisConnections, type Database } from '#app/persistence';
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

/** The Redis of this jest worker, which is empty at the beginning of each spec file. To be closed. */
export function openTestRedis(): RedisConnections {
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) throw new Error('TEST_REDIS_URL is not set: run the specs with npm test');
  return new RedisConnections(url);
}
