import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';

import { Geocoder, type GeocoderOptions } from './geocoder.js';
import { sendJson, startLocalServer, type LocalServer } from './testing/local-server.js';
import { MemoryCache } from './testing/memory-cache.js';

const BERLIN = { latitude: 52.52082, longitude: 13.40943 };
const SYDNEY = { latitude: -33.85678, longitude: 151.21531 };

describe('Geocoder', () => {
  let server: LocalServer;
  let dispatcher: Agent;
  let status: number;
  let address: Record<string, string> | undefined;
  let latencyMs: number;
  let atOnce: number;
  let mostAtOnce: number;
  let problems: Error[];
  let cache: MemoryCache;

  const geocoderWith = (more: Partial<GeocoderOptions> = {}): Geocoder =>
    new Geocoder({
      url: `${server.url}/reverse?key=1`,
      dispatcher,
      userAgent: 'CuratorTest/1 (https://example.org)',
      cache,
      onProblem: (problem) => problems.push(problem),
      ...more,
    });

  beforeEach(async () => {
    status = 200;
    address = {
      city: 'Berlin',
      state: 'Berlin',
      country: 'Deutschland',
      country_code: 'de',
      postcode: '10178',
      road: 'x',
    };
    latencyMs = atOnce = mostAtOnce = 0;
    problems = [];
    cache = new MemoryCache();
    dispatcher = new Agent();
    server = await startLocalServer((_request, response) => {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      setTimeout(() => {
        atOnce -= 1;
        sendJson(response, status, address ? { address } : { error: 'Unable to geocode' });
      }, latencyMs).unref();
    });
  });

  afterEach(async () => {
    await dispatcher.destroy();
    await server.close();
  });

  it('names a place, and only what the geocoder knows', async () => {
    const places = await geocoderWith().findPlaces([BERLIN]);
    expect(places).toEqual([
      { city: 'Berlin', state: 'Berlin', country: 'Deutschland', country_code: 'de', postcode: '10178' },
    ]);
    expect(server.requests).toEqual(['/reverse?key=1&lat=52.521&lon=13.409&zoom=18&format=jsonv2']);
  });

  it('keeps what it was told for as long as it should', async () => {
    await geocoderWith({ ttlSeconds: 77 }).findPlaces([BERLIN]);
    expect([...cache.lifetimes.values()]).toEqual([77]);
  });

  it.each(['town', 'village', 'municipality', 'hamlet'])('takes a %s for the city', async (key) => {
    address = { [key]: 'Dorf', county: 'Kreis' };
    expect(await geocoderWith().findPlaces([BERLIN])).toEqual([{ city: 'Dorf', county: 'Kreis' }]);
  });

  it('asks once for points close together, and never again', async () => {
    const near = { latitude: 52.52091, longitude: 13.40891 };
    const places = await geocoderWith().findPlaces([BERLIN, SYDNEY, near, BERLIN]);
    expect(places).toHaveLength(4);
    expect(server.requests).toHaveLength(2);
    expect(await geocoderWith().findPlaces([near])).toEqual([places[0]]);
    expect(server.requests).toHaveLength(2);
  });

  it('remembers that a place has no names', async () => {
    address = undefined;
    expect(await geocoderWith().findPlaces([SYDNEY])).toEqual([{}]);
    expect(await geocoderWith().findPlaces([SYDNEY])).toEqual([{}]);
    expect(server.requests).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('asks for no more than its limit at once, over all collections', async () => {
    latencyMs = 5;
    const geocoder = geocoderWith({ concurrency: 3 });
    const points = Array.from({ length: 10 }, (_, n) => ({ latitude: n, longitude: n }));
    const others = points.map(({ latitude }) => ({ latitude, longitude: latitude + 20 }));
    await Promise.all([geocoder.findPlaces(points), geocoder.findPlaces(others)]);
    expect(server.requests).toHaveLength(20);
    expect(mostAtOnce).toBe(3);
  });

  it('leaves places unnamed when the geocoder fails, and tells so once', async () => {
    status = 500;
    expect(await geocoderWith().findPlaces([BERLIN, SYDNEY])).toEqual([{}, {}]);
    expect(problems.map(String)).toEqual(['Error: The geocoder answered HTTP 500.']);
    status = 200;
    expect(await geocoderWith().findPlaces([BERLIN])).toMatchObject([{ city: 'Berlin' }]);
  });

  it('gives what it has when its time is over', async () => {
    await geocoderWith().findPlaces([BERLIN]);
    latencyMs = 60_000;
    expect(await geocoderWith({ budgetMs: 100 }).findPlaces([BERLIN, SYDNEY])).toMatchObject([
      { city: 'Berlin' },
      {},
    ]);
    expect(problems).toHaveLength(1);
  });

  it('gives the geocoder a rest after several failures in a row', async () => {
    status = 500;
    const points = Array.from({ length: 12 }, (_, n) => ({ latitude: n, longitude: n }));
    const geocoder = geocoderWith({ concurrency: 1 });
    await geocoder.findPlaces(points);
    expect(server.requests).toHaveLength(5);
    await geocoder.findPlaces([BERLIN]);
    expect(server.requests).toHaveLength(5);
    const patient = geocoderWith({ concurrency: 1, restMs: 0 });
    await patient.findPlaces(points);
    expect(server.requests).toHaveLength(5 + 12);
  });

  it('gives it a rest as well when it hangs', async () => {
    latencyMs = 60_000;
    const points = Array.from({ length: 12 }, (_, n) => ({ latitude: n, longitude: n }));
    const geocoder = geocoderWith({ concurrency: 5, requestTimeoutMs: 20 });
    expect(await geocoder.findPlaces(points)).toEqual(points.map(() => ({})));
    expect(server.requests.length).toBeLessThan(12);
  });

  it('does not hold it against the geocoder that a person went away', async () => {
    latencyMs = 60_000;
    const geocoder = geocoderWith();
    const person = new AbortController();
    const points = Array.from({ length: 8 }, (_, n) => ({ latitude: n, longitude: n }));
    const asked = geocoder.findPlaces(points, person.signal).catch((error: unknown) => error);
    while (server.requests.length < 8) await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('Socket closed');
    person.abort(reason);
    expect(await asked).toBe(reason);
    latencyMs = 0;
    expect(await geocoder.findPlaces([BERLIN])).toMatchObject([{ city: 'Berlin' }]);
  });
});
