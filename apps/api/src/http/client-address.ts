import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Who asks, as far as can be told: of IPv6 the network, which one person has whole.
 * @param trustProxy whether the last entry of X-Forwarded-For is a proxy's and not the client's own
 */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = [forwarded].flat().at(-1)?.split(',').at(-1)?.trim();
  const address = readAddress(last ?? '') ?? readAddress(request.socket.remoteAddress ?? '');
  if (address === null) return 'unknown';
  return address.includes(':') ? networkOf(address) : address;
}

/** Some proxies add the port; null for what is no address. */
function readAddress(text: string): string | null {
  const [address = ''] = text.split('%');
  if (isIP(address) !== 0) return address;
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(address)?.[1] ?? address.replace(/:\d+$/, '');
  return isIP(bare) === 0 ? null : bare;
}

/** The first 64 bits; an address of IPv4 that came as one of IPv6 is itself. */
function networkOf(address: string): string {
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight numbers of an address, in whatever form it is written. */
function groupsOf(address: string): number[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail = ''] = canonical.split('::');
  const [before, after] = [head, tail].map((part) => (part === '' ? [] : part.split(':')));
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array.from({ length: missing }, () => '0'), ...(after ?? [])];
  return groups.map((group) => parseInt(group, 16));
}
