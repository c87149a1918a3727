import { TemporaryError, type CallRate, type SharedRate } from '#app/protocol';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LuaScript } from './lua-script.js';
import type { RedisClient } from './redis-connections.js';

/** Somebody may be waiting for the answer: who would have to wait longer is told so instead. */
const LONGEST_WAIT_MS = 10_000;
const SHORTEST_WAIT_MS = 20;

/** KEYS: calls (by their moment). ARGV: call, calls, span ms. Answers 0, or the milliseconds until there is room. */
const TAKE = new LuaScript(`
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local calls, span = tonumber(ARGV[2]), tonumber(ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - span)
  local over = redis.call('ZCARD', KEYS[1]) - calls
  if over >= 0 then
    local first = redis.call('ZRANGE', KEYS[1], over, over, 'WITHSCORES')
    return math.max(1, first[2] + span - now)
  end
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], span)
  return 0`);

/** Counts calls in Redis, by its clock: all at once while the span has room, then exactly as it frees. */
export class RedisRate implements SharedRate {
  constructor(
    private readonly redis: RedisClient,
    private readonly longestWaitMs = LONGEST_WAIT_MS,
  ) {}

  /** @throws TemporaryError `rate-limit`, or `redis` when Redis cannot be asked; the signal's reason when aborted */
  async take({ key, calls, seconds }: CallRate, signal?: AbortSignal): Promise<void> {
    const until = performance.now() + this.longestWaitMs;
    for (;;) {
      signal?.throwIfAborted();
      const waitMs = await this.ask(key, calls, seconds * 1_000);
      if (waitMs === 0) return;
      if (performance.now() + waitMs > until) {
        throw new TemporaryError('rate-limit', 'As many requests as are allowed have been made.', {
          retryAfterMs: waitMs,
        });
      }
      await this.pause(waitMs, signal);
    }
  }

  private async ask(key: string, calls: number, spanMs: number): Promise<number> {
    try {
      return Number(await TAKE.run(this.redis, [`curator:rate:${key}`], [randomUUID(), calls, spanMs]));
    } catch (cause) {
      throw new TemporaryError('redis', 'Requests cannot be counted: Redis does not answer', { cause });
    }
  }

  private async pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    const jittered = Math.max(SHORTEST_WAIT_MS, waitMs) * (1 + Math.random() / 10);
    await sleep(jittered, undefined, { ...(signal && { signal }) }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}
