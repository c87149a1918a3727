import { TemporaryError } from '#app/protocol';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { LuaScript } from './lua-script.js';
import type { RedisClient } from './redis-connections.js';

export interface HeldLock {
  /** Grows with every lock that is taken: a later holder's is greater. */
  readonly fence: number;
  /** Aborted when the lock was lost: somebody else may hold it by now. */
  readonly signal: AbortSignal;
  /** Whether it is still ours, as Redis knows it now; renews it. @throws TemporaryError `redis` */
  confirm(): Promise<boolean>;
  /** Gives the lock back, if it is still ours. */
  release(): Promise<void>;
}

const KEY_PREFIX = 'curator:{locks}:';
const FENCES = `${KEY_PREFIX}fences`;

const ACQUIRE = new LuaScript(`
  if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return nil end
  return redis.call('INCR', KEYS[2])`);

const RENEW = new LuaScript(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);

const RELEASE = new LuaScript(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`);

/** Locks over all processes. They are renewed while held and run out when their process dies. */
export class RedisLocks {
  private readonly logger = new Logger(RedisLocks.name);

  constructor(private readonly redis: RedisClient) {}

  /**
   * Takes the lock, or null if somebody has it.
   * @param ttlMs how long it outlives its process
   * @throws TemporaryError `redis` when Redis cannot be asked
   */
  async acquire(key: string, ttlMs: number): Promise<HeldLock | null> {
    const owner = randomUUID();
    const name = KEY_PREFIX + key;
    const fence = await this.ask(() => ACQUIRE.run(this.redis, [name, FENCES], [owner, ttlMs]));
    if (typeof fence !== 'number') return null;

    const loss = new AbortController();
    let validUntil = performance.now() + ttlMs;
    const renew = async (): Promise<void> => {
      const asked = performance.now();
      try {
        if ((await RENEW.run(this.redis, [name], [owner, ttlMs])) === 1) validUntil = asked + ttlMs;
        else loss.abort(new Error(`The lock ${key} was lost`));
      } catch (error) {
        this.logger.warn(`The lock ${key} could not be renewed: ${String(error)}`);
        if (performance.now() > validUntil)
          loss.abort(new Error(`The lock ${key} has run out`, { cause: error }));
      }
      if (loss.signal.aborted) clearInterval(renewal);
    };
    const renewal = setInterval(() => void renew(), ttlMs / 3);
    return {
      fence,
      signal: loss.signal,
      confirm: async () => (await this.ask(() => RENEW.run(this.redis, [name], [owner, ttlMs]))) === 1,
      release: async () => {
        clearInterval(renewal);
        await this.giveBack(name, owner);
      },
    };
  }

  /** What was done under the lock stays done when this fails: the lock runs out. */
  private async giveBack(name: string, owner: string): Promise<void> {
    try {
      await RELEASE.run(this.redis, [name], [owner]);
    } catch (error) {
      this.logger.warn(`A lock could not be given back and has to run out: ${String(error)}`);
    }
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      throw new TemporaryError('redis', 'A lock could not be taken: Redis does not answer', { cause });
    }
  }
}
