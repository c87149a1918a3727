import { createHash } from 'node:crypto';
import type { RedisClient } from './redis-connections.js';

/** A script that runs atomically in Redis, sent once and then called by its hash. */
export class LuaScript {
  private readonly hash: string;

  constructor(private readonly text: string) {
    this.hash = createHash('sha1').update(text).digest('hex');
  }

  /** @param keys all in one hash slot */
  async run(
    redis: RedisClient,
    keys: readonly string[],
    values: readonly (string | number)[],
  ): Promise<unknown> {
    try {
      return await redis.evalsha(this.hash, keys.length, ...keys, ...values);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(this.text, keys.length, ...keys, ...values);
    }
  }
}
