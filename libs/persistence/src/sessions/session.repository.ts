import { createHash } from 'node:crypto';
import type { LiveUpdates } from '../redis/live-updates.js';
import { LuaScript } from '../redis/lua-script.js';
import type { RedisClient } from '../redis/redis-connections.js';

export interface SessionLifetime {
  /** A session ends when it was not used for this long. */
  idleMs: number;
  /** And at the latest this long after it began. */
  ttlMs: number;
}

export interface SessionInfo {
  /** Tells it from the person's others; nobody can sign in with it. */
  id: string;
  beganAt: Date;
  /** Unless it is used before. */
  endsAt: Date;
}

/** How long a session is kept in which nobody has signed in yet: anybody can begin as many as they like. */
const SIGN_IN_MS = 15 * 60_000;

/** A request that was under way when its session ended saves it within this time, if at all. */
const ENDED_MS = 15 * 60_000;

/** ARGV: data, userid or '', now, idle ms, ttl ms. Answers {previous userid, beginning}, nothing for one that has ended. */
const SAVE = new LuaScript(`
  if redis.call('HEXISTS', KEYS[1], 'ended') == 1 then return {} end
  redis.call('HSETNX', KEYS[1], 'began', ARGV[3])
  local before = redis.call('HGET', KEYS[1], 'userid') or ''
  local began = redis.call('HGET', KEYS[1], 'began')
  redis.call('HSET', KEYS[1], 'data', ARGV[1], 'userid', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], math.min(tonumber(ARGV[4]), began + ARGV[5] - ARGV[3]))
  return {before, began}`);

/** ARGV: now, idle ms, ttl ms. */
const TOUCH = new LuaScript(`
  local began = redis.call('HGET', KEYS[1], 'began')
  if not began then return 0 end
  return redis.call('PEXPIRE', KEYS[1], math.min(tonumber(ARGV[2]), began + ARGV[3] - ARGV[1]))`);

/** ARGV: how long it is known that it has ended. Answers its userid, nothing when it had ended before. */
const END = new LuaScript(`
  local userid = redis.call('HGET', KEYS[1], 'userid')
  if redis.call('DEL', KEYS[1]) == 0 then return false end
  redis.call('HSET', KEYS[1], 'ended', 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return userid`);

const sessionKey = (hash: string): string => `curator:session:${hash}`;
const indexKey = (userid: string): string => `curator:sessions-of:${userid}`;

/**
 * Sessions, in Redis: of a token only its SHA-256 is kept. An index of each person's sessions lets all of them be ended;
 * every end is announced, so that open sockets can be closed.
 */
export class SessionRepository {
  constructor(
    private readonly redis: RedisClient,
    private readonly live: LiveUpdates,
    private readonly lifetime: SessionLifetime,
  ) {}

  /** The name under which a session is kept and announced. */
  hash(token: string): string {
    return createHash('sha256').update(token).digest('hex');
  }

  /** @returns the data as it was saved */
  async find(token: string): Promise<string | null> {
    return this.redis.hget(sessionKey(this.hash(token)), 'data');
  }

  /** Does not count as a use. @param hash see {@link hash} */
  async isAlive(hash: string): Promise<boolean> {
    return (await this.redis.hexists(sessionKey(hash), 'data')) === 1;
  }

  /** Keeps the session and counts as its use; one that has ended stays so. @param data JSON @param userid null until somebody has signed in */
  async save(token: string, data: string, userid: string | null): Promise<void> {
    const hash = this.hash(token);
    const { idleMs, ttlMs } = this.lifetime;
    const idle = userid === null ? Math.min(idleMs, SIGN_IN_MS) : idleMs;
    const answer = await SAVE.run(
      this.redis,
      [sessionKey(hash)],
      [data, userid ?? '', Date.now(), idle, ttlMs],
    );
    const [before, began] = answer as [string?, string?];
    if (before === undefined || before === (userid ?? '')) return;
    if (before !== '') await this.redis.zrem(indexKey(before), hash);
    if (userid !== null) await this.index(userid, hash, Number(began) + ttlMs);
  }

  /** Counts as a use of the session. */
  async touch(token: string): Promise<void> {
    const { idleMs, ttlMs } = this.lifetime;
    await TOUCH.run(this.redis, [sessionKey(this.hash(token))], [Date.now(), idleMs, ttlMs]);
  }

  async end(token: string): Promise<void> {
    const hash = this.hash(token);
    const userid = await this.endOne(hash);
    if (userid === null) return;
    await this.redis.zrem(indexKey(userid), hash);
    await this.live.publishSessionEnd({ userid, session: hash });
  }

  /** The person's live sessions, the newest first. */
  async list(userid: string): Promise<SessionInfo[]> {
    const hashes = await this.redis.zrange(indexKey(userid), '0', '-1');
    const now = Date.now();
    const found = await Promise.all(
      hashes.map(async (hash): Promise<SessionInfo[]> => {
        const [began, leftMs] = await Promise.all([
          this.redis.hget(sessionKey(hash), 'began'),
          this.redis.pttl(sessionKey(hash)),
        ]);
        if (began === null || leftMs <= 0) return [];
        return [{ id: hash.slice(0, 16), beganAt: new Date(Number(began)), endsAt: new Date(now + leftMs) }];
      }),
    );
    return found.flat().sort((a, b) => b.beganAt.getTime() - a.beganAt.getTime());
  }

  /** Signs the person out everywhere. @returns how many sessions ended */
  async endAll(userid: string): Promise<number> {
    const hashes = await this.redis.zrange(indexKey(userid), '0', '-1');
    let ended = 0;
    for (const hash of hashes) if ((await this.endOne(hash)) !== null) ended += 1;
    if (hashes.length > 0) await this.redis.zrem(indexKey(userid), ...hashes);
    await this.live.publishSessionEnd({ userid, session: null });
    return ended;
  }

  /** @returns whose it was; null when nobody had signed in, or it had ended already */
  private async endOne(hash: string): Promise<string | null> {
    const userid = await END.run(this.redis, [sessionKey(hash)], [ENDED_MS]);
    return typeof userid === 'string' && userid !== '' ? userid : null;
  }

  /** Adds a session to the person's index; those that have ended meanwhile leave it. */
  private async index(userid: string, hash: string, endsAt: number): Promise<void> {
    const key = indexKey(userid);
    const others = await this.redis.zrange(key, '0', '-1');
    for (const other of others) {
      if (!(await this.isAlive(other))) await this.redis.zrem(key, other);
    }
    await this.redis.zadd(key, endsAt, hash);
    await this.redis.pexpire(key, this.lifetime.ttlMs);
  }
}
