import { setTimeout as delay } from 'node:timers/promises';
import type { AppProcess } from '../support/app-process.js';

const LOOK_MS = 200;

/** Sends people to the APIs that say that they are ready, and finds out late, as load balancers do. */
export class Balancer {
  private readonly inService = new Set<AppProcess>();
  private readonly looking: Promise<void>;
  private isOver = false;
  private next = 0;

  constructor(apis: readonly AppProcess[]) {
    for (const api of apis) this.inService.add(api);
    this.looking = this.look();
  }

  add(api: AppProcess): void {
    this.inService.add(api);
  }

  has(api: AppProcess): boolean {
    return this.inService.has(api);
  }

  /** The address of an API, in turn. @throws Error when none is in service */
  pick(): string {
    const apis = [...this.inService];
    this.next += 1;
    const api = apis[this.next % apis.length];
    if (api === undefined) throw new Error('No API is in service');
    return api.url;
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.looking;
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      await delay(LOOK_MS);
      await Promise.all([...this.inService].map((api) => this.check(api)));
    }
  }

  private async check(api: AppProcess): Promise<void> {
    const isReady = await fetch(`${api.url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!isReady) this.inService.delete(api);
  }
}
