import { Logger } from '@nestjs/common';
import { Cluster, Redis } from 'ioredis';
import { parseRedisUrl, type RedisAddress } from './redis-address.js';

export type RedisClient = Redis | Cluster;

const reconnectDelay = (tries: number): number => Math.min(tries * 100, 2_000);

/** Whoever waits for an answer longer than this gets an error instead. */
const COMMAND_TIMEOUT_MS = 2_000;

/** The process's connections to Redis: one that is shared, and those that need one of their own. All close together. */
export class RedisConnections {
  private readonly logger = new Logger(RedisConnections.name);
  private readonly address: RedisAddress;
  private readonly opened: RedisClient[] = [];
  /** For ordinary commands. A command that is not answered within two seconds fails. */
  readonly shared: RedisClient;

  /** @param url see parseRedisUrl */
  constructor(url: string) {
    this.address = parseRedisUrl(url);
    this.shared = this.open({ commandTimeout: COMMAND_TIMEOUT_MS });
  }

  /** Another connection, e.g. for a subscriber. Its commands wait for as long as Redis is away, unless told otherwise. */
  open(settings: { commandTimeout?: number; autoResubscribe?: boolean } = {}): RedisClient {
    const common = { maxRetriesPerRequest: null, ...settings };
    const { address } = this;
    const client: RedisClient =
      address.kind === 'single'
        ? new Redis({ ...address.options, ...common, retryStrategy: reconnectDelay })
        : new Cluster(address.nodes, {
            redisOptions: { ...address.options, ...common },
            clusterRetryStrategy: reconnectDelay,
          });
    let failing = false;
    client.on('error', (error: Error) => {
      if (!failing) this.logger.warn(`Redis is not reachable: ${error.message}`);
      failing = true;
    });
    client.on('ready', () => {
      if (failing) this.logger.log('Redis is reachable again');
      failing = false;
    });
    this.opened.push(client);
    return client;
  }

  /** @throws the client's error when Redis does not answer */
  async ping(): Promise<void> {
    await this.shared.ping();
  }

  /** The state of each connection, in the words of ioredis. */
  get states(): string[] {
    return this.opened.map(({ status }) => status);
  }

  /** Waits for the answers under way where Redis is there, then closes. */
  async close(): Promise<void> {
    await Promise.all(
      this.opened.map(async (client) => {
        if (client.status === 'ready') await client.quit();
        else client.disconnect();
      }),
    );
  }
}
