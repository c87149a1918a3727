import { Logger } from '@nestjs/common';
import { Cluster, Redis, type Command } from 'ioredis';
import { parseRedisUrl, type RedisAddress } from './redis-address.js';

export type RedisClient = Redis | Cluster;

const reconnectDelay = (tries: number): number => Math.min(tries * 100, 2_000);

/** A command is not given up because Redis was away when it was sent. */
const PATIENT = { maxRetriesPerRequest: null };

/** Whoever waits for an answer longer than this gets an error instead. */
const COMMAND_TIMEOUT_MS = 2_000;

/** While a cluster cannot be reached commands wait, and ioredis lets them wait for ever. */
class TimedCluster extends Cluster {
  override sendCommand(command: Command, ...rest: never[]): unknown {
    const { commandTimeout } = this.options.redisOptions ?? {};
    if (commandTimeout !== undefined) command.setTimeout(commandTimeout);
    return super.sendCommand(command, ...rest);
  }
}

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

  /** Another connection. Its commands wait for as long as Redis is away, unless told otherwise. */
  open(settings: { commandTimeout?: number } = {}): RedisClient {
    const common = { ...PATIENT, ...settings };
    const { address } = this;
    const client: RedisClient =
      address.kind === 'single'
        ? new Redis({ ...address.options, ...common, retryStrategy: reconnectDelay })
        : new TimedCluster(address.nodes, {
            redisOptions: { ...address.options, ...common },
            clusterRetryStrategy: reconnectDelay,
          });
    return this.keep(client);
  }

  /**
   * A connection for a subscriber, which does not resubscribe by itself: `ready` tells that messages may have been missed. In a
   * cluster every node passes all messages on, so it is one to any of them, and to the next one after each failure. (A
   * `Cluster` changes its subscriber's node without telling.)
   */
  openSubscriber(): Redis {
    const settings = { ...PATIENT, autoResubscribe: false };
    const { address } = this;
    if (address.kind === 'single') {
      return this.keep(new Redis({ ...address.options, ...settings, retryStrategy: reconnectDelay }));
    }
    const { nodes, options } = address;
    let turn = Math.floor(Math.random() * nodes.length);
    const nextNode = () => nodes[turn++ % nodes.length];
    const client: Redis = new Redis({
      ...options,
      ...settings,
      ...nextNode(),
      retryStrategy: (tries) => {
        Object.assign(client.options, nextNode());
        return reconnectDelay(tries);
      },
    });
    return this.keep(client);
  }

  private keep<T extends RedisClient>(client: T): T {
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
