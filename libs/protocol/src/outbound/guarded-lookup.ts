import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { RefusedError } from '../failures.js';
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

/**
 * For connections that may reach the public internet only: each is made to the very addresses that were checked, so a
 * name cannot change its mind in between. Node asks it about names only: check literal addresses by their text.
 */
export const guardedLookup =
  (resolve: ResolveHost = resolveBySystem): LookupFunction =>
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
