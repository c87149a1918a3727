import { describe, expect, it } from '@jest/globals';
import { retryOnDeadlock, sqlErrorNumber } from './retry-on-deadlock.js';

const failing = (times: number, errno: number) => {
  let calls = 0;
  return {
    calls: () => calls,
    work: async (): Promise<string> => {
      calls += 1;
      if (calls <= times)
        throw Object.assign(new Error('failed'), { driverError: Object.assign(new Error(), { errno }) });
      return 'done';
    },
  };
};

describe('retryOnDeadlock', () => {
  it.each([1213, 1205])('runs work again after error %d', async (errno) => {
    const { work, calls } = failing(2, errno);
    expect(await retryOnDeadlock(work)).toBe('done');
    expect(calls()).toBe(3);
  });

  it('gives up after the third try', async () => {
    const { work, calls } = failing(3, 1213);
    await expect(retryOnDeadlock(work)).rejects.toThrow('failed');
    expect(calls()).toBe(3);
  });

  it('runs nothing again for any other error', async () => {
    const { work, calls } = failing(1, 1062);
    await expect(retryOnDeadlock(work)).rejects.toThrow('failed');
    expect(calls()).toBe(1);
  });

  it('reads numbers of the driver only', () => {
    expect(sqlErrorNumber(new Error('plain'))).toBeNull();
    expect(sqlErrorNumber('text')).toBeNull();
  });
});
