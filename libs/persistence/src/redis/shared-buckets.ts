import { LuaScript } from './lua-script.js';
import type { RedisClient } from './redis-connections.js';

/**
 * ARGV: tokens a second, tokens of a full bucket, tokens wanted, longest wait ms. Answers the milliseconds until the
 * tokens are there and takes them, or, where that would be too long, the same below zero and takes nothing.
 */
const TAKE = new LuaScript(`
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local per_ms, burst = tonumber(ARGV[1]) / 1000, tonumber(ARGV[2])
  local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
  local tokens = tonumber(kept[1]) or burst
  local passed = math.max(0, now - (tonumber(kept[2]) or now))
  local left = math.min(burst, tokens + passed * per_ms) - math.min(tonumber(ARGV[3]), burst)
  local wait = left < 0 and math.ceil(-left / per_ms) or 0
  if wait > tonumber(ARGV[4]) then return -wait end
  redis.call('HSET', KEYS[1], 'tokens', left, 'at', string.format('%d', now))
  redis.call('PEXPIRE', KEYS[1], math.ceil((burst - left) / per_ms) + 1000)
  return wait`);

/** What may be done often for a moment and less often for long, counted for all processes together, by the clock of Redis. */
export class SharedBuckets {
  constructor(private readonly redis: RedisClient) {}

  /** @returns milliseconds to wait before it is done; below zero when it must not be done, and for how long */
  async take(
    key: string,
    count: number,
    size: { readonly perSecond: number; readonly burst: number },
    longestWaitMs: number,
  ): Promise<number> {
    const values = [size.perSecond, size.burst, count, longestWaitMs];
    return Number(await TAKE.run(this.redis, [`curator:bucket:${key}`], values));
  }
}
