import { describe, expect, it } from '@jest/globals';

import { TemporaryError } from '#app/protocol';

import { parseJson } from './parse-json.js';
import { retry } from './retry.js';

describe('parseJson', () => {
  it.each([
    ['{"id":26774514888887984}', { id: '26774514888887984' }],
    [
      '[-26774514888887984, 9007199254740991, 9007199254740993]',
      ['-26774514888887984', 9007199254740991, '9007199254740993'],
    ],
    [
      '{"merge_cc":7.4009176193932e+17,"x":12345678901234567890.5}',
      { merge_cc: 740091761939320000, x: 12345678901234567000 },
    ],
    [
      '{"text":"no 26774514888887984 \\" 26774514888887984","26774514888887984":1}',
      { text: 'no 26774514888887984 " 26774514888887984', '26774514888887984': 1 },
    ],
    ['"\\\\"', '\\'],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('throws on what is no JSON', () => {
    expect(() => parseJson('{"a":')).toThrow(SyntaxError);
  });
});

describe('retry', () => {
  const options = { delayScale: 0.001, isWorthRetrying: (error: unknown) => error instanceof TemporaryError };

  function failing(times: number, error: Error): { tries: () => number; work: () => Promise<string> } {
    let tries = 0;
    return {
      tries: () => tries,
      work: async () => {
        tries += 1;
        if (tries <= times) throw error;
        return 'done';
      },
    };
  }

  it('repeats three times', async () => {
    const { work, tries } = failing(3, new TemporaryError('network', ''));
    expect(await retry(work, options)).toBe('done');
    expect(tries()).toBe(4);
  });

  it('throws what it cannot mend at once, and the fourth failure', async () => {
    const bug = failing(9, new TypeError());
    await expect(retry(bug.work, options)).rejects.toThrow(TypeError);
    expect(bug.tries()).toBe(1);
    const busy = failing(9, new TemporaryError('http-503', ''));
    await expect(retry(busy.work, options)).rejects.toThrow(TemporaryError);
    expect(busy.tries()).toBe(4);
  });

  it('does not wait for an upstream that wants a long rest', async () => {
    const resting = failing(9, new TemporaryError('http-503', '', { retryAfterMs: 60_000 }));
    await expect(retry(resting.work, options)).rejects.toThrow(TemporaryError);
    expect(resting.tries()).toBe(1);
  });
});
