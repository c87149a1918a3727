/**
 * Runs before each spec file: gives the file the Redis of its jest worker, emptied. Workers have one each, because
 * channels are not kept apart by the number of the database.
 */
import { Redis } from 'ioredis';

const urls = (process.env.TEST_REDIS_URLS ?? '').split(',').filter(Boolean);
const url = urls[(Number(process.env.JEST_WORKER_ID ?? 1) - 1) % urls.length];
if (url !== undefined) {
  process.env.TEST_REDIS_URL = url;
  const redis = url.startsWith('redis+unix://') ? new Redis({ path: new URL(url).pathname }) : new Redis(url);
  await redis.flushdb();
  await redis.quit();
}
