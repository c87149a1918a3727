import { createHash } from 'node:crypto';

import pLimit, { type LimitFunction } from 'p-limit';
import type { Dispatcher } from 'undici';

import type { Cache, ImageLocation } from '#app/protocol';

import { getText } from './http/get-text.js';
import { parseJson } from './http/parse-json.js';
import { asObject, readObject, readText } from './http/read-fields.js';

/** What reverse geocoding adds to a location; only what the geocoder knows. */
export type Place = Pick<
  ImageLocation,
  'city' | 'county' | 'state' | 'country' | 'country_code' | 'postcode'
>;

export interface GeocoderOptions {
  /** A Nominatim-style reverse endpoint, `https://…/reverse`. */
  url: string;
  dispatcher: Dispatcher;
  userAgent: string;
  cache: Cache;
  /** Requests at once, over all collections of this process. */
  concurrency?: number;
  /** Milliseconds for one request. */
  requestTimeoutMs?: number;
  /** Milliseconds for all points of one `findPlaces`; what is not known by then stays unknown. */
  budgetMs?: number;
  /** For which a place is kept; 30 days unless told. */
  ttlSeconds?: number;
  /** Milliseconds without any request after several failures in a row. */
  restMs?: number;
  /** Told of a failure, at most once a `findPlaces`. */
  onProblem?: (problem: Error) => void;
}

interface Point {
  latitude: number;
  longitude: number;
}

/** About 110 m: finer than any of the answers, coarse enough that a drive asks a few times instead of hundreds. */
const DECIMALS = 3;
const TTL_SECONDS = 30 * 24 * 3_600;
const FAILURES_BEFORE_REST = 5;

/**
 * Names places by their coordinates. It never fails: a place that cannot be told now is simply missing.
 * @see https://nominatim.org/release-docs/latest/api/Reverse/
 */
export class Geocoder {
  private readonly limit: LimitFunction;
  private readonly cachePrefix: string;
  private failuresInARow = 0;
  private restsUntil = 0;

  constructor(private readonly options: GeocoderOptions) {
    this.limit = pLimit(options.concurrency ?? 10);
    const endpoint = createHash('sha256').update(options.url).digest('hex').slice(0, 8);
    this.cachePrefix = `geocoding:${endpoint}:`;
  }

  /** Places in the order of `points`; an empty object where unknown. */
  async findPlaces(points: readonly Point[], signal?: AbortSignal): Promise<Place[]> {
    const budget = AbortSignal.timeout(this.options.budgetMs ?? 8_000);
    const until = signal ? AbortSignal.any([signal, budget]) : budget;
    const keys = points.map(roundedKey);
    const places = new Map<string, Place>();
    const problems: Error[] = [];

    const lookups = [...new Set(keys)].map(async (key) => {
      try {
        const place = await this.findPlace(key, until);
        if (place) places.set(key, place);
      } catch (error) {
        problems.push(error instanceof Error ? error : new Error(String(error)));
      }
    });
    await Promise.race([Promise.all(lookups), aborted(until)]);
    signal?.throwIfAborted();

    const [problem] = problems;
    if (problem) this.options.onProblem?.(problem);
    else if (budget.aborted)
      this.options.onProblem?.(new Error('The geocoder is too slow; some places stay unnamed.'));
    return keys.map((key) => places.get(key) ?? {});
  }

  private async findPlace(key: string, signal: AbortSignal): Promise<Place | null> {
    const cacheKey = this.cachePrefix + key;
    const kept = await this.options.cache.find(cacheKey);
    if (kept !== null) return placeOf(asObject(JSON.parse(kept)) ?? {});
    return this.limit(async () => {
      if (signal.aborted || Date.now() < this.restsUntil) return null;
      const place = await this.request(key, signal);
      await this.options.cache.keep(cacheKey, JSON.stringify(place), this.options.ttlSeconds ?? TTL_SECONDS);
      return place;
    });
  }

  private async request(key: string, signal: AbortSignal): Promise<Place> {
    try {
      const place = await this.ask(key, signal);
      this.failuresInARow = 0;
      return place;
    } catch (error) {
      if (signal.aborted) throw error; // nobody waits any more: that says nothing about the geocoder
      this.failuresInARow += 1;
      if (this.failuresInARow >= FAILURES_BEFORE_REST) {
        this.restsUntil = Date.now() + (this.options.restMs ?? 30_000);
        this.failuresInARow = 0;
      }
      throw error;
    }
  }

  private async ask(key: string, signal: AbortSignal): Promise<Place> {
    const [latitude = '', longitude = ''] = key.split(',');
    const url = new URL(this.options.url);
    url.searchParams.set('lat', latitude);
    url.searchParams.set('lon', longitude);
    url.searchParams.set('zoom', '18');
    url.searchParams.set('format', 'jsonv2');
    const { status, body } = await getText(url, {
      dispatcher: this.options.dispatcher,
      headers: { 'user-agent': this.options.userAgent, accept: 'application/json' },
      timeoutMs: this.options.requestTimeoutMs ?? 3_000,
      upstream: 'The geocoder',
      signal,
    });
    if (status !== 200) throw new Error(`The geocoder answered HTTP ${status}.`);
    // A point at sea is answered with {"error": "Unable to geocode"}: that is knowledge too, the place has no names.
    return placeOf(readObject(asObject(parseJson(body)), 'address') ?? {});
  }
}

const roundedKey = ({ latitude, longitude }: Point): string =>
  `${latitude.toFixed(DECIMALS)},${longitude.toFixed(DECIMALS)}`;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

function placeOf(address: Readonly<Record<string, unknown>>): Place {
  const entries = {
    city: ['city', 'town', 'village', 'municipality', 'hamlet'],
    county: ['county'],
    state: ['state', 'region', 'province'],
    country: ['country'],
    country_code: ['country_code'],
    postcode: ['postcode'],
  } satisfies Record<keyof Place, string[]>;
  const place: Place = {};
  for (const name of ['city', 'county', 'state', 'country', 'country_code', 'postcode'] as const) {
    const value = entries[name].map((key) => readText(address, key)).find((text) => text !== undefined);
    if (value !== undefined) place[name] = value;
  }
  return place;
}
