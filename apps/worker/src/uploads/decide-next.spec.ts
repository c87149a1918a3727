import { describe, expect, it } from '@jest/globals';
import { RefusedError, TemporaryError } from '#app/protocol';
import { decideNext, type Next, type Step } from './decide-next.js';

const MINUTE = 60_000;
const after = (
  step: Step,
  error: unknown,
  here = 1,
  requeues: Record<string, number> = {},
  recoveries = 0,
): Next => decideNext(step, error, { here, recoveries, requeues });
const temporary = (code: string, message = 'info', details = {}): TemporaryError =>
  new TemporaryError(code, message, details);
const refused = (code: string, message = 'info'): RefusedError => new RefusedError(code, message);

describe('decideNext', () => {
  it.each(['chunk', 'commit', 'download', 'source', 'check'] as const)(
    'tries %s four times, 3, 5 and 10 seconds apart',
    (step) => {
      const error = temporary('backend-fail-internal');
      expect([1, 2, 3].map((here) => after(step, error, here))).toEqual(
        [3_000, 5_000, 10_000].map((afterMs) => ({ do: 'retry', afterMs })),
      );
      expect(after(step, error, 4).do).toBe('requeue');
    },
  );

  it('rests 5, 10 and 15 minutes when the wiki stays down, then fails with its words', () => {
    const error = temporary('uploadstash-exception', 'Could not store upload');
    const rests = [0, 1, 2].map((commons) => after('chunk', error, 4, { commons }));
    expect(rests).toEqual(
      [5, 10, 15].map((minutes) => ({
        do: 'requeue',
        afterMs: minutes * MINUTE,
        kind: 'commons',
        reason: 'uploadstash-exception: Could not store upload',
      })),
    );
    expect(after('chunk', error, 4, { commons: 3 })).toEqual({
      do: 'fail',
      error: { type: 'error', message: 'uploadstash-exception: Could not store upload' },
    });
  });

  it('rests ten minutes once for a download', () => {
    const error = temporary('download-http-503');
    expect(after('download', error, 4)).toMatchObject({
      do: 'requeue',
      afterMs: 10 * MINUTE,
      kind: 'download',
    });
    expect(after('download', error, 4, { download: 1 }).do).toBe('fail');
  });

  it('asks the source once for a new address', () => {
    const error = temporary('download-expired');
    expect(after('download', error).do).toBe('resolve-source-again');
    expect(after('download', error, 3).do).toBe('resolve-source-again');
    expect(after('download', error, 2, {}, 1).do).toBe('fail');
  });

  it('waits a minute, three times, for another upload of the same file', () => {
    const error = temporary('sha1-locked');
    expect(after('lock', error)).toMatchObject({ do: 'requeue', afterMs: MINUTE, kind: 'lock' });
    expect(after('lock', error, 1, { lock: 3 }).do).toBe('fail');
  });

  it.each([
    ['uploadstash-file-not-found', 'Key not found in stash.'],
    ['stashfailed', 'No chunked upload session with this key.'],
    ['missingresult', 'No result in status data.'],
  ])('starts the stash over twice after %s', (code, info) => {
    const error = refused(code, info);
    expect(after('chunk', error).do).toBe('restart-stash');
    expect(after('commit', error, 2, {}, 1).do).toBe('restart-stash');
    expect(after('commit', error, 3, {}, 2).do).toBe('fail');
  });

  it('goes on at the offset that the wiki names', () => {
    const error = temporary('stashfailed', 'Invalid chunk offset', { expectedOffset: 500_000 });
    expect(after('chunk', error)).toEqual({ do: 'continue-at', offset: 500_000 });
  });

  it('waits for the window at a rate limit, at no cost', () => {
    expect(after('commit', temporary('ratelimited'), 9)).toEqual({ do: 'wait-for-rate-window' });
  });

  it('never counts a throttled edit as done', () => {
    const error = temporary('failed-save', 'The save has failed.', { messageNames: ['actionthrottledtext'] });
    expect(after('structured-data', error, 1).do).toBe('retry');
    expect(after('structured-data', error, 5).do).toBe('owe');
  });

  it('waits out lag as long as the wiki says, and longer each time', () => {
    const error = temporary('maxlag', 'Waiting', { retryAfterMs: 5_000 });
    expect(after('commit', error, 2)).toEqual({ do: 'retry', afterMs: 10_000 });
    expect(after('commit', error, 4)).toMatchObject({ do: 'requeue', kind: null });
  });

  it.each([
    ['mwoauth-invalid-authorization', 'No approved grant was found for that authorization token.'],
    ['blocked', 'You have been blocked'],
    ['assertuserfailed', 'You are no longer logged in'],
    ['captcha', 'CAPTCHA'],
  ])('pauses the person after %s', (code, info) => {
    expect(after('commit', refused(code, info))).toEqual({ do: 'pause-user', reason: `${code}: ${info}` });
  });

  it('takes an invalid consumer for an expired sign-in', () => {
    expect(after('check', refused('mwoauth-invalid-authorization', 'Invalid consumer')).do).toBe(
      'expire-sign-in',
    );
  });

  it('tells a blacklisted title apart', () => {
    expect(after('commit', refused('titleblacklist-forbidden-edit', 'not allowed'))).toEqual({
      do: 'fail',
      error: { type: 'title_blacklisted', message: 'titleblacklist-forbidden-edit: not allowed' },
    });
  });

  it('owes structured data rather than failing a published file', () => {
    expect(after('structured-data', refused('protectedpage')).do).toBe('owe');
    expect(after('structured-data', temporary('network'), 4).do).toBe('owe');
  });

  it('tries what it does not know once more, and keeps its words', () => {
    const error = temporary('brand-new-code', 'What is this?');
    expect(after('commit', error).do).toBe('retry');
    expect(after('commit', error, 2)).toEqual({
      do: 'fail',
      error: { type: 'error', message: 'brand-new-code: What is this?' },
    });
  });

  it('fails nobody when the address of the service is blocked', () => {
    const error = temporary('globalblocking-blockedtext-range', 'Your IP range is blocked');
    expect(after('commit', error, 9)).toMatchObject({ do: 'pause-service' });
  });

  it('asks for the result of what the wiki is at already', () => {
    const joining = temporary('stashfailed', 'Chunked upload is already completed, check status for details');
    expect(after('chunk', joining)).toEqual({ do: 'poll' });
    expect(after('chunk', joining, 2, {}, 1).do).toBe('retry');
  });

  it.each(['lock', 'check', 'chunk', 'commit'] as const)(
    'fails nothing at %s while Redis is away',
    (step) => {
      expect(after(step, temporary('redis'), 9)).toMatchObject({ do: 'requeue', kind: null });
    },
  );

  it('does not take a bug for an answer', () => {
    expect(() => after('commit', new TypeError('undefined'))).toThrow(TypeError);
  });
});
