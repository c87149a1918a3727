import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

import { Agent, type Dispatcher } from 'undici';

import { RefusedError } from '#app/protocol';

import { isPublicAddress } from './public-addresses.js';

/** All addresses of a host. */
export type ResolveHost = (hostname: string) => Promise<LookupAddress[]>;

const resolveBySystem: ResolveHost = (hostname) => lookup(hostname, { all: true });

async function resolvePublic(resolve: ResolveHost, hostname: string): Promise<LookupAddress[]> {
  const addresses = await resolve(hostname);
  if (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address))) {
    throw new RefusedError('download-host-refused', `${hostname} leads to an address that is not public.`);
  }
  return addresses;
}

/** The connection is made to the very addresses that were checked, so a name cannot change its mind in between. */
export const guardedLookup =
  (resolve: ResolveHost): LookupFunction =>
  (hostname, options, callback) => {
    resolvePublic(resolve, hostname).then(
      (addresses) => {
        if (options.all) return callback(null, addresses);
        const [{ address, family } = { address: '', family: 0 }] = addresses;
        callback(null, address, family);
      },
      (error: Error) => callback(error, []),
    );
  };

/** Keep-alive connections: one pool that reaches public addresses only, one for hosts that the operator named with their port. */
export class OutboundAgents {
  private readonly guarded: Agent;
  private readonly named: Agent;

  constructor({
    resolve = resolveBySystem,
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
