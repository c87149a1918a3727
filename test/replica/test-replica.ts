import { createConnection } from 'mysql2/promise';
import { createDatabase } from '../support/create-database.js';
import { CORE_TABLES, LINKS_TABLES } from './replica-tables.js';

/** One cluster of the wiki's replicas: a database with its tables. */
export interface ReplicaDatabase {
  /** As COMMONS_REPLICA_URL and COMMONS_LINKS_REPLICA_URL want it. */
  readonly url: string;
  run(statement: string, values?: readonly unknown[]): Promise<void>;
}

/** The two clusters, empty. */
export interface TestReplica {
  core: ReplicaDatabase;
  links: ReplicaDatabase;
  drop(): Promise<void>;
}

async function openCluster(tables: readonly string[]): Promise<ReplicaDatabase & { drop(): Promise<void> }> {
  const created = await createDatabase();
  const connection = await createConnection(created.url);
  const run = async (statement: string, values: readonly unknown[] = []): Promise<void> => {
    await connection.query(statement, [...values]);
  };
  for (const table of tables) await run(table);
  return {
    url: created.url,
    run,
    drop: async () => {
      await connection.end();
      await created.drop();
    },
  };
}

/** Databases of their own with the tables of the replicas, on the server of TEST_DATABASE_URL. */
export async function openTestReplica(): Promise<TestReplica> {
  const [core, links] = await Promise.all([openCluster(CORE_TABLES), openCluster(LINKS_TABLES)]);
  return {
    core,
    links,
    drop: async () => {
      await Promise.all([core.drop(), links.drop()]);
    },
  };
}
