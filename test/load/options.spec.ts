import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.js';

describe('the options of a load run', () => {
  it('are two thousand clients of a hundred people unless told otherwise', () => {
    const standard = { clients: 2_000, users: 100, minutes: 5, seed: 1, profile: null };
    expect(readOptions([])).toEqual(standard);
    expect(readOptions(['--clients', '200', '--users=20', '--minutes', '0.5', '--seed', '7'])).toEqual({
      ...standard,
      clients: 200,
      users: 20,
      minutes: 0.5,
      seed: 7,
    });
  });

  it.each([
    [['--clients', '2'], '--clients takes a whole number from 20 to 10000, not "2"'],
    [['--clients', '20.5'], '--clients takes a whole number'],
    [['--clients', 'many'], 'not "many"'],
    [['--users', '0'], '--users takes a whole number from 1 to 200'],
    [['--clients', '20', '--users', '21'], '--users cannot be more than --clients'],
    [['--minutes', '0'], '--minutes takes a number from 0.2 to 60'],
    [['--minutes='], '--minutes takes a number'],
    [['--seed', '-1'], 'argument is ambiguous'],
    [['--seed=-1'], '--seed takes a whole number'],
    [['--client', '20'], "Unknown option '--client'"],
    [['2000'], 'Unexpected argument'],
  ])('refuses %j', (words, message) => {
    expect(() => readOptions(words)).toThrow(message);
  });
});
