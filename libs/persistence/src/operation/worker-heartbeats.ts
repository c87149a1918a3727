import type { RedisClient } from '../redis/redis-connections.js';

export const WORKER_STATES = ['live', 'stalled', 'stopping'] as const;

/** What a worker process tells of itself. Moments are milliseconds since the epoch. */
export interface WorkerHeartbeat {
  /** Names the process; no other has had it. */
  id: string;
  version: string;
  startedAt: number;
  beatAt: number;
  /** Milliseconds until it will tell again. */
  everyMs: number;
  state: (typeof WORKER_STATES)[number];
  /** Why it is stalled. */
  reason?: string;
  uploads: number;
  uploadPlaces: number;
  jobs: number;
}

export interface KnownWorker extends Omit<WorkerHeartbeat, 'state'> {
  /** `stale`: three of its heartbeats are missing. */
  state: WorkerHeartbeat['state'] | 'stale';
}

const KEY = 'curator:workers';
/** Beats that may be missing before a worker counts as gone. */
const MISSED = 3;
/** For which a worker that went away without a word is shown. */
const REMEMBERED_MS = 3_600_000;

/** The worker processes that there are, each by its own word, in one hash of Redis. */
export class WorkerHeartbeats {
  constructor(private readonly redis: RedisClient) {}

  async beat(heartbeat: WorkerHeartbeat): Promise<void> {
    await this.redis.hset(KEY, heartbeat.id, JSON.stringify(heartbeat));
    await this.redis.pexpire(KEY, REMEMBERED_MS);
  }

  /** A worker that ends in order leaves nothing behind. */
  async leave(id: string): Promise<void> {
    await this.redis.hdel(KEY, id);
  }

  /** Those of the last hour, the oldest first. */
  async list(now = Date.now()): Promise<KnownWorker[]> {
    const workers = Object.values(await this.redis.hgetall(KEY)).map(
      (text) => JSON.parse(text) as WorkerHeartbeat,
    );
    const forgotten = workers.filter(({ beatAt }) => now - beatAt > REMEMBERED_MS).map(({ id }) => id);
    if (forgotten.length > 0) await this.redis.hdel(KEY, ...forgotten);
    return workers
      .filter(({ id }) => !forgotten.includes(id))
      .map((worker) => ({ ...worker, state: isStale(worker, now) ? ('stale' as const) : worker.state }))
      .sort((a, b) => a.startedAt - b.startedAt);
  }
}

const isStale = ({ beatAt, everyMs }: WorkerHeartbeat, now: number): boolean =>
  now - beatAt > MISSED * everyMs;
