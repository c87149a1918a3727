import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { problem, type Problem } from './run-facts.js';

const stuck = problem('stuck');
/** Longer than any lock or place outlives its holder. */
const GONE_WITHIN_MS = 40_000;
const LOOK_MS = 500;

/** Locks and places of requests that are still held when nothing runs any more. */
export async function checkRedis(redisUrl: string): Promise<Problem[]> {
  const redis = new Redis({ path: redisUrl.replace('redis+unix://', '') });
  try {
    const until = Date.now() + GONE_WITHIN_MS;
    for (;;) {
      const held = await findHeld(redis);
      if (held.length === 0) return [];
      if (Date.now() > until) return held.map((key) => stuck(`${key} is still held in Redis`));
      await delay(LOOK_MS);
    }
  } finally {
    redis.disconnect();
  }
}

async function findHeld(redis: Redis): Promise<string[]> {
  const held: string[] = [];
  for await (const keys of redis.scanStream({ match: 'curator:*', count: 1_000 }) as AsyncIterable<string[]>)
    for (const key of keys) {
      if (key.startsWith('curator:{locks}:') && !key.endsWith(':fences')) held.push(key);
      if (key.startsWith('curator:slots:') && key.endsWith(':held')) {
        const places = await redis.zcount(key, Date.now(), '+inf');
        if (places > 0) held.push(`${key} (${places})`);
      }
    }
  return held;
}
