import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stack } from '../support/stack.js';
import { ClientHosts } from './client-hosts.js';
import { bytesOf, cpuOf, type CpuSeconds, MemoryWatch, type Rest, restOf } from './evidence.js';
import type { HostReport } from './host-commands.js';
import { INSPECTED, Inspector, type Memory } from './inspector.js';
import type { LoadOptions } from './options.js';
import { Items, signInPeople } from './people.js';
import { planClients } from './plan-clients.js';
import { planBroadcast, planHour } from './plan-rounds.js';
import { runRound, type RoundResult } from './run-round.js';
import { readStamps, type Stamps } from './stamps.js';
import { Truth } from './truth.js';
import { type Storm, World } from './world.js';

/** The repository: npm runs every script there. */
const ROOT = process.cwd();
const STAMPING = pathToFileURL(path.join(ROOT, 'test/load/stamp-publications.mjs')).href;
const WORKERS = 2;
const HOSTS = 2;
/** Of each request to the wiki, as far away as Commons is. */
const LATENCY_MS = 200;
/** One client in so many takes part in the round before the measured ones. */
const WARM_UP_EVERY = 10;
const CONNECTING_WITHIN_MS = 5_000;

/** All clients come from one address, many of one person. */
const LIMITS = {
  WS_USER_CONNECTIONS: '10000',
  WS_ADDRESS_CONNECTIONS: '10000',
  WS_MAX_CONNECTIONS: '20000',
  WS_ADDRESS_UPGRADES_PER_SECOND: '10000',
  WS_ADDRESS_UPGRADES_BURST: '100000',
  WS_PENDING_UPGRADES: '10000',
  WS_USER_SUBSCRIPTIONS: '10000',
  WS_USER_MESSAGES_PER_SECOND: '10000',
  WS_USER_MESSAGES_BURST: '100000',
};

/** One part of the run, with what its clients measured. */
export interface Part {
  readonly result: RoundResult;
  readonly report: HostReport;
  readonly seconds: number;
  readonly cpu: CpuSeconds;
  /** Of the API with all clients connected, after a forced collection. */
  readonly memory: Memory;
}

export interface LoadFacts {
  readonly connecting: HostReport;
  readonly broadcast: Part;
  readonly hour: readonly Part[];
  readonly storms: readonly Storm[];
  readonly stamps: Stamps;
  readonly before: Rest;
  readonly after: Rest;
  readonly peak: Memory;
  readonly problems: readonly string[];
}

/** Runs it all on processes of its own, on the servers of TEST_DATABASE_URL and TEST_REDIS_URL. */
export async function runLoad(options: LoadOptions, tell: (line: string) => void): Promise<LoadFacts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'curator-load-'));
  const stamps = path.join(folder, 'stamps');
  await writeFile(stamps, '');
  const environment = {
    ...LIMITS,
    NODE_OPTIONS: `${INSPECTED.NODE_OPTIONS} --import ${STAMPING}`,
    LOAD_STAMPS: stamps,
    UPLOAD_CONCURRENCY: '8',
  };
  const stack = await Stack.start({ workers: WORKERS, environment });
  let hosts: ClientHosts | null = null;
  let truth: Truth | null = null;
  try {
    stack.upstreams.commons.latencyMs = LATENCY_MS;
    const people = await signInPeople(stack, options.users);
    tell(`${people.length} people are signed in`);
    const clients = planClients(options).map((plan) => {
      const { cookie = '', userid = '' } = people[plan.user] ?? {};
      return { ...plan, cookie, userid };
    });
    hosts = await ClientHosts.start(HOSTS, { clients, seed: options.seed });
    truth = await Truth.open(stack.stores.databaseUrl);
    const world = new World(options, stack, hosts, people, new Items(), truth, tell);
    return { ...(await measure(world)), stamps: await readStamps(stamps) };
  } finally {
    await hosts?.stop();
    await truth?.close();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(world: World): Promise<Omit<LoadFacts, 'stamps'>> {
  const { hosts, options } = world;
  const inspector = await Inspector.open(world.api);
  const watch = new MemoryWatch(inspector);
  try {
    await world.announceApis();
    await hosts.all('connect', { every: WARM_UP_EVERY, withinMs: 100 });
    const warmUp = {
      ...planBroadcast(options),
      name: 'a small round to warm up',
      uploadsEach: 6,
      seconds: 1,
    };
    await runRound(world, { ...warmUp, events: [{ at: 0.5, happen: (one) => one.cutAll() }] });
    world.storms.length = 0;
    const before = await restOf(world, inspector);
    world.tell(`The API at rest: ${describe(before.memory)}`);
    await hosts.report();

    await hosts.all('connect', { every: 1, withinMs: CONNECTING_WITHIN_MS });
    await world.settled('after they connected');
    const connecting = await hosts.report();
    world.tell(`${options.clients} clients are connected`);
    const broadcast = await profiled(world, inspector, planBroadcast(options), 'one-batch');
    const hour: Part[] = [];
    for (const [index, plan] of planHour(options).entries())
      hour.push(await profiled(world, inspector, plan, `hour-${index + 1}`));
    const after = await restOf(world, inspector);
    world.tell(`The API at rest: ${describe(after.memory)}`);
    const { storms, problems } = world;
    return { connecting, broadcast, hour, storms, before, after, peak: watch.peak, problems };
  } finally {
    watch.stop();
    inspector.close();
  }
}

/** With --profile, leaves a CPU profile of the API behind. */
async function profiled(
  world: World,
  inspector: Inspector,
  plan: Parameters<typeof runRound>[1],
  name: string,
): Promise<Part> {
  const { profile } = world.options;
  if (profile === null) return runPart(world, inspector, plan);
  await inspector.startProfile();
  const part = await runPart(world, inspector, plan);
  await writeFile(path.join(profile, `${name}.cpuprofile`), await inspector.takeProfile());
  return part;
}

async function runPart(
  world: World,
  inspector: Inspector,
  plan: Parameters<typeof runRound>[1],
): Promise<Part> {
  const started = performance.now();
  const cpuBefore = await cpuOf(world);
  const result = await runRound(world, plan);
  const cpuAfter = await cpuOf(world);
  const seconds = (performance.now() - started) / 1000;
  const report = await world.hosts.report();
  const memory = await inspector.collectedMemory();
  world.tell(`With ${world.options.clients} clients: ${describe(memory)}`);
  const used = (kind: keyof CpuSeconds): number => cpuAfter[kind] - cpuBefore[kind];
  const cpu = {
    api: used('api'),
    workers: used('workers'),
    clients: used('clients'),
    standIns: used('standIns'),
  };
  return { result, report, seconds, cpu, memory };
}

const describe = (memory: Memory): string => {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return `${megabytes(bytesOf(memory))} MB of heap and buffers, ${megabytes(memory.heapTotal)} MB held by V8, ${megabytes(memory.rss)} MB of RSS`;
};
