import { cpuSeconds } from '../../bench/cpu-seconds.js';
import type { AppProcess } from '../support/app-process.js';
import { waitUntil } from '../support/wait-until.js';
import type { Census, Inspector, Memory } from './inspector.js';
import { countConnectionsTo, countDescriptors, listSubscriptions, type OpenThings } from './open-things.js';
import type { World } from './world.js';

/** How the API looks when nobody is connected. */
export interface Rest {
  readonly memory: Memory;
  readonly census: Census;
  readonly open: OpenThings;
  /** TCP connections to it. */
  readonly connections: number;
  readonly subscriptions: readonly string[];
}

const SAMPLE_MS = 1_000;
const GONE_MS = 30_000;

export const bytesOf = ({ heap, external }: Memory): number => heap + external;

/** Has every client leave, and looks at the API when it has noticed. */
export async function restOf(world: World, inspector: Inspector): Promise<Rest> {
  const { stack, hosts, api } = world;
  await hosts.all('leave');
  await waitUntil(
    'connections and subscriptions to end',
    async () =>
      (await countConnectionsTo(api.url)) === 0 &&
      (await listSubscriptions(stack.stores.redisUrl)).length === 0,
    GONE_MS,
  ).catch((error: unknown) => world.problems.push(String(error)));
  const memory = await inspector.collectedMemory();
  const census = await inspector.census();
  return {
    memory,
    census,
    open: await countDescriptors(api.pid),
    connections: await countConnectionsTo(api.url),
    subscriptions: await listSubscriptions(stack.stores.redisUrl),
  };
}

/** Looks at the memory of a process once a second. */
export class MemoryWatch {
  private most: Memory = { heap: 0, heapTotal: 0, external: 0, rss: 0 };
  private readonly timer: NodeJS.Timeout;

  constructor(inspector: Inspector) {
    this.timer = setInterval(() => {
      inspector.memory().then(
        (now) => this.note(now),
        () => this.stop(), // the process has ended
      );
    }, SAMPLE_MS);
  }

  /** The most of each that was ever seen. */
  get peak(): Memory {
    return this.most;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private note({ heap, heapTotal, external, rss }: Memory): void {
    const { most } = this;
    this.most = {
      heap: Math.max(most.heap, heap),
      heapTotal: Math.max(most.heapTotal, heapTotal),
      external: Math.max(most.external, external),
      rss: Math.max(most.rss, rss),
    };
  }
}

export interface CpuSeconds {
  readonly api: number;
  readonly workers: number;
  readonly clients: number;
  /** This process: the stand-ins of Commons, Mapillary and the rest. */
  readonly standIns: number;
}

/** CPU seconds so far, of processes that run. */
export async function cpuOf({ stack, hosts }: World): Promise<CpuSeconds> {
  const sum = async (pids: readonly number[]): Promise<number> =>
    (await Promise.all(pids.map(cpuSeconds))).reduce((total, one) => total + one, 0);
  const pidsOf = (apps: readonly AppProcess[]): number[] => apps.map(({ pid }) => pid);
  const { user, system } = process.cpuUsage();
  return {
    api: await sum(pidsOf([stack.api])),
    workers: await sum(pidsOf(stack.workers)),
    clients: await sum(hosts.pids),
    standIns: (user + system) / 1e6,
  };
}
