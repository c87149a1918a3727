import { describe, expect, it } from '@jest/globals';
import { DomainError, RefusedError, TemporaryError } from '#app/protocol';
import { decideEnding, isPoisonous } from './decide-ending.js';
import { JobStopped, WaitUntil } from './job-stops.js';

const away = new TemporaryError('http-503', 'Commons is away');
const patient = new TemporaryError('maxlag', 'Waiting', { retryAfterMs: 60_000 });
const until = new Date('2026-05-01T12:00:00Z');

describe('decideEnding', () => {
  it.each([
    [new JobStopped('cancel'), 0, { do: 'cancel' }],
    [new JobStopped('release'), 0, { do: 'release' }],
    [new JobStopped('abandon'), 0, { do: 'abandon' }],
    [new WaitUntil(until), 4, { do: 'wait', until }],
    [away, 0, { do: 'again', afterMs: 5_000 }],
    [away, 3, { do: 'again', afterMs: 600_000 }],
    [patient, 0, { do: 'again', afterMs: 60_000 }],
    [patient, 2, { do: 'again', afterMs: 120_000 }],
    [away, 4, { do: 'fail', error: { code: 'UPSTREAM_UNAVAILABLE', message: 'Commons is away' } }],
    [
      new RefusedError('protectedpage', 'No'),
      0,
      { do: 'fail', error: { code: 'UPSTREAM_FAILED', message: 'No' } },
    ],
    [new DomainError('FORBIDDEN', 'No'), 0, { do: 'fail', error: { code: 'FORBIDDEN', message: 'No' } }],
    [new TypeError('x'), 1, { do: 'again', afterMs: 30_000 }],
  ])('%s after %d tries', (error, attempts, decision) => {
    expect(decideEnding(error, attempts, 'r1')).toEqual(decision);
  });

  it('tells nothing of an unexpected error but where to find it', () => {
    expect(decideEnding(new TypeError('secret'), 4, 'r1')).toEqual({
      do: 'fail',
      error: { code: 'INTERNAL', message: 'Something went wrong on our side (reference r1).' },
    });
  });
});

describe('isPoisonous', () => {
  it('holds for a job whose workers died once more than it is tried', () => {
    expect([4, 5].map(isPoisonous)).toEqual([false, true]);
  });
});
