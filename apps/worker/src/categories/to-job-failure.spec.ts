import { describe, expect, it } from '@jest/globals';
import { DomainError, RefusedError, TemporaryError } from '#app/protocol';
import { WaitUntil } from '../jobs/job-stops.js';
import { explainRefusal } from './explain-refusal.js';
import { toJobFailure } from './to-job-failure.js';

describe('toJobFailure', () => {
  it.each([
    [new TemporaryError('readonly', 'readonly: x'), 60_000],
    [new TemporaryError('maxlag', 'maxlag: x', { retryAfterMs: 90_000 }), 90_000],
    [new TemporaryError('systemblocked', 'systemblocked: x'), 600_000],
  ])('waits: %s', (error, ms) => {
    const before = Date.now();
    const failure = toJobFailure(error, 1);
    expect(failure).toBeInstanceOf(WaitUntil);
    if (!(failure instanceof WaitUntil)) return;
    expect(failure.until.getTime()).toBeGreaterThanOrEqual(before + ms);
    expect(failure.until.getTime()).toBeLessThanOrEqual(Date.now() + ms);
  });

  it('fails when the person may not edit', () => {
    const failure = toJobFailure(new TemporaryError('blocked', 'blocked: You have been blocked.'), 1);
    expect(failure).toBeInstanceOf(DomainError);
    expect(failure).toMatchObject({ code: 'FORBIDDEN' });
  });

  it.each([new TemporaryError('network', 'x'), new RefusedError('missingparam', 'x'), new TypeError('x')])(
    'leaves to others: %s',
    (error) => {
      expect(toJobFailure(error, 1)).toBe(error);
    },
  );
});

describe('explainRefusal', () => {
  it.each([
    ['protectedpage', 'Its page is protected.'],
    [
      'abusefilter-disallowed',
      'A filter of the wiki does not let its page be saved (abusefilter-disallowed: No.)',
    ],
    ['something-new', 'The wiki did not save its page (something-new: No.)'],
  ])('says it to a person: %s', (code, sentence) => {
    expect(explainRefusal(new RefusedError(code, `${code}: No.`))).toBe(sentence);
  });
});
