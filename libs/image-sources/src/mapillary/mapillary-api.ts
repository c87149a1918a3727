import pLimit, { type LimitFunction } from 'p-limit';
import type { Dispatcher } from 'undici';

import { RefusedError, TemporaryError } from '#app/protocol';

import { getText } from '../http/get-text.js';
import { asObject, readId, readList, readObject, readText, type JsonObject } from '../http/read-fields.js';
import { retry } from '../http/retry.js';
import { NOT_FOUND, parseMapillaryAnswer, RATE_LIMIT, TOO_MUCH_DATA } from './parse-mapillary-answer.js';

export interface MapillaryApiOptions {
  /** `https://graph.mapillary.com`, or another address with the same interface. */
  apiUrl: string;
  token: string;
  dispatcher: Dispatcher;
  userAgent: string;
  /** Milliseconds for one request. */
  requestTimeoutMs?: number;
  /** Factor on the delays between retries; 1 in production. */
  delayScale?: number;
}

/** The most ids one request may name. */
const IDS_PER_REQUEST = 50;
const REQUESTS_AT_ONCE = 6;

const hasCode = (error: unknown, code: string): boolean =>
  (error instanceof TemporaryError || error instanceof RefusedError) && error.code === code;

const isWorthRetrying = (error: unknown): boolean =>
  error instanceof TemporaryError && error.code !== RATE_LIMIT && error.code !== TOO_MUCH_DATA;

/**
 * Mapillary's Graph API v4. It repeats single requests after connection errors and 5xx; everything else is the
 * caller's. Ids are strings. Errors: see parseMapillaryAnswer, `timeout` and `network`.
 * @see https://www.mapillary.com/developer/api-documentation
 */
export class MapillaryApi {
  private readonly base: string;
  private readonly limit: LimitFunction = pLimit(REQUESTS_AT_ONCE);

  constructor(private readonly options: MapillaryApiOptions) {
    this.base = options.apiUrl.replace(/\/+$/, '');
  }

  /** @throws RefusedError `mapillary-not-found` */
  async getImage(id: string, fields: string, signal?: AbortSignal): Promise<JsonObject> {
    const answer = await this.get(`/${encodeURIComponent(id)}`, { fields }, signal);
    return { id, ...answer };
  }

  /** All ids of a sequence, in no particular order; empty when there is no such sequence. */
  async listImageIds(sequenceId: string, signal?: AbortSignal): Promise<string[]> {
    const ids = new Set<string>();
    let after: string | undefined;
    do {
      const page = await this.findIdsPage(sequenceId, after, signal);
      const known = ids.size;
      for (const entry of readList(page, 'data')) {
        const id = readId(asObject(entry), 'id');
        if (id) ids.add(id);
      }
      const paging = readObject(page, 'paging');
      const hasNext = readText(paging, 'next') !== undefined && ids.size > known;
      after = hasNext ? readText(readObject(paging, 'cursors'), 'after') : undefined;
    } while (after !== undefined);
    return [...ids];
  }

  /** The images that exist, by id; any number of ids. */
  async findImages(
    ids: readonly string[],
    fields: string,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, JsonObject>> {
    const unique = [...new Set(ids)];
    const starts = Array.from(
      { length: Math.ceil(unique.length / IDS_PER_REQUEST) },
      (_, n) => n * IDS_PER_REQUEST,
    );
    const giveUp = new AbortController();
    const until = signal ? AbortSignal.any([signal, giveUp.signal]) : giveUp.signal;
    try {
      const parts = await Promise.all(
        starts.map((start) => this.findSome(unique.slice(start, start + IDS_PER_REQUEST), fields, until)),
      );
      return new Map(parts.flat());
    } finally {
      giveUp.abort(); // one request that fails makes the others pointless
    }
  }

  private async findIdsPage(
    sequenceId: string,
    after: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<JsonObject> {
    try {
      return await this.get('/image_ids', { sequence_id: sequenceId, ...(after && { after }) }, signal);
    } catch (error) {
      if (hasCode(error, NOT_FOUND)) return {};
      throw error;
    }
  }

  /**
   * "Please reduce the amount of data" sometimes passes by itself: once more, then in halves. A batch may also be
   * refused as a whole for one id that is gone: halving finds it.
   */
  private async findSome(
    ids: readonly string[],
    fields: string,
    signal: AbortSignal | undefined,
    isSecondTry = false,
  ): Promise<[string, JsonObject][]> {
    try {
      const answer = await this.get('/', { ids: ids.join(','), fields }, signal);
      return ids.flatMap((id): [string, JsonObject][] => {
        const image = readObject(answer, id);
        return image ? [[id, { ...image, id }]] : [];
      });
    } catch (error) {
      const isTooMuch = hasCode(error, TOO_MUCH_DATA);
      if (!isTooMuch && !hasCode(error, NOT_FOUND)) throw error;
      if (isTooMuch && !isSecondTry) return this.findSome(ids, fields, signal, true);
      if (ids.length === 1) {
        if (isTooMuch) throw error;
        return [];
      }
      const middle = Math.ceil(ids.length / 2);
      const halves = [ids.slice(0, middle), ids.slice(middle)];
      return (await Promise.all(halves.map((half) => this.findSome(half, fields, signal)))).flat();
    }
  }

  private async get(path: string, query: Record<string, string>, signal?: AbortSignal): Promise<JsonObject> {
    const { dispatcher, token, userAgent, requestTimeoutMs, delayScale } = this.options;
    const url = new URL(`${this.base}${path}?${new URLSearchParams(query).toString()}`);
    const tryOnce = async (): Promise<JsonObject> =>
      parseMapillaryAnswer(
        await getText(url, {
          dispatcher,
          headers: { authorization: `OAuth ${token}`, accept: 'application/json', 'user-agent': userAgent },
          timeoutMs: requestTimeoutMs ?? 30_000,
          upstream: 'Mapillary',
          signal,
        }),
      );
    return this.limit(async () => {
      signal?.throwIfAborted();
      return retry(tryOnce, { delayScale: delayScale ?? 1, isWorthRetrying, signal });
    });
  }
}
