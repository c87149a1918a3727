import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { inOrderAhead } from './in-order-ahead.js';

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('inOrderAhead', () => {
  it('keeps the order, with no more than the wanted number under way', async () => {
    let running = 0;
    let most = 0;
    const work = async (input: number): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      for (let turns = 0; turns < (7 * input) % 5; turns += 1) await turn();
      running -= 1;
      return input;
    };
    const inputs = Array.from({ length: 20 }, (_, index) => index);
    expect(await collect(inOrderAhead(inputs, 3, work))).toEqual(inputs);
    expect(most).toBe(4);
  });

  it('ends with the first failure and leaves no other unhandled', async () => {
    const work = async (input: number): Promise<number> => {
      if (input > 0) throw new Error(`no ${input}`);
      return input;
    };
    await expect(collect(inOrderAhead([0, 1, 2, 3], 3, work))).rejects.toThrow('no 1');
    await turn();
  });
});
