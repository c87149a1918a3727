import { describe, expect, it } from '@jest/globals';
import { findStoreAway, isStoreAway } from './is-store-away.js';

const failure = (members: object, message = 'failed'): Error => Object.assign(new Error(message), members);

describe('isStoreAway', () => {
  it.each([
    failure({ code: 'PROTOCOL_CONNECTION_LOST' }),
    failure({ code: 'ECONNREFUSED' }),
    failure({ code: 'ENOENT', syscall: 'connect' }),
    failure({ driverError: failure({ code: 'ECONNRESET' }) }),
    new Error('wrapped', { cause: failure({}, 'Connection is closed.') }),
    new Error('Command timed out'),
    failure({ driverError: new Error("Can't add new command when connection is in closed state") }),
    new Error("Can't write in closed state"),
  ])('recognises %p', (error) => {
    expect(isStoreAway(error)).toBe(true);
  });

  it('tells one from the other', () => {
    expect(findStoreAway(failure({ code: 'ECONNREFUSED' }))).toBe('database');
    expect(findStoreAway(new Error("Can't write in closed state"))).toBe('database');
    expect(findStoreAway(new Error('Command timed out'))).toBe('redis');
  });

  it.each([
    failure({ code: 'ER_DUP_ENTRY' }),
    failure({ code: 'ENOENT', syscall: 'open' }),
    new Error('wrapped', { cause: 'Connection is closed.' }),
    'ECONNREFUSED',
    null,
  ])('leaves %p alone', (error) => {
    expect(isStoreAway(error)).toBe(false);
  });
});
