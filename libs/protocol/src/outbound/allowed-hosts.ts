import { isIP } from 'node:net';

import { RefusedError } from '../failures.js';

import { isPublicAddress } from './public-addresses.js';

/** Where the sources of this service keep their files. */
export const SOURCE_CDN_HOSTS: readonly string[] = [
  '*.fbcdn.net',
  'live.staticflickr.com',
  '*.staticflickr.com',
];

export interface CheckedUrl {
  url: URL;
  /**
   * An entry names this host and port literally: plain http and private addresses are the operator's wish. Otherwise
   * the address must be https, and the host must resolve to public addresses only.
   */
  isNamedLiterally: boolean;
}

const NAME = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;
const WITH_PORT = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\]):\d{1,5}$/i;

/**
 * Reads a comma-separated list of `host`, `*.host` and `host:port`.
 * @throws TypeError naming an entry that is none of these
 */
export function parseAllowedHosts(text: string): string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
  for (const entry of entries) {
    if (!NAME.test(entry) && !WITH_PORT.test(entry)) {
      throw new TypeError(`“${entry}” is not a host, a *.host or a host:port`);
    }
  }
  return entries;
}

const refuse = (message: string): never => {
  throw new RefusedError('download-host-refused', message);
};

/** Whether a source of this service keeps its files there, or Flickr shows its photos there. */
export const isOfSource = ({ hostname }: URL): boolean =>
  [...SOURCE_CDN_HOSTS, 'flickr.com', '*.flickr.com', 'flic.kr'].some((entry) =>
    isNamed(hostname.replace(/\.$/, ''), entry),
  );

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function isNamed(host: string, entry: string): boolean {
  const name = entry.toLowerCase();
  return name.startsWith('*.')
    ? host.endsWith(name.slice(1)) && host.length > name.length - 1
    : host === name;
}

/**
 * Decides by its text alone whether an address may be fetched. `*.example.org` covers every depth below
 * example.org, not example.org itself. Resolved addresses are checked when connecting (OutboundAgents).
 * @throws RefusedError `download-host-refused`
 */
export function checkOutboundUrl(address: string, allowedHosts: readonly string[]): CheckedUrl {
  const url = URL.canParse(address)
    ? new URL(address)
    : refuse('The source named no valid address for its file.');
  if (!(url.protocol in DEFAULT_PORTS)) refuse(`Files are not fetched by ${url.protocol}`);
  if (url.username || url.password) refuse('Files are not fetched from addresses that carry a user name.');

  if (isNamedWithPort(url, allowedHosts)) return { url, isNamedLiterally: true };

  if (url.protocol !== 'https:' || url.port !== '')
    refuse(`${url.host} may be reached by https on its usual port only.`);
  if (!allowedHosts.some((entry) => isNamed(url.hostname, entry))) {
    refuse(`Files are not fetched from ${url.hostname}.`);
  }
  refusePrivate(url);
  return { url, isNamedLiterally: false };
}

/**
 * As checkOutboundUrl, for the address of a service that an administrator names: any public host and port by https, and
 * beyond that what an entry names as host:port.
 * @throws RefusedError `download-host-refused`
 */
export function checkServiceUrl(address: string, allowedHosts: readonly string[]): CheckedUrl {
  const url = URL.canParse(address) ? new URL(address) : refuse('This is no valid address.');
  if (!(url.protocol in DEFAULT_PORTS)) refuse('The address must begin with https://');
  if (url.username || url.password) refuse('The address must not carry a user name or a password.');
  if (isNamedWithPort(url, allowedHosts)) return { url, isNamedLiterally: true };
  if (url.protocol !== 'https:') {
    refuse(`${url.host} may be reached by https only, unless DOWNLOAD_ALLOWED_HOSTS names it with its port.`);
  }
  refusePrivate(url);
  return { url, isNamedLiterally: false };
}

const isNamedWithPort = (url: URL, allowedHosts: readonly string[]): boolean => {
  const literal = `${url.hostname}:${url.port || DEFAULT_PORTS[url.protocol]}`;
  return allowedHosts.some((entry) => entry.toLowerCase() === literal);
};

function refusePrivate({ hostname }: URL): void {
  const ip = hostname.replace(/^\[|\]$/g, '');
  if (isIP(ip) !== 0 && !isPublicAddress(ip)) refuse(`${ip} is not an address of the public internet.`);
}
