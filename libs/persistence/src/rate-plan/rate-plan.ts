import { LuaScript } from '../redis/lua-script.js';
import type { RedisClient } from '../redis/redis-connections.js';
import { toLimit, type PlanWindow } from './plan-uploads.js';
import { CHANGE_RESERVED, PLAN_UPLOADS, RAISE_FLOOR } from './plan-uploads.lua.js';

export interface Reservation {
  userid: string;
  count: number;
  /** None: no limit, and nothing is reserved. */
  windows: readonly PlanWindow[];
  now: Date;
}

/** The moments that count in a person's windows, as the rows tell them: planned ones of what is not committed, and commits since `since`. */
export type LoadReserved = (userid: string, since: Date) => Promise<readonly Date[]>;

const PLAN = new LuaScript(PLAN_UPLOADS);
const CHANGE = new LuaScript(CHANGE_RESERVED);
const RAISE = new LuaScript(RAISE_FLOOR);

const keyOf = (userid: string): string => `curator:rate-plan:{${userid}}`;

/** Moments in milliseconds with how often each occurs, flat. */
function counted(moments: readonly Date[], sign: 1 | -1 = 1): number[] {
  const counts = new Map<number, number>();
  for (const moment of moments) counts.set(moment.getTime(), (counts.get(moment.getTime()) ?? 0) + sign);
  return [...counts].flat();
}

/**
 * When each person's uploads may be committed, over all their batches and all processes. The plan is kept in Redis until
 * nothing of it counts any more, and rebuilt from the rows when Redis has lost it.
 */
export class RatePlan {
  constructor(
    private readonly redis: RedisClient,
    private readonly loadReserved: LoadReserved,
  ) {}

  /** Reserves the earliest moments that every window allows; all at once, so that no other reservation comes between. Ascending. */
  async reserve({ userid, count, windows, now }: Reservation): Promise<Date[]> {
    if (count === 0) return [];
    if (windows.length === 0) return Array.from({ length: count }, () => new Date(now));
    const limits = windows.map(toLimit);
    const question = [
      count,
      now.getTime(),
      limits.length,
      ...limits.flatMap(({ uploads, ms }) => [uploads, ms]),
    ];
    let answer = await PLAN.run(this.redis, [keyOf(userid)], question);
    if (answer === null) {
      const since = new Date(now.getTime() - Math.max(...limits.map(({ ms }) => ms)));
      const known = counted(await this.loadReserved(userid, since));
      answer = await PLAN.run(this.redis, [keyOf(userid)], [...question, 'fill', ...known]);
    }
    return expand(answer as number[]);
  }

  /** Frees moments that are not needed after all; each once. */
  async giveBack(userid: string, moments: readonly Date[]): Promise<void> {
    if (moments.length > 0) await CHANGE.run(this.redis, [keyOf(userid)], counted(moments, -1));
  }

  /** Counts an upload at the moment of its commit in place of the planned one; null where it had none. */
  async recordCommit(userid: string, plannedAt: Date | null, committedAt: Date): Promise<void> {
    const given = plannedAt === null ? [] : counted([plannedAt], -1);
    await CHANGE.run(this.redis, [keyOf(userid)], [...given, ...counted([committedAt])]);
  }

  /** The wiki has answered `ratelimited`: nothing more is planned for this person before `until`. */
  async holdUntil(userid: string, until: Date): Promise<void> {
    await RAISE.run(this.redis, [keyOf(userid)], [until.getTime()]);
  }
}

function expand(pairs: readonly number[]): Date[] {
  const moments: Date[] = [];
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const moment = pairs[index] ?? 0;
    for (let left = pairs[index + 1] ?? 0; left > 0; left -= 1) moments.push(new Date(moment));
  }
  return moments;
}
