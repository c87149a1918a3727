import { setTimeout as delay } from 'node:timers/promises';
import type { AppProcess } from '../support/app-process.js';
import { waitUntil } from '../support/wait-until.js';

const LOOK_MS = 200;

/** Sends people to the APIs that say that they are ready, and finds out late, as load balancers do. */
export class Balancer {
  private readonly inService = new Map<AppProcess, boolean>();
  private readonly looking: Promise<void>;
  private isOver = false;
  private next = 0;

  constructor(apis: readonly AppProcess[]) {
    for (const api of apis) this.add(api);
    this.looking = this.look();
  }

  add(api: AppProcess): void {
    this.inService.set(api, true);
  }

  /** The address of an API, in turn. */
  pick(): Promise<string> {
    return waitUntil('an API that is ready', () => {
      const apis = [...this.inService].flatMap(([api, isReady]) => (isReady ? [api] : []));
      this.next += 1;
      return apis[this.next % apis.length]?.url;
    });
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.looking;
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      await delay(LOOK_MS);
      await Promise.all([...this.inService.keys()].map((api) => this.check(api)));
    }
  }

  private async check(api: AppProcess): Promise<void> {
    const isReady = await fetch(`${api.url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (api.isRunning) this.inService.set(api, isReady);
    else this.inService.delete(api);
  }
}
