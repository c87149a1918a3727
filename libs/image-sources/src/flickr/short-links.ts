import { request } from 'undici';

import { checkOutboundUrl, RefusedError, TemporaryError, type Cache } from '#app/protocol';

import { OutboundAgents } from '../downloads/outbound-agents.js';
import { parseFlickrInput, type FlickrInput } from './parse-flickr-input.js';

export interface ShortLinksOptions {
  /** Where short links are resolved, `https://flic.kr`. */
  shortUrl: string;
  /** Address of the web application, `https://www.flickr.com`. */
  webUrl: string;
  userAgent: string;
  cache: Cache;
  /** Milliseconds for one request. */
  requestTimeoutMs?: number;
}

type Link = Extract<FlickrInput, { kind: 'link' }>;
export type NamedPhotos = Exclude<FlickrInput, { kind: 'link' }>;

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const TTL_SECONDS = 24 * 3_600;
/** Redirects are followed to these and to nowhere else. */
const FLICKR_HOSTS = ['flic.kr', 'flickr.com', 'www.flickr.com'];

const leadsNowhere = (): RefusedError =>
  new RefusedError('flickr-link', 'This short link leads to no photo, album, gallery or person on Flickr.');

/** Only an address that names its port may be a private one; see checkOutboundUrl. */
const namedHosts = (...addresses: string[]): string[] =>
  addresses.map((address) => new URL(address)).flatMap(({ port, host }) => (port === '' ? [] : [host]));

/** Finds out where links of Flickr lead that only Flickr can resolve; it goes to hosts of Flickr only. */
export class ShortLinks {
  private readonly allowedHosts: readonly string[];

  constructor(private readonly options: ShortLinksOptions) {
    this.allowedHosts = [...FLICKR_HOSTS, ...namedHosts(options.shortUrl, options.webUrl)];
  }

  /** @throws RefusedError `flickr-link` when the link leads nowhere, or away from Flickr */
  async resolve({ path, isShort }: Link, signal?: AbortSignal): Promise<NamedPhotos> {
    const key = `flickr:link:${path}`;
    const kept = await this.options.cache.find(key);
    const known = kept === null ? null : namedBy(kept);
    if (known) return known;
    const agents = new OutboundAgents();
    try {
      const address = await this.follow(
        (isShort ? this.options.shortUrl : this.options.webUrl) + path,
        agents,
        signal,
      );
      await this.options.cache.keep(key, address, TTL_SECONDS);
      return namedBy(address) ?? never();
    } finally {
      await agents.close();
    }
  }

  /** The first address on the way that names photos. */
  private async follow(
    start: string,
    agents: OutboundAgents,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    let address = start;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      if (namedBy(address)) return address;
      const location = await this.findLocation(address, agents, signal);
      if (location === null || !URL.canParse(location, address)) throw leadsNowhere();
      address = new URL(location, address).href;
    }
    throw leadsNowhere();
  }

  private async findLocation(
    address: string,
    agents: OutboundAgents,
    signal: AbortSignal | undefined,
  ): Promise<string | null> {
    const checked = this.check(address);
    const timeout = AbortSignal.timeout(this.options.requestTimeoutMs ?? 10_000);
    try {
      const { statusCode, headers, body } = await request(checked.url, {
        dispatcher: agents.forUrl(checked),
        headers: { 'user-agent': this.options.userAgent },
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      await body.dump({ limit: 16_384 });
      if (statusCode >= 500 || statusCode === 429) {
        throw new TemporaryError(`http-${statusCode}`, 'Flickr cannot resolve the short link just now.');
      }
      const location = headers['location'];
      return REDIRECTS.has(statusCode) && typeof location === 'string' ? location : null;
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof TemporaryError || cause instanceof RefusedError) throw cause;
      throw new TemporaryError('network', 'The short link could not be resolved: Flickr was not reached.', {
        cause,
      });
    }
  }

  private check(address: string): ReturnType<typeof checkOutboundUrl> {
    try {
      return checkOutboundUrl(address, this.allowedHosts);
    } catch (cause) {
      if (!(cause instanceof RefusedError)) throw cause;
      throw new RefusedError('flickr-link', 'This short link leads away from Flickr.', { cause });
    }
  }
}

/** Null for an address of Flickr that is on the way, or no address of Flickr at all. */
function namedBy(address: string): NamedPhotos | null {
  try {
    const named = parseFlickrInput(address);
    return named.kind === 'link' ? null : named;
  } catch (error) {
    if (error instanceof RefusedError) return null;
    throw error;
  }
}

const never = (): never => {
  throw leadsNowhere();
};
