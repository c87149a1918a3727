import { cpuSeconds } from '../../bench/cpu-seconds.js';
import type { AppProcess } from '../support/app-process.js';
import type { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';
import type { ClientHosts } from './client-hosts.js';
import { monotonicMs } from './clock.js';
import type { LoadOptions } from './options.js';
import type { Items, SignedInPerson } from './people.js';
import type { Truth } from './truth.js';
import type { Window } from './windows.js';

/** How long a client that was cut off waits before it comes back, at most. */
const BACK_WITHIN_MS = 1_000;
const SETTLE_MS = 60_000;

export interface Storm extends Window {
  readonly what: string;
  /** CPU seconds of the API that lived through it. */
  readonly cpu: number;
}

/** Everything that a load run has running, and what came of it so far. */
export class World {
  readonly storms: Storm[] = [];
  readonly problems: string[] = [];

  constructor(
    readonly options: LoadOptions,
    readonly stack: Stack,
    readonly hosts: ClientHosts,
    readonly people: readonly SignedInPerson[],
    readonly items: Items,
    readonly truth: Truth,
    readonly tell: (line: string) => void,
  ) {}

  /** The API whose memory is looked at; it lives through the whole run. */
  get api(): AppProcess {
    return this.stack.api;
  }

  /** Waits until every client has the whole state of what it watches. @throws Error after a minute */
  async settled(what: string): Promise<number> {
    const status = await waitUntil(
      `all clients to have the whole state ${what}`,
      async () => {
        const now = await this.hosts.status();
        return now.settled === now.clients && now;
      },
      SETTLE_MS,
    );
    return status.lastSettledAt;
  }

  /** Cuts every client off at once and waits until the last one knows everything again. */
  async cutAll(): Promise<void> {
    await this.storm('all clients cut at once', () =>
      this.hosts.all('cut', { backWithinMs: BACK_WITHIN_MS }),
    );
  }

  /** SIGKILL for the API that came last; its clients have to find another. */
  async killApi(): Promise<void> {
    const { apis } = this.stack;
    const victim = apis.at(-1);
    if (victim === undefined || victim === this.api) throw new Error('There is no second API to kill');
    await this.storm('an API killed', async () => {
      await victim.kill();
      apis.splice(apis.indexOf(victim), 1);
    });
    await this.announceApis();
  }

  /** One more API; who connects from now on may get to it. */
  async startApi(): Promise<void> {
    await this.stack.startApi();
    await this.announceApis();
  }

  async announceApis(): Promise<void> {
    await this.hosts.all(
      'useApis',
      this.stack.apis.map(({ url }) => url),
    );
  }

  private async storm(what: string, start: () => Promise<unknown>): Promise<void> {
    const cpuBefore = await cpuSeconds(this.api.pid);
    const from = monotonicMs();
    await start();
    const to = Math.max(from, await this.settled(`after a storm: ${what}`));
    const cpu = (await cpuSeconds(this.api.pid)) - cpuBefore;
    this.storms.push({ what, from, to, cpu });
    this.tell(
      `Storm over: ${what}, ${((to - from) / 1000).toFixed(2)} s until the last client was up to date`,
    );
  }
}
