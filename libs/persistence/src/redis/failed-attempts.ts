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

/**
 * ARGV: 1 for a right attempt, how many wrong ones cost nothing, the first wait ms, the longest ms, ms after which wrong
 * ones are forgotten. Answers the time left, ms, while nothing is looked at; else 0.
 */
const SETTLE = new LuaScript(`
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local left = (tonumber(redis.call('HGET', KEYS[1], 'until')) or 0) - now
  if left > 0 then return left end
  if ARGV[1] == '1' then redis.call('DEL', KEYS[1]) return 0 end
  local over = redis.call('HINCRBY', KEYS[1], 'wrong', 1) - tonumber(ARGV[2])
  local wait = over > 0 and math.min(ARGV[3] * 2 ^ math.min(over - 1, 40), tonumber(ARGV[4])) or 0
  redis.call('HSET', KEYS[1], 'until', string.format('%d', now + wait))
  redis.call('PEXPIRE', KEYS[1], string.format('%d', wait + ARGV[5]))
  return 0`);

export interface GrowingWait {
  /** Wrong attempts that cost nothing. */
  free: number;
  /** The wait after the next one; each further one doubles it. */
  firstMs: number;
  longestMs: number;
  /** How long after the last wait all is forgotten. */
  forgetMs: number;
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

  /**
   * Decides about an attempt that has been looked at already: during a wait neither a right nor a wrong one counts, so
   * that many at once learn no more than one after the other. A right one forgets the wrong ones before it.
   * @returns milliseconds of the wait that is under way; 0 when the attempt counts
   */
  async settle(what: string, isRight: boolean, wait: GrowingWait): Promise<number> {
    const values = [isRight ? 1 : 0, wait.free, wait.firstMs, wait.longestMs, wait.forgetMs];
    return Number(await SETTLE.run(this.redis, [`${keyOf(what)}:growing`], values));
  }
}

const keyOf = (what: string): string => `curator:failed-attempts:${what}`;
