import { describe, expect, it } from '@jest/globals';
import { toFailureType } from './failure-type.js';

describe('toFailureType', () => {
  it.each([
    ['fileexists-no-change: The upload is an exact duplicate.', 'duplicate'],
    ['ratelimited: You have exceeded your rate limit.', 'rate_limit'],
    ['mapillary-rate-limit: Later.', 'rate_limit'],
    ['download-timeout: The file took too long.', 'timeout'],
    ['http-504: Gateway timeout', 'timeout'],
    ['mwoauth-invalid-authorization: No.', 'auth'],
    ['blocked: You have been blocked.', 'auth'],
    ['Your session has expired. Please log in and retry.', 'auth'],
    ['download-network: The connection broke.', 'network'],
    ['http-503: Busy', 'network'],
    ['verification-error: This file did not pass.', 'other'],
    ['A network of paths', 'other'],
    ['Manually marked as failed', 'other'],
  ])('%s → %s', (message, type) => {
    expect(toFailureType({ type: 'error', message })).toBe(type);
  });

  it('goes by the type of an error that has one', () => {
    expect(toFailureType({ type: 'duplicate', message: 'timeout: x', links: [] })).toBe('duplicate');
    expect(toFailureType({ type: 'title_blacklisted', message: 'timeout: x' })).toBe('other');
    expect(toFailureType(null)).toBe('other');
  });
});
