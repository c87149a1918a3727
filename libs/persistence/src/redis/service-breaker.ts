import type { LiveUpdates } from './live-updates.js';
import { LuaScript } from './lua-script.js';
import type { RedisClient } from './redis-connections.js';

/** Why nothing is sent to Commons at present. */
export interface ServiceStop {
  reason: string;
  /** When it began. */
  since: Date;
  /** When it is tried again. */
  until: Date;
}

const KEY = 'curator:service-breaker';
/** One stop that is renewed within this time, in milliseconds, counts as going on. */
const REMEMBERED_MS = 3_600_000;

/** ARGV: reason, now, until, how long it is remembered. */
const OPEN = new LuaScript(`
  local since = redis.call('HGET', KEYS[1], 'since') or ARGV[2]
  redis.call('HSET', KEYS[1], 'reason', ARGV[1], 'since', since, 'until', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], math.max(0, ARGV[3] - ARGV[2]) + ARGV[4])
  return 1`);

/**
 * Stops everything of everybody for a while, in all processes: for when Commons refuses the service's own address. It closes
 * by itself at `until`.
 */
export class ServiceBreaker {
  constructor(
    private readonly redis: RedisClient,
    private readonly live: LiveUpdates,
  ) {}

  /** Keeps the earliest `since` while it is opened again within an hour of its end. @param reason told to administrators */
  async open(reason: string, until: Date): Promise<void> {
    await OPEN.run(this.redis, [KEY], [reason, Date.now(), until.getTime(), REMEMBERED_MS]);
    await this.live.publishSchedulesChanged(null);
  }

  /** Null while it is closed. */
  async find(): Promise<ServiceStop | null> {
    const { reason = '', since, until } = await this.redis.hgetall(KEY);
    if (since === undefined || until === undefined || Number(until) <= Date.now()) return null;
    return { reason, since: new Date(Number(since)), until: new Date(Number(until)) };
  }
}
