import { LuaScript } from './lua-script.js';
import type { RedisClient } from './redis-connections.js';

/** ARGV: how long attempts are counted, ms. The first one begins the time. */
const COUNT = new LuaScript(`
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return count`);

/** ARGV: how many are too many. Answers the time left, ms, or 0. */
const WAIT = new LuaScript(`
  if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then return 0 end
  return redis.call('PTTL', KEYS[1])`);

export interface AttemptLimit {
  /** Attempts that may fail before there are no more for the time. */
  max: number;
  withinMs: number;
}

/** Counts what somebody got wrong, for all processes together. */
export class FailedAttempts {
  constructor(private readonly redis: RedisClient) {}

  /** @returns milliseconds to wait before the next attempt, 0 when it may be made now */
  async waitFor(what: string, { max }: AttemptLimit): Promise<number> {
    return Math.max(0, Number(await WAIT.run(this.redis, [keyOf(what)], [max])));
  }

  async count(what: string, { withinMs }: AttemptLimit): Promise<void> {
    await COUNT.run(this.redis, [keyOf(what)], [withinMs]);
  }
}

const keyOf = (what: string): string => `curator:failed-attempts:${what}`;
