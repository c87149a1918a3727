import { describe, expect, it } from '@jest/globals';
import { TemporaryError } from '#app/protocol';
import { Patience, type Try } from './try-again.js';

const patience = (repeatable = true, delayScale = 1): Patience =>
  new Patience({ repeatable, delayScale, renewToken: () => undefined, renewSession: () => undefined });

type Failed = Extract<Try<unknown>, { ok: false }>;

const lost = (retryAfterMs?: number, mayHaveHappened = true): Failed => ({
  ok: false,
  lost: true,
  mayHaveHappened,
  failure: new TemporaryError(
    'http-503',
    'http-503: down',
    retryAfterMs === undefined ? {} : { retryAfterMs },
  ),
});

describe('Patience', () => {
  it('waits 0, 1 and 3 seconds, give or take a quarter', () => {
    for (let run = 0; run < 100; run += 1) {
      const it = patience();
      expect(it.next(lost())).toBe(0);
      const [second, third] = [it.next(lost()), it.next(lost())];
      expect(Math.abs((second ?? 0) - 1_000)).toBeLessThanOrEqual(250);
      expect(Math.abs((third ?? 0) - 3_000)).toBeLessThanOrEqual(750);
      expect(it.next(lost())).toBeNull();
    }
  });

  it('shortens its own waits by the scale, never what Retry-After asks', () => {
    const it = patience(true, 0);
    expect(it.next(lost(7_000))).toBe(7_000);
    expect(it.next(lost())).toBe(0);
    expect(it.next(lost(31_000))).toBeNull();
  });

  it('repeats what may have happened only when that does no harm', () => {
    expect(patience(false).next(lost())).toBeNull();
    expect(patience(false).next(lost(undefined, false))).toBe(0);
  });

  it('counts each cause for itself', () => {
    const it = patience();
    const badtoken: Failed = {
      ...lost(),
      lost: false,
      failure: new TemporaryError('badtoken', 'badtoken: x'),
    };
    expect(it.next(badtoken)).toBe(0);
    expect(it.next(lost())).toBe(0);
    expect(it.next(badtoken)).toBeNull();
  });

  it('has none for answers of the wiki that another try does not change', () => {
    const limited: Failed = {
      ...lost(),
      lost: false,
      failure: new TemporaryError('ratelimited', 'ratelimited: x'),
    };
    expect(patience().next(limited)).toBeNull();
  });
});
