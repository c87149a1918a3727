import { describe, expect, it } from '@jest/globals';
import { DomainError, ERROR_CODES, ERROR_STATUS, isErrorCode } from './error-codes.js';

describe('error codes', () => {
  it('give every not-found code 404 and every conflict 409', () => {
    for (const code of ERROR_CODES) {
      if (code.endsWith('NOT_FOUND')) expect([code, ERROR_STATUS[code]]).toEqual([code, 404]);
      if (code.endsWith('_CONFLICT')) expect([code, ERROR_STATUS[code]]).toEqual([code, 409]);
    }
  });

  it('are told from other words', () => {
    expect(isErrorCode('BATCH_NOT_FOUND')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
  });

  it('give an error its status', () => {
    const error = new DomainError('SLICE_CONFLICT', 'Slice 1 was sent with other items.');
    expect(error.httpStatus).toBe(409);
    expect(error.message).toBe('Slice 1 was sent with other items.');
    expect(error.details).toBeUndefined();
  });
});
