import { describe, expect, it } from '@jest/globals';
import { RefusedError, TemporaryError } from './failures.js';

describe.each([TemporaryError, RefusedError])('%p', (Failure) => {
  it('repeats no secret that its upstream has repeated', () => {
    const { code, message } = new Failure(
      'internal',
      'internal: Bad header Authorization: OAuth oauth_token="abc"',
    );
    expect({ code, message }).toEqual({
      code: 'internal',
      message: 'internal: Bad header Authorization: [secret]',
    });
  });
});
