import type { DataSource } from 'typeorm';
import { readPoolUse, type PoolUse } from './read-pool-use.js';
import { retryOnDeadlock } from './retry-on-deadlock.js';

export type SqlValue = string | number | boolean | Date | null | readonly SqlValue[];

/** Runs SQL, either on any connection of the pool or inside one transaction. Lists in `values` expand for `IN (?)` and `VALUES ?`. */
export interface Sql {
  /** `Row` is what the statement's columns are; bigints that fit come as numbers, times as Dates. */
  rows<Row>(statement: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** @returns how many rows matched */
  change(statement: string, values?: readonly SqlValue[]): Promise<number>;
  /** @returns the generated id */
  insert(statement: string, values?: readonly SqlValue[]): Promise<number>;
}

interface ResultHeader {
  affectedRows: number;
  insertId: number;
}

interface Connection {
  query<T>(statement: string, values?: unknown[]): Promise<T>;
}

const sqlOn = (connection: Connection): Sql => ({
  rows: (statement, values = []) => connection.query(statement, [...values]),
  change: async (statement, values = []) =>
    (await connection.query<ResultHeader>(statement, [...values])).affectedRows,
  insert: async (statement, values = []) =>
    (await connection.query<ResultHeader>(statement, [...values])).insertId,
});

/**
 * The SQL database. Every statement runs at READ COMMITTED; a statement or transaction that InnoDB gives up for a
 * deadlock or a lock wait is run again, twice at most.
 */
export class Database implements Sql {
  private readonly pool: Sql;

  /** @param dataSource for this library only: nothing of TypeORM leaves it */
  constructor(readonly dataSource: DataSource) {
    this.pool = sqlOn(dataSource);
  }

  rows<Row>(statement: string, values?: readonly SqlValue[]): Promise<Row[]> {
    return retryOnDeadlock(() => this.pool.rows<Row>(statement, values));
  }

  change(statement: string, values?: readonly SqlValue[]): Promise<number> {
    return retryOnDeadlock(() => this.pool.change(statement, values));
  }

  insert(statement: string, values?: readonly SqlValue[]): Promise<number> {
    return retryOnDeadlock(() => this.pool.insert(statement, values));
  }

  /** Runs `work` in one transaction; it may run more than once, so it changes nothing but rows. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return retryOnDeadlock(() => this.dataSource.transaction((manager) => work(sqlOn(manager))));
  }

  /** Whether the database answers. @throws the driver's error when it does not */
  async ping(): Promise<void> {
    await this.pool.rows('SELECT 1');
  }

  /** How the connections of this process are used. */
  get poolUse(): PoolUse {
    return readPoolUse(this.dataSource.driver);
  }

  /** Waits for what runs and closes every connection. */
  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}
