import { setTimeout as sleep } from 'node:timers/promises';
import * as mysql from 'mysql2';
import type { Pool, PoolConnection } from 'mysql2/promise';
import { DomainError, TemporaryError, type RequestObserver } from '#app/protocol';
import { parseDatabaseUrl, type DatabaseAddress } from '../database/database-url.js';
import type { SshRoute } from './ssh-route.js';
import { isRefusal, NoAnswerError, toReplicaFailure } from './to-replica-failure.js';

/** An account has about ten connections in all. See https://wikitech.wikimedia.org/wiki/Help:Wiki_Replicas */
const CONNECTIONS = 2;
const MOST_WAITING = 50;
const IDLE_MS = 60_000;
const FAREWELL_MS = 2_000;
const CONNECT_MS = 10_000;
/** Signing in with ssh comes before, and says itself what is wrong. */
const CONNECT_THROUGH_SSH_MS = 30_000;
/** The server is to give up first. */
const GRACE_SECONDS = 5;

export type ReplicaValue = string | number | Buffer | readonly ReplicaValue[];

/** One of the servers that the wiki's tables are replicated to, read only. What is on different ones cannot be joined. */
export class ReplicaCluster {
  private readonly address: DatabaseAddress | null;
  private pool: Promise<Pool> | null = null;

  /**
   * @param url as of parseDatabaseUrl, or null where there is none. Without a user the way goes through `ssh`
   * @param ssh not used before the first query
   * @param observer is told of each statement
   */
  constructor(
    url: string | null,
    private readonly ssh: SshRoute,
    private readonly observer?: RequestObserver,
  ) {
    this.address = url === null ? null : parseDatabaseUrl(url);
  }

  get isConfigured(): boolean {
    return this.address !== null;
  }

  /** Whether it is reached through ssh. */
  get isTunnelled(): boolean {
    return this.address !== null && this.address.username === '' && this.address.socketPath === undefined;
  }

  /**
   * @param seconds after which the server gives the statement up
   * @returns binary columns as Buffers
   * @throws DomainError NOT_CONFIGURED @throws TemporaryError when it is away or took too long
   */
  async rows<Row>(statement: string, values: readonly ReplicaValue[], seconds: number): Promise<Row[]> {
    const end = this.isConfigured
      ? this.observer?.begin({ upstream: 'replica', method: 'SQL', action: 'sql' })
      : undefined;
    let outcome = 'ok';
    try {
      const connection = await (await this.open()).getConnection();
      return await runOn<Row>(connection, statement, values, seconds);
    } catch (error) {
      if (isRefusal(error)) await this.close();
      const failure = toReplicaFailure(error);
      outcome = failure instanceof TemporaryError ? failure.code : 'lost';
      throw failure;
    } finally {
      end?.(outcome);
    }
  }

  /** Closes every connection; a later query opens new ones. */
  async close(): Promise<void> {
    const pool = this.pool;
    this.pool = null;
    const open = await pool;
    // A server that has vanished never acknowledges the farewell.
    if (open) await Promise.race([open.end(), sleep(FAREWELL_MS, undefined, { ref: false })]);
  }

  private open(): Promise<Pool> {
    const opening = (this.pool ??= this.createPool());
    opening.catch(() => {
      if (this.pool === opening) this.pool = null;
    });
    return opening;
  }

  private async createPool(): Promise<Pool> {
    const { address } = this;
    if (address === null)
      throw new DomainError('NOT_CONFIGURED', 'No replica of Commons is configured on this server.');
    const { username, password, database, socketPath, host = 'localhost', port = 3306 } = address;
    const login = this.isTunnelled ? await this.ssh.readCredentials() : { user: username, password };
    const pool = mysql.createPool({
      ...login,
      ...(socketPath === undefined ? { host, port } : { socketPath }),
      ...(this.isTunnelled && { stream: () => this.ssh.connect({ host, port }) }),
      database,
      connectTimeout: this.isTunnelled ? CONNECT_THROUGH_SSH_MS : CONNECT_MS,
      connectionLimit: CONNECTIONS,
      maxIdle: 1,
      idleTimeout: IDLE_MS,
      queueLimit: MOST_WAITING,
      charset: 'utf8mb4',
    });
    pool.on('connection', (connection) => connection.query('SET SESSION TRANSACTION READ ONLY'));
    return pool.promise();
  }
}

async function runOn<Row>(
  connection: PoolConnection,
  statement: string,
  values: readonly ReplicaValue[],
  seconds: number,
): Promise<Row[]> {
  try {
    const sql = `SET STATEMENT max_statement_time = ${seconds} FOR ${statement}`;
    const answer = connection.query<mysql.RowDataPacket[]>(sql, [...values]);
    const [rows] = await within((seconds + GRACE_SECONDS) * 1_000, answer);
    connection.release();
    return rows as Row[];
  } catch (error) {
    // The answer to a statement that was given up here would be taken for that to the next one.
    if (error instanceof NoAnswerError) connection.destroy();
    else connection.release();
    throw error;
  }
}

/** @throws NoAnswerError */
async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswerError()), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
