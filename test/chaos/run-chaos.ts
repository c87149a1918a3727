import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OwnServices } from '../support/own-services.js';
import { queryRows } from '../support/query-rows.js';
import { Stack } from '../support/stack.js';
import { happen, planEvents, type EventCounts, type EventName, type World } from './events.js';
import { Person } from './person.js';
import { makePlan, type Plan } from './plan.js';
import { Processes } from './processes.js';
import { publishEarlierFiles } from './publish-earlier-files.js';
import { Random } from './random.js';
import { RandomFaults } from './random-faults.js';
import { verify, type Verdict } from './verify.js';

export interface ChaosOptions {
  readonly seed: number;
  /** At most 1,000. */
  readonly uploads: number;
  /** When it has to be over. */
  readonly minutes: number;
  readonly events: EventCounts;
  readonly apis: number;
  readonly workers: number;
  /** Whether the logs of all processes, the rows and all requests to the wiki are kept when the run ends badly. */
  readonly keepsLogs: boolean;
  readonly tell: (line: string) => void;
}

export interface ChaosResult extends Verdict {
  readonly seconds: number;
  /** Hit answers, and all. */
  readonly faults: { hit: number; all: number };
  readonly events: number;
  /** How many processes ended although nobody had killed them. */
  readonly endedThemselves: number;
}

const FAULTY_SHARE = 0.05;
const LEASE_SECONDS = 3;
const LATENCY_MS = 15;
const JOB_DELAY_MS = 150;
const LOOK_MS = 200;
/** An event comes although nothing was published for so long. */
const STANDSTILL_MS = 8_000;
/** What has to be done once every upload has ended and every answer is good. */
const SETTLE_MS = 60_000;

/** Events after which commits under way may not be counted. */
const FORGETFUL: readonly EventName[] = [
  'kill a worker',
  'kill all workers',
  'kill all workers in commits',
  'kill all workers in edits',
  'pause a worker',
  'flush Redis',
  'restart Redis',
  'kill MariaDB',
  'restart MariaDB',
];

const ENVIRONMENT = {
  RETRY_DELAY_SCALE: '0.01',
  RECONCILE_INTERVAL_SECONDS: '1',
  UPLOAD_LEASE_SECONDS: String(LEASE_SECONDS),
  UPLOAD_CHUNK_SIZE: String(128 * 1024),
  ADMIN_USERNAMES: 'Admin',
  LOG_LEVEL: 'info',
};

/** Uploads for several people while all that can break breaks, then looks whether each file is there exactly once. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const started = Date.now();
  const deadline = started + options.minutes * 60_000 - SETTLE_MS;
  const plan = makePlan(options.seed, options.uploads);
  const services = await OwnServices.start();
  const stack = await Stack.start(
    { apis: options.apis, workers: options.workers, environment: ENVIRONMENT },
    async () => ({
      databaseUrl: services.databaseUrl,
      redisUrl: services.redisUrl,
      release: () => services.stop(),
    }),
  );
  const processes = new Processes(stack);
  try {
    const { commons } = stack.upstreams;
    await prepareWiki(stack, plan);
    const faults = new RandomFaults(stack.upstreams, options.seed, FAULTY_SHARE);
    const people = plan.people.map(
      (one) =>
        new Person({
          plan: one,
          random: Random.of(options.seed, 'person', one.name),
          databaseUrl: services.databaseUrl,
          apis: () => processes.running('api').map(({ url }) => url),
          deadline,
        }),
    );
    let isOver = false;
    const looking = people.map((person) => person.staySignedIn(() => isOver));
    const working = Promise.allSettled(people.map((person) => person.work())).then((ends) => {
      isOver = true;
      return ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    });
    const world: World = { services, processes, commons, plan, leaseMs: LEASE_SECONDS * 1_000 };
    const events = await breakThings(world, options, () => isOver);
    const problems = await working;
    await Promise.all(looking);
    options.tell(`Every batch has ended after ${Math.round((Date.now() - started) / 1000)} s.`);
    faults.calm();
    const wikiFaults = [...commons.faults.used];
    commons.faults.clear();
    const late = await settle(people, services.databaseUrl);
    const verdict = await verify({
      stack,
      plan,
      people,
      faults,
      processes,
      wikiFaults,
      stuck: [...problems, ...late],
      forgetful: events.filter((name) => FORGETFUL.includes(name)).length,
    });
    processes.stop();
    if (options.keepsLogs && verdict.problems.length > 0)
      options.tell(`The logs are in ${await keepLogs(stack, processes)}`);
    return {
      ...verdict,
      seconds: Math.round((Date.now() - started) / 1000),
      faults: faults.counted(),
      events: events.length,
      endedThemselves: processes.endedThemselves,
    };
  } finally {
    processes.stop();
    await stack.stop();
  }
}

/** @returns the folder */
async function keepLogs({ upstreams, stores }: Stack, processes: Processes): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'curator-chaos-'));
  const keep = (name: string, lines: readonly unknown[]): Promise<void> =>
    writeFile(path.join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await processes.saveLogs(folder);
  await keep('wiki.jsonl', upstreams.commons.log);
  await keep('rows.jsonl', await queryRows(stores.databaseUrl, 'SELECT * FROM upload_requests'));
  return folder;
}

async function prepareWiki({ upstreams: { commons, cdn } }: Stack, plan: Plan): Promise<void> {
  commons.latencyMs = LATENCY_MS;
  commons.settings.jobDelayMs = JOB_DELAY_MS;
  for (const { name, limits } of plan.people) commons.setLimits(name, limits);
  await publishEarlierFiles(commons, cdn, plan.earlierFiles);
}

/** Lets every event come when its share of the uploads has been published. @returns those that came */
async function breakThings(world: World, options: ChaosOptions, isOver: () => boolean): Promise<EventName[]> {
  const events = planEvents(Random.of(options.seed, 'events'), options.events);
  const earlier = world.commons.uploads.length;
  let moved = { count: -1, at: Date.now() };
  const came: EventName[] = [];
  for (const event of events) {
    while (!isOver()) {
      const count = world.commons.uploads.length - earlier;
      if (count !== moved.count) moved = { count, at: Date.now() };
      if (count >= event.at * options.uploads || Date.now() - moved.at > STANDSTILL_MS) break;
      await delay(LOOK_MS);
    }
    if (isOver()) break;
    moved = { ...moved, at: Date.now() };
    options.tell(`${world.commons.uploads.length - earlier} published: ${event.name}`);
    await happen(event, world);
    came.push(event.name);
  }
  return came;
}

/** Everybody signs in once more; what is owed then has to be done soon. @returns what was not */
async function settle(people: readonly Person[], databaseUrl: string): Promise<string[]> {
  await Promise.allSettled(people.map((person) => person.signInAgain()));
  const owing = () =>
    queryRows(
      databaseUrl,
      'SELECT id, status, sdc_owed, refresh_owed, owed_due_at, result FROM upload_requests WHERE sdc_owed = 1 OR refresh_owed = 1',
    );
  for (const until = Date.now() + SETTLE_MS; Date.now() < until; await delay(LOOK_MS))
    if ((await owing()).length === 0) return [];
  return (await owing()).map((row) => `Still owed: ${JSON.stringify(row)}`);
}
