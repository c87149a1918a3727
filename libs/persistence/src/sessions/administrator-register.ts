import { LuaScript } from '../redis/lua-script.js';
import type { RedisClient } from '../redis/redis-connections.js';

const KEY = 'curator:administrators';
/** Tells a list of nobody from no list: no account has this name. */
const NOBODY = '';

/** ARGV: names. Answers who was named before and is not any more. */
const REPLACE = new LuaScript(`
  local named, former = {}, {}
  for _, name in ipairs(ARGV) do named[name] = true end
  for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    if not named[name] then former[#former + 1] = name end
  end
  redis.call('DEL', KEYS[1])
  for _, name in ipairs(ARGV) do redis.call('SADD', KEYS[1], name) end
  return former`);

/** Whom the newest configuration names as administrators, so that processes that still run with an older one learn of it. */
export class AdministratorRegister {
  constructor(private readonly redis: RedisClient) {}

  /** @returns those whom the configuration before named and this one does not */
  async replace(names: readonly string[]): Promise<string[]> {
    const former = await REPLACE.run(this.redis, [KEY], [NOBODY, ...names]);
    return Array.isArray(former) ? former.map(String) : [];
  }

  /** @returns null when nothing is known, e.g. because Redis lost it */
  async list(): Promise<string[] | null> {
    const names = await this.redis.smembers(KEY);
    return names.length === 0 ? null : names.filter((name) => name !== NOBODY);
  }
}
