import type { RedisClient } from '../redis/redis-connections.js';

/** How often a chore is done. */
export interface ChoreTimes {
  /** Milliseconds from turn to turn. */
  everyMs: number;
  /** Milliseconds that one turn may take. */
  limitMs: number;
}

/** A regular chore as all processes together do it. Moments are milliseconds since the epoch. */
export interface KnownChore extends ChoreTimes {
  name: string;
  /** Null before the first. */
  succeededAt: number | null;
  /** Null unless the last turn has failed. */
  failedAt: number | null;
  /** It has not succeeded for longer than three turns and the time of one. */
  isStale: boolean;
}

const KEY = 'curator:chores';
const TURNS = 3;
/** What nothing was heard of for so long is done no more: a version has another name for it, or none. */
const REMEMBERED_MS = 7 * 86_400_000;

const FIELDS = ['since', 'heardAt', 'everyMs', 'limitMs', 'succeededAt', 'failedAt'] as const;
type Field = (typeof FIELDS)[number];
const field = (name: string, what: Field): string => `${what} ${name}`;

/** When the regular chores were last done, by whichever process, in one hash of Redis. */
export class ChoreLog {
  constructor(private readonly redis: RedisClient) {}

  /** It is known from now on, so that its absence is seen. */
  async announce(name: string, { everyMs, limitMs }: ChoreTimes): Promise<void> {
    const now = Date.now();
    await this.redis.hsetnx(KEY, field(name, 'since'), String(now));
    const times = [field(name, 'everyMs'), everyMs, field(name, 'limitMs'), limitMs];
    await this.redis.hset(KEY, field(name, 'heardAt'), now, ...times);
    await this.redis.pexpire(KEY, REMEMBERED_MS);
  }

  async note(name: string, outcome: 'done' | 'failed', times: ChoreTimes): Promise<void> {
    await this.announce(name, times);
    if (outcome === 'failed') await this.redis.hset(KEY, field(name, 'failedAt'), Date.now());
    else {
      await this.redis.hset(KEY, field(name, 'succeededAt'), Date.now());
      await this.redis.hdel(KEY, field(name, 'failedAt'));
    }
  }

  /** By name. */
  async list(now = Date.now()): Promise<KnownChore[]> {
    const fields = await this.redis.hgetall(KEY);
    const prefix = field('', 'since');
    const names = Object.keys(fields).flatMap((key) =>
      key.startsWith(prefix) ? key.slice(prefix.length) : [],
    );
    const isForgotten = (name: string): boolean =>
      now - Number(fields[field(name, 'heardAt')] ?? now) > REMEMBERED_MS;
    await this.forget(names.filter(isForgotten));
    return names
      .filter((name) => !isForgotten(name))
      .map((name) => toChore(name, fields, now))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private async forget(names: readonly string[]): Promise<void> {
    const fields = names.flatMap((name) => FIELDS.map((what) => field(name, what)));
    if (fields.length > 0) await this.redis.hdel(KEY, ...fields);
  }
}

function toChore(name: string, fields: Readonly<Record<string, string>>, now: number): KnownChore {
  const numberOf = (what: Field): number | null => {
    const text = fields[field(name, what)];
    return text === undefined ? null : Number(text);
  };
  const everyMs = numberOf('everyMs') ?? 0;
  const limitMs = numberOf('limitMs') ?? 0;
  const succeededAt = numberOf('succeededAt');
  const since = succeededAt ?? numberOf('since') ?? now;
  return {
    name,
    everyMs,
    limitMs,
    succeededAt,
    failedAt: numberOf('failedAt'),
    isStale: now - since > TURNS * everyMs + limitMs,
  };
}
