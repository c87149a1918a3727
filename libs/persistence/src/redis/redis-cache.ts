import type { Cache } from '#app/protocol';
import { Logger } from '@nestjs/common';
import type { RedisClient } from './redis-connections.js';

const keyOf = (key: string): string => `curator:cache:${key}`;

export class RedisCache implements Cache {
  private readonly logger = new Logger(RedisCache.name);

  constructor(private readonly redis: RedisClient) {}

  /** A miss and a broken cache look the same. */
  async find(key: string): Promise<string | null> {
    try {
      return await this.redis.get(keyOf(key));
    } catch (error) {
      this.logger.warn(`The cache could not be read: ${String(error)}`);
      return null;
    }
  }

  async keep(key: string, value: string, ttlSeconds: number): Promise<void> {
    try {
      await this.redis.set(keyOf(key), value, 'PX', Math.max(1, Math.round(ttlSeconds * 1_000)));
    } catch (error) {
      this.logger.warn(`The cache could not be written: ${String(error)}`);
    }
  }
}
