import { Redis } from 'ioredis';

/** Everything a Redis holds, each key with its value as text. */
export async function redisTexts(redisUrl: string): Promise<string[]> {
  const redis = new Redis(redisUrl);
  const read = async (key: string): Promise<unknown> => {
    switch (await redis.type(key)) {
      case 'hash':
        return redis.hgetall(key);
      case 'list':
        return redis.lrange(key, 0, -1);
      case 'set':
        return redis.smembers(key);
      case 'zset':
        return redis.zrange(key, '0', '-1');
      case 'stream':
        return redis.xrange(key, '-', '+');
      default:
        return redis.get(key);
    }
  };
  try {
    const texts: string[] = [];
    for await (const keys of redis.scanStream({ count: 1000 }) as AsyncIterable<string[]>)
      for (const key of keys) texts.push(`${key} ${JSON.stringify(await read(key))}`);
    return texts;
  } finally {
    redis.disconnect();
  }
}
