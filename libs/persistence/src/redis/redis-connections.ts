import { Logger } from '@nestjs/common';
import { Cluster, Redis } from 'ioredis';
import { parseRedisUrl, type RedisAddress } from './redis-address.js';

export type RedisClient = Redis | Cluster;

const reconnectDelay = (tries: number): number => Math.min(tries * 100, 2_000);

/** About a second and a half with the delays above: whoever waits for an answer gets an error instead. */
const RETRIES_PER_REQUEST = 5;

/** The process's connections to Redis: one that is shared, and those that need one of their own. All close together. */
export class RedisConnections {
  private readonly logger = new Logger(RedisConnections.name);
  private readonly address: RedisAddress;
  private readonly opened: RedisClient[] = [];
  /** For ordinary commands. A command that waits for a lost connection fails after one to two seconds. */
  readonly shared: RedisClient;

  /** @param url see parseRedisUrl */
  constructor(url: string) {
    this.address = parseRedisUrl(url);
    this.shared = this.open({ maxRetriesPerRequest: RETRIES_PER_REQUEST });
  }

  /** Another connection, e.g. for a subscriber. Its commands wait for as long as Redis is away, unless told otherwise. */
  open(settings: { maxRetriesPerRequest?: number; autoResubscribe?: boolean } = {}): RedisClient {
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
