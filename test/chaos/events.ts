import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { OwnServices } from '../support/own-services.js';
import type { CommonsWiki, FaultMatch } from '../upstreams/index.js';
import { apiError, applied, page, refusedAuthorization } from './fault-kinds.js';
import type { Plan } from './plan.js';
import type { Processes } from './processes.js';
import type { Random } from './random.js';

/** What goes wrong in a run beside single answers. */
export type EventName =
  | 'kill a worker'
  | 'kill all workers'
  | 'pause a worker'
  | 'kill all workers in commits'
  | 'kill all workers in edits'
  | 'lose answers'
  | 'kill an api'
  | 'flush Redis'
  | 'restart Redis'
  | 'kill MariaDB'
  | 'restart MariaDB'
  | 'forget CSRF tokens'
  | 'clear the stash'
  | 'make the wiki read-only'
  | 'let the wiki lag'
  | 'block a user'
  | 'refuse a session'
  | 'ask for a captcha'
  | 'revoke a grant'
  | 'refuse the consumer'
  | 'block the address';

export interface World {
  readonly services: OwnServices;
  readonly processes: Processes;
  readonly commons: CommonsWiki;
  readonly plan: Plan;
  /** Milliseconds after which a lease runs out. */
  readonly leaseMs: number;
}

/** How often each comes to pass. */
export type EventCounts = Readonly<Partial<Record<EventName, number>>>;

export const ALL_EVENTS: EventCounts = {
  'kill a worker': 7,
  'kill all workers': 1,
  'pause a worker': 2,
  'kill all workers in commits': 1,
  'kill all workers in edits': 1,
  'lose answers': 2,
  'kill an api': 4,
  'flush Redis': 3,
  'restart Redis': 2,
  'kill MariaDB': 1,
  'restart MariaDB': 1,
  'forget CSRF tokens': 2,
  'clear the stash': 1,
  'make the wiki read-only': 1,
  'let the wiki lag': 1,
  'block a user': 1,
  'refuse a session': 1,
  'ask for a captcha': 1,
  'revoke a grant': 2,
  'refuse the consumer': 2,
  'block the address': 1,
};

export interface ChaosEvent {
  readonly name: EventName;
  /** The share of all uploads that have been published when it comes, 0 to 1. */
  readonly at: number;
  readonly random: Random;
}

const FIRST = 0.03;
const LAST = 0.65;

/** All events in their order; moments and victims come from `random`. */
export function planEvents(random: Random, counts: EventCounts): ChaosEvent[] {
  const names = Object.entries(counts).flatMap(([name, count]) =>
    Array<EventName>(count).fill(name as EventName),
  );
  const shuffled = random.shuffle(names);
  return shuffled.map((name, index) => ({
    name,
    at: FIRST + ((index + random.next()) / shuffled.length) * (LAST - FIRST),
    random,
  }));
}

type Happen = (world: World, random: Random) => Promise<void> | void;

const aUser = ({ plan }: World, random: Random): string => random.pick(plan.people).name;
/** The next upload request of somebody is answered so. */
const refuseOne =
  (code: string, info: string): Happen =>
  (world, random) => {
    const user = aUser(world, random);
    world.commons.faults.add({ match: { action: 'upload', user }, ...apiError(code, info) });
  };

const away = async (
  { services }: World,
  server: 'mariadbd' | 'redis-server-0',
  { signal, ms }: { signal: 'SIGKILL' | 'SIGTERM'; ms: number },
): Promise<void> => {
  await services.kill(server, signal);
  await delay(ms);
  await services.restart(server);
};

/** Long enough to be killed in, and over before anybody else takes the uploads up. */
const UNDER_WAY_MS = 1_000;
const LOOK_MS = 20;

const killAll = async ({ processes }: World): Promise<void> => {
  await Promise.all(processes.running('worker').map((worker) => processes.kill(worker)));
};

/** The wiki takes its time with some writes; all workers die while it is at them, and what they wrote is applied. */
const killAllIn =
  (match: FaultMatch): Happen =>
  async (world) => {
    const { commons } = world;
    const before = commons.log.length;
    commons.faults.add({ match, times: 3, delayMs: UNDER_WAY_MS });
    const isUnderWay = (): boolean =>
      commons.log.slice(before).some(({ action, faulty }) => faulty && action === match.action);
    for (const until = Date.now() + 5 * UNDER_WAY_MS; Date.now() < until && !isUnderWay();)
      await delay(LOOK_MS);
    await killAll(world);
  };

/** What each event does; resolves when it is over. */
const HAPPEN: Readonly<Record<EventName, Happen>> = {
  'kill a worker': ({ processes }, random) => processes.kill(random.pick(processes.running('worker'))),
  'kill all workers': killAll,
  'kill all workers in commits': killAllIn({ action: 'upload', step: 'commit' }),
  'kill all workers in edits': killAllIn({ action: 'wbeditentity' }),
  'lose answers': ({ commons }) => {
    for (const match of [{ action: 'upload', step: 'commit' }, { action: 'wbeditentity' }])
      commons.faults.add({ match, times: 2, close: 'after' }, { match, ...applied(page(502)) });
  },
  'pause a worker': async ({ processes, leaseMs }, random) => {
    const worker = random.pick(processes.running('worker'));
    worker.pause();
    await delay(leaseMs * 2);
    worker.resume();
  },
  'kill an api': ({ processes }, random) => processes.kill(random.pick(processes.running('api'))),
  'flush Redis': async ({ services }) => {
    const redis = new Redis({ path: services.redisUrl.replace('redis+unix://', '') });
    await redis.flushall();
    redis.disconnect();
  },
  'restart Redis': (world, random) =>
    away(world, 'redis-server-0', { signal: 'SIGKILL', ms: 500 + random.below(2_500) }),
  'kill MariaDB': (world, random) => away(world, 'mariadbd', { signal: 'SIGKILL', ms: random.below(1_500) }),
  'restart MariaDB': (world, random) =>
    away(world, 'mariadbd', { signal: 'SIGTERM', ms: random.below(2_500) }),
  'forget CSRF tokens': ({ commons }) => commons.forgetCsrfTokens(),
  'clear the stash': ({ commons }) => commons.clearStash(),
  'make the wiki read-only': async ({ commons }) => {
    commons.settings.readOnly = 'maintenance';
    await delay(2_000);
    commons.settings.readOnly = null;
  },
  'let the wiki lag': async ({ commons }) => {
    commons.settings.lag = 8;
    await delay(1_000);
    commons.settings.lag = 0;
  },
  'block a user': refuseOne('blocked', 'You have been blocked from editing.'),
  'refuse a session': refuseOne(
    'assertuserfailed',
    'You are no longer logged in, so the action could not be completed.',
  ),
  'ask for a captcha': refuseOne('captcha', 'Please solve the captcha.'),
  'revoke a grant': (world, random) => world.commons.revokeTokens(aUser(world, random)),
  'refuse the consumer': (world, random) => {
    const user = aUser(world, random);
    world.commons.faults.add({
      match: { action: 'upload', user },
      ...refusedAuthorization('Invalid consumer'),
    });
  },
  'block the address': ({ commons }) => {
    commons.faults.add({
      match: { action: 'upload' },
      ...apiError('blocked', 'Your IP address is in a range that has been blocked on all wikis.'),
    });
  },
};

/** Resolves when it is over. */
export const happen = async ({ name, random }: ChaosEvent, world: World): Promise<void> =>
  HAPPEN[name](world, random);
