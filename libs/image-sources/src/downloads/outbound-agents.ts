import { guardedLookup, type ResolveHost } from '#app/protocol';
import { Agent, type Dispatcher } from 'undici';

/** Keep-alive connections: one pool that reaches public addresses only, one for hosts that the operator named with their port. */
export class OutboundAgents {
  private readonly guarded: Agent;
  private readonly named: Agent;

  constructor({
    resolve,
    connectTimeoutMs = 10_000,
  }: { resolve?: ResolveHost; connectTimeoutMs?: number } = {}) {
    this.guarded = new Agent({ connect: { lookup: guardedLookup(resolve), timeout: connectTimeoutMs } });
    this.named = new Agent({ connect: { timeout: connectTimeoutMs } });
  }

  forUrl({ isNamedLiterally }: { isNamedLiterally: boolean }): Dispatcher {
    return isNamedLiterally ? this.named : this.guarded;
  }

  /** Ends idle connections and aborts those in use. */
  async close(): Promise<void> {
    await Promise.all([this.guarded.destroy(), this.named.destroy()]);
  }
}
